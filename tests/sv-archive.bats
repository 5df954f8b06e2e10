# sv-archive: files kept in a folder, the store's rows, sealing, the filter.
bats_require_minimum_version 1.5.0
load archive

CALL=01JDXR6T9Q2ZC8V4M7WJ5YBNKE

setup() {
	archive_setup
}

teardown() {
	doubles_teardown
}

@test "a file is kept in a folder under its date and call, and then goes" {
	file spool/$CALL.flac 100000
	cp -p spool/$CALL.flac was
	touch -d 2026-01-31T23:59:59Z spool/$CALL.flac
	run -0 --separate-stderr sv-archive upload spool
	[ "$stderr" = "" ]
	[ "$(jq -r '[.type, .call, .key, .place, .kind, .bytes, .sealed,
		.sha256] | @tsv' <<<"$output")" = "archive.stored	$CALL	2026/01/31/$CALL.flac	file:$PWD/state/archive	recording	100000	false	$(sha256sum <was | cut -d ' ' -f 1)" ]
	[ ! -e spool/$CALL.flac ]
	cmp was state/archive/2026/01/31/$CALL.flac
	[ "$(state $CALL)" = verified ]
	[ "$(stat -c %a state/archive/2026/01/31/$CALL.flac)" = 600 ]
	run -0 --separate-stderr sv-archive get $CALL
	[ "$output" = "$(<was)" ]
	run -0 --separate-stderr sv-archive verify --full
	[ "$output$stderr" = "" ]
}

@test "every event that is written is what the schema says" {
	file spool/$CALL.flac 1000
	file spool/$CALL.ndjson 10
	sv-archive upload spool >events
	"$SV_ROOT/tests/check-events" events
	[ "$(wc -l <events)" -eq 2 ]
}

@test "a file stays for as long as it is to be kept, and its row says so" {
	file spool/$CALL.flac 1000
	sv-archive upload --keep 1h spool >events
	[ -e spool/$CALL.flac ]
	run -0 sv-archive list
	[ "$(cut -f 2,3,4,5,7 <<<"$output")" = "verified	recording	$CALL	1000	here" ]
	# told of once
	run -0 sv-archive upload --keep 1h spool
	[ "$output" = "" ]
	sv-archive upload spool
	[ ! -e spool/$CALL.flac ]
	run -0 sv-archive list
	[ "$(cut -f 2,7 <<<"$output")" = "verified	-" ]
}

@test "put leaves its files where they are" {
	file $CALL.flac 1000
	run -0 --separate-stderr sv-archive put --keep 0s $CALL.flac
	[ "$stderr" = "" ]
	[ -e $CALL.flac ]
	[ "$(state $CALL)" = verified ]
	run -66 --separate-stderr sv-archive put none.flac
	[ "$stderr" = "sv-archive: open none.flac: No such file or directory" ]
	[ "$output" = "" ]
	run -64 --separate-stderr sv-archive put /etc/passwd
	[[ $stderr = *"neither a recording nor a transcript"* ]]
}

@test "what is open for writing, half written, hidden or no recording stays" {
	file spool/open.flac 1000
	file spool/.hidden.flac 1000
	file spool/half.flac.part 1000
	file spool/notes.doc 1000
	file spool/done.flac 1000
	ln -s done.flac spool/link.flac
	mkfifo spool/pipe.wav
	exec 7>>spool/open.flac
	run -0 --separate-stderr sv-archive upload spool
	[ "$(jq -r .call <<<"$output")" = done ]
	[ "$(ls -A spool | tr '\n' ' ')" = ".hidden.flac half.flac.part link.flac notes.doc open.flac pipe.wav " ]
	exec 7>&-
	run -0 sv-archive upload spool
	[ "$(jq -r .call <<<"$output")" = open ]
}

@test "a file that was just touched is not finished yet" {
	file spool/a.flac 1000
	run -0 --separate-stderr sv-archive upload --settle 1h spool
	[ "$output$stderr" = "" ]
	touch -d '2 hours ago' spool/a.flac
	run -0 sv-archive upload --settle 1h spool
	[ "$(jq -r .call <<<"$output")" = a ]
}

@test "names with blanks, newlines, UTF-8 and bytes that are none are kept" {
	file "spool/a b.wav" 10
	file $'spool/one\ntwo.wav' 20
	file "spool/звонок.wav" 30
	file $'spool/\xff\xfe.wav' 40
	sv-archive upload spool >events
	[ "$(ls -A spool)" = "" ]
	"$SV_ROOT/tests/check-events" events
	[ "$(jq -r .bytes events | sort -n | tr '\n' ' ')" = "10 20 30 40 " ]
	# and none of it is in a key
	! sv-archive list --remote | grep -qE 'a b|one|звонок'
	sv-archive get "звонок" | cmp - <(seq 1 30 | head -c 30)
}

@test "no telephone number gets into a key" {
	file spool/20261122-79161234567-in.wav 10
	file spool/1795270178.451.wav 20
	file spool/out-+7-916-123-45-67.txt 30
	sv-archive upload spool >events
	sv-archive list --remote >keys
	! grep -qE '9161234567|916-123' keys
	grep -q '/1795270178.451.wav' keys
	[ "$(grep -cE '/x[0-9a-f]{16}\.' keys)" -eq 2 ]
	sv-archive get 20261122-79161234567-in | cmp - <(seq 1 10 | head -c 10)
}

@test "another file of the same name gets a key of its own" {
	for folder in a b c; do
		mkdir spool/$folder
		seq 1 9 >spool/$folder/call.flac
		echo $folder >>spool/$folder/call.flac
		touch -d 2026-01-31 spool/$folder/call.flac
	done
	cp -p spool/a/call.flac spool/b/call.flac # these two are one
	sv-archive upload spool >events
	[ "$(sv-archive list | cut -f 1 | tr '\n' ' ')" = \
		"2026/01/31/call-2.flac 2026/01/31/call.flac " ]
	[ "$(find spool -type f | wc -l)" -eq 0 ]
}

@test "the store knows whose recording a file is" {
	file spool/out.wav 10
	jq -cn --arg r "$PWD/spool/out.wav" --arg c $CALL '{v: 1, type: "call.end",
		call: $c, seq: 1, t: 5, time: "2026-11-22T00:00:00.000Z",
		stage: "capture", reason: "hangup", recording: $r}' |
		sv-report ingest >/dev/null
	run -0 sv-archive upload spool
	[ "$(jq -r .call <<<"$output")" = $CALL ]
	[[ $(jq -r .key <<<"$output") = */$CALL.wav ]]
}

@test "what was removed on purpose is not put there again" {
	file spool/$CALL.flac 10
	sv-archive upload --keep 1h spool
	sqlite3 state/store.db "UPDATE objects SET state = 'removed', path = NULL,
		sha256 = NULL, plain = NULL"
	rm -r state/archive
	run -0 --separate-stderr sv-archive upload spool
	[ "$output" = "" ]
	[ -e spool/$CALL.flac ]
	[ ! -e state/archive/2026 ]
}

@test "what waits for the CRM is not removed" {
	file spool/$CALL.flac 10
	sv-report ingest </dev/null
	sqlite3 state/store.db "INSERT INTO outbox (key, kind, call, payload, rank,
		next_due, created) VALUES ('k', 'recording', '$CALL', '{}', 1, 0, 0)"
	sv-archive upload spool
	[ -e spool/$CALL.flac ]
	[ "$(state $CALL)" = verified ]
	sqlite3 state/store.db "UPDATE outbox SET state = 'sent'"
	sv-archive upload spool
	[ ! -e spool/$CALL.flac ]
}

@test "what has gone from there is put there once more before the file goes" {
	file spool/$CALL.flac 1000
	sv-archive upload --keep 1h spool
	rm -r state/archive
	run -0 --separate-stderr sv-archive upload spool
	[[ $stderr = *"put there once more"* ]]
	[ ! -e spool/$CALL.flac ]
	sv-archive get $CALL | cmp - <(seq 1 1000 | head -c 1000)
}

@test "verify finds what is missing and what is damaged" {
	file spool/a.flac 1000
	file spool/b.flac 1000
	file spool/c.flac 1000
	sv-archive upload spool >events
	rm state/archive/*/*/*/a.flac
	printf x | dd of="$(echo state/archive/*/*/*/b.flac)" bs=1 seek=500 \
		conv=notrunc status=none
	run -65 --separate-stderr sv-archive verify
	[ "$(sed 's|.*/||' <<<"$output")" = "a.flac	missing
b.flac	damaged" ]
	[[ $stderr = *"2 of 3 objects are not as they should be"* ]]
	run -66 --separate-stderr sv-archive get a
	[ "$output" = "" ]
	[[ $stderr = "sv-archive: file:"*" there" ]]
	run -65 --separate-stderr sv-archive get b -o out
	[ ! -e out ]
}

@test "-n says what would be kept, and does nothing" {
	file spool/$CALL.flac 1000
	touch -d 2026-01-31 spool/$CALL.flac
	run -0 --separate-stderr sv-archive -n upload spool
	[ "$output" = "$PWD/spool/$CALL.flac	2026/01/31/$CALL.flac" ]
	[ "$stderr" = "" ]
	[ ! -e state/store.db ]
	[ -e spool/$CALL.flac ]
	run -0 sv-archive -n --name '%k/%h-%c.%e' upload spool
	[ "${output##*	}" = "recording/$(sha256sum <spool/$CALL.flac |
		cut -c 1-16)-$CALL.flac" ]
}

@test "a template that would give all files one name is refused" {
	run -64 --separate-stderr sv-archive --name '%Y/%m.%e' upload spool
	[[ $stderr = *"all files would have one name"* ]]
	run -64 --separate-stderr sv-archive --name '%c/%q' upload spool
	[[ $stderr = *"there is no %q"* ]]
	file spool/$CALL.flac 10
	run -64 --separate-stderr sv-archive --name '../%c' upload spool
	[[ $stderr = *"cannot be a key"* ]]
	[ -e spool/$CALL.flac ]
}

@test "wrong words are refused" {
	run -64 --separate-stderr sv-archive frobnicate
	[[ $stderr = *"say put, get, list"* ]]
	run -64 --separate-stderr sv-archive get
	run -64 --separate-stderr sv-archive -e tape list
	[[ $stderr = *"no engine 'tape'"* ]]
	run -64 --separate-stderr sv-archive -p nothing=1 list
	[[ $stderr = *"has no such setting"* ]]
	run -0 --separate-stderr sv-archive -e help
	[ "$(cut -d ' ' -f 1 <<<"$output" | tr '\n' ' ')" = "folder s3 " ]
	run -66 --separate-stderr sv-archive upload /nowhere
	[[ $stderr = *"/nowhere: No such file"* ]]
}

@test "a full disk there keeps the file here, and the next run keeps it" {
	file spool/$CALL.flac 3000000
	run -75 --separate-stderr bash -c "trap '' XFSZ; ulimit -f 1000
		sv-archive upload spool"
	[ "$output" = "" ]
	[ -e spool/$CALL.flac ]
	[ "$(find state/archive -type f | wc -l)" -eq 0 ]
	sv-archive upload spool
	[ ! -e spool/$CALL.flac ]
	sv-archive verify --full
}

# --- sealing ---

sealed() {
	(umask 077 && sv-archive keygen >key)
	export SV_SEAL_KEY_FILE=$PWD/key
}

@test "keygen makes another key each time, and nothing else" {
	run -0 --separate-stderr sv-archive keygen
	[[ $output =~ ^[0-9a-f]{8}:[A-Za-z0-9+/]{43}=$ ]]
	[ "$stderr" = "" ]
	[ "$output" != "$(sv-archive keygen)" ]
}

@test "what is sealed is nobody else's to read, and comes back as it was" {
	sealed
	for bytes in 0 1 65535 65536 65537 131072 300000; do
		file spool/c$bytes.flac $bytes
		cp spool/c$bytes.flac was.$bytes
	done
	sv-archive upload spool >events
	! grep -rq "1234" state/archive
	for bytes in 0 1 65535 65536 65537 131072 300000; do
		sv-archive get c$bytes | cmp - was.$bytes
		pieces=$(((bytes + 65535) / 65536))
		[ "$(stat -c %s state/archive/*/*/*/c$bytes.flac.sealed)" = \
			$((64 + bytes + 17 * (pieces ? pieces : 1))) ]
	done
	sv-archive verify --full
	[ "$(head -c 8 state/archive/*/*/*/c1.flac.sealed)" = SVSEALED ]
}

@test "the same file is sealed to the same bytes, another to other ones" {
	sealed
	file spool/a.flac 100000
	cp -p spool/a.flac was.flac
	sv-archive upload spool
	cp state/archive/*/*/*/a.flac.sealed first
	rm -r state
	cp -p was.flac spool/a.flac
	sv-archive upload spool
	cmp first state/archive/*/*/*/a.flac.sealed
	rm -r state
	(cat was.flac; echo) >spool/a.flac
	sv-archive upload spool
	# not a piece of it is alike
	! cmp -s <(head -c 64 first) <(head -c 64 state/archive/*/*/*/a.flac.sealed)
	[ "$(cmp -l -n 1000 first state/archive/*/*/*/a.flac.sealed |
		wc -l)" -gt 900 ]
}

@test "what was altered, cut short, lengthened or renamed is refused" {
	sealed
	file spool/a.flac 200000
	file spool/b.flac 200000
	sv-archive upload spool >events
	a=$(echo state/archive/*/*/*/a.flac.sealed)
	b=${a/a.flac/b.flac}
	cp "$a" good
	for at in 0 8 12 20 40 64 70000 199999; do
		cp good "$a"
		printf '\377' | dd of="$a" bs=1 seek=$at conv=notrunc status=none
		run --separate-stderr sv-archive get a -o out
		[ "$status" -eq 65 ] || [ "$status" -eq 78 ]
		[ ! -e out ]
	done
	for bytes in 10 63 64 65 65617 131234 200130; do
		head -c $bytes good >"$a"
		run -65 --separate-stderr sv-archive get a -o out
		[ ! -e out ]
	done
	(cat good; printf x) >"$a"
	run -65 --separate-stderr sv-archive get a -o out
	cp good "$b"
	run -65 --separate-stderr sv-archive get b -o out
	[[ $stderr = *"altered, or sealed under another name"* ]]
	cp good "$a"
	sv-archive get a -o out
	[ "$(stat -c %a out)" = 600 ]
}

@test "keys change by a new one in front" {
	sealed
	file spool/a.flac 1000
	sv-archive upload spool >events
	old=$(<key)
	echo "$(sv-archive keygen) $old" >key
	file spool/b.flac 2000
	sv-archive upload spool >events
	sv-archive get a | cmp - <(seq 1 1000 | head -c 1000)
	sv-archive verify --full
	[ "$(sqlite3 state/store.db 'SELECT count(DISTINCT sealed) FROM objects')" -eq 2 ]
	# without the old one what it sealed is lost
	cut -d ' ' -f 1 key >new
	chmod 600 new
	export SV_SEAL_KEY_FILE=$PWD/new
	run -78 --separate-stderr sv-archive get a -o out
	[[ $stderr = *"sealed with key '${old%%:*}'"* ]]
	[ ! -e out ]
}

@test "a key that is none is refused without being repeated" {
	for key in x "a:b" "a b:c" ":AAAA" "id:$(head -c 31 /dev/zero | base64)" \
		"toolongforanidentifier:$(head -c 32 /dev/zero | base64)"; do
		SV_SEAL_KEY=$key run -78 --separate-stderr sv-archive list
		[[ $stderr = *"SV_SEAL_KEY"* ]]
		[[ $stderr != *AAAAAAAA* ]]
	done
	one=$(sv-archive keygen)
	SV_SEAL_KEY="$one,$one" run -78 --separate-stderr sv-archive list
	[[ $stderr = *"two keys are called"* ]]
}

# --- the filter ---

call_end() {
	jq -cn --arg r "$2" --arg c "$1" '{v: 1, type: "call.end", call: $c,
		seq: 9, t: 5, time: "2026-11-22T00:00:00.000Z",
		stage: "capture", reason: "hangup", recording: $r}'
}

@test "as a filter every event passes, and the recording is kept" {
	file spool/$CALL.flac 1000
	(echo '{"type": "x",  "call":"c", "y" : 0.10}'; call_end $CALL spool/$CALL.flac
		echo '{"type":"later"}') >events
	run -0 --separate-stderr sv-archive <events
	[ "$stderr" = "" ]
	cmp events <(grep -v archive.stored <<<"$output")
	[ "$(jq -r 'select(.type == "archive.stored") | .call' <<<"$output")" = $CALL ]
	[ ! -e spool/$CALL.flac ]
}

@test "the filter's bad lines are told, and the reader may leave" {
	run -65 --separate-stderr sv-archive <<<'no event'
	[ "$(jq -r .type <<<"$output")" = error ]
	file spool/$CALL.flac 1000
	call_end $CALL spool/$CALL.flac >events
	sv-archive <events | true
	[ "${PIPESTATUS[0]}" -eq 0 ]
	[ "$(state $CALL)" = verified ]
	run -0 sv-archive </dev/null
	[ "$output" = "" ]
}

@test "a recording that is not there does not hold the filter up" {
	run -0 --separate-stderr sv-archive < <(call_end c1 /nowhere/c1.flac)
	[[ $stderr = *"warning: call c1: its recording /nowhere/c1.flac is not here"* ]]
	[ "$(jq -r .type <<<"$output")" = call.end ]
}

@test "what an event names is kept and removed only when it is a recording" {
	echo "not yours" >notes.txt
	ln -s "$PWD/notes.txt" spool/c1.wav
	run -0 --separate-stderr sv-archive --keep 0s --settle 0s \
		< <(call_end c1 "$PWD/spool/c1.wav")
	[[ $stderr = *"notes.txt is no recording by its name, and stays"* ]]
	[ "$(jq -r .type <<<"$output")" = call.end ]
	[ -e notes.txt ]
}

@test "the filter sees to what an earlier one could not finish with" {
	file spool/$CALL.flac 1000
	sv-archive upload --keep 1h spool
	[ -e spool/$CALL.flac ]
	mkfifo in
	sv-archive <in &
	started+=($!)
	exec 8>in
	timeout 60 sh -c "while [ -e spool/$CALL.flac ]; do sleep 0.05; done"
	exec 8>&-
	wait $!
}

@test "watch goes on until it is told to stop" {
	sv-archive watch --every 50ms spool >events 3>&- &
	pid=$!
	started+=($pid)
	for n in 1 2 3; do
		file spool/call$n.flac $((n * 1000))
		timeout 60 sh -c "while [ -e spool/call$n.flac ]; do sleep 0.05; done"
	done
	kill $pid
	wait $pid
	[ "$(jq -r .call events | tr '\n' ' ')" = "call1 call2 call3 " ]
}

@test "a PostgreSQL store does as well" {
	pg=$SV_ROOT/tests/peers/postgres
	SV_STORE=$("$pg" start "$PWD/pg" 2>why) || skip "$(<why)"
	export SV_STORE
	file spool/$CALL.flac 1000
	sv-archive upload spool >events
	sv-archive list | grep -q "verified	recording	$CALL	1000"
	sv-archive verify --full
	"$pg" stop "$PWD/pg"
	file spool/next.flac 1000
	run -75 --separate-stderr sv-archive upload spool
	[ -e spool/next.flac ]
	"$pg" again "$PWD/pg"
	sv-archive upload spool >events
	[ ! -e spool/next.flac ]
	"$pg" stop "$PWD/pg"
}
