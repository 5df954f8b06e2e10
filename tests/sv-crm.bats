# sv-crm: events pass, and each call and each lead reaches the CRM once
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state
	unset SV_STORE SV_CRM_ENGINE SV_CRM_TIMEOUT SV_CRM_HOLD
	journal=$SV_STATE/journal.ndjson
}

# event TYPE CALL SEQ STAGE FIELDS: one line
event() {
	printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":%d,"time":"2026-11-21T10:00:0%d.000Z","stage":"%s"%s}\n' \
		"$1" "$2" "$3" "$3"000 "$3" "$4" "${5:+,$5}"
}

start() {
	event call.start "$1" 1 capture \
		'"caller":"+79161234567","callee":"+74951112233","direction":"in","language":"ru"'
}

talk() {
	event dialog.say "$1" 1 dialog '"say":"s1","text":"Здравствуйте!"'
	event asr.final "$1" 1 asr '"utterance":1,"text":"нужен кондиционер"'
}

conclude() {
	event dialog.end "$1" 2 dialog \
		'"outcome":"lead","slots":{"name":"Иван","phone":"+79160000001","email":"ivan@mail.ru","need":"кондиционер","budget":50000.5,"day":"2026-11-22","hour":"15:00","floor":3},"scenario":"sales-ru"'
}

end() {
	event call.end "$1" 2 capture \
		'"reason":"hangup","duration_ms":9000,"recording":"/rec/1.wav"'
}

# whole CALL: a call from ring to hang-up
whole() {
	start "$1"
	talk "$1"
	conclude "$1"
	end "$1"
}

# calls N: that many whole calls, two at a time interleaved
calls() {
	local i
	for ((i = 1; i < $1; i += 2)); do
		paste -d '\n' <(whole "C$i") <(whole "C$((i + 1))")
	done
}

# counts FILE: "LEADS CALLS KEYS" of a journal
counts() {
	jq -rs '[(map(select(.kind == "lead")) | length),
		(map(select(.kind == "call")) | length),
		(map(.key) | unique | length)] | join(" ")' "$1"
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -q "$1" "$2"; do :; done' sh "$1" "$2"
}

@test "a dialog.end becomes one lead with all its slots, and one call record" {
	whole C1 >events
	run --separate-stderr sv-crm <events
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	printf '%s\n' "$output" >out
	"$SV_ROOT/tests/check-events" --known out
	[ "$(jq -r .type out | grep -v crm | tr '\n' ' ')" = \
		"call.start dialog.say asr.final dialog.end call.end " ]
	[ "$(jq -r 'select(.stage == "crm") | "\(.seq) \(.type) \(.key)"' out)" = \
		"1 crm.queued C1:lead
2 crm.queued C1:call
3 crm.sent C1:lead
4 crm.sent C1:call" ]
	[ "$(wc -l <"$journal")" -eq 2 ]
	[ "$(jq -c 'select(.kind == "lead")' "$journal")" = \
		'{"key":"C1:lead","kind":"lead","call":"C1","time":"2026-11-21T10:00:02.000Z","name":"Иван","phone":"+79160000001","email":"ivan@mail.ru","need":"кондиционер","budget":50000.5,"callback":"2026-11-22 15:00","outcome":"lead","caller":"+79161234567","callee":"+74951112233","direction":"in","scenario":"sales-ru","language":"ru","slots":{"name":"Иван","phone":"+79160000001","email":"ivan@mail.ru","need":"кондиционер","budget":50000.5,"day":"2026-11-22","hour":"15:00","floor":3}}' ]
	[ "$(jq -c 'select(.kind == "call")' "$journal")" = \
		'{"key":"C1:call","kind":"call","call":"C1","status":"concluded","direction":"in","caller":"+79161234567","callee":"+74951112233","started":"2026-11-21T10:00:01.000Z","duration_ms":9000,"reason":"hangup","recording":"/rec/1.wav","outcome":"lead","scenario":"sales-ru","language":"ru","transcript":[{"who":"assistant","t":1000,"text":"Здравствуйте!","say":"s1"},{"who":"caller","t":1000,"text":"нужен кондиционер"}]}' ]
}

@test "a stream fed again makes nothing again, and passes as it came" {
	whole C1 >events
	sv-crm <events >/dev/null
	cp "$journal" before
	run --separate-stderr sv-crm <events
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat events)" ]
	run --separate-stderr sv-crm < <(cat events events)
	[ "$output" = "$(cat events events)" ]
	cmp before "$journal"
}

@test "what it does not know passes byte for byte, in pieces of any size" {
	{
		whole C1
		echo '{"type":"tag.mood","call":"C1", "x" : 0.1, "y":[1,2]}'
		printf '{"type":"last"}'
	} >events
	for size in 1 7 4096; do
		dd if=events bs=$size status=none |
			sv-crm -d "$size.db" -p "file=$size.ndjson" >out
		grep -v '"stage":"crm"' out | cmp - <(cat events; echo)
		[ "$(counts $size.ndjson)" = "1 1 2" ]
	done
	cmp 1.ndjson 4096.ndjson
}

@test "nothing makes nothing" {
	run --separate-stderr sv-crm </dev/null
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$stderr" = "" ]
	[ ! -e "$journal" ]
}

@test "bad lines and over-long ones are told in their place, the rest is done" {
	{
		start C1
		echo 'no json'
		head -c 1100000 /dev/zero | tr '\0' x
		echo
		conclude C1
		conclude '' | sed 's/"call":"",//'
	} >events
	run -65 --separate-stderr sv-crm <events
	[ "$(jq -r 'select(.type == "error").reason' <<<"$output" | wc -l)" -eq 3 ]
	[[ $output == *"stdin:2: "* ]]
	[[ $output == *"stdin:5: dialog.end of no call: a lead needs one"* ]]
	[ "$(counts "$journal")" = "1 1 2" ]
}

@test "a bad line that nobody reads of loses no lead behind it" {
	{ echo bad && whole C1 && echo bad; } >events
	run -74 --separate-stderr bash -c 'sv-crm <events >/dev/full'
	[ "$(counts "$journal")" = "1 1 2" ]
}

@test "fields of the wrong kind break nothing" {
	{
		event call.start C1 1 capture '"caller":{"a":[1]},"callee":7'
		event asr.final C1 1 asr '"text":5,"speaker":{}'
		event asr.final C1 2 asr '"text":"да","speaker":[],"start_ms":"x"'
		event dialog.say C1 1 dialog '"text":null,"say":3'
		event tts.interrupted C1 1 tts '"say":{},"heard":8'
		event dialog.slot C1 2 dialog '"slot":4,"value":[]'
		event dialog.handoff C1 3 dialog '"brief":true'
		event dialog.end C1 4 dialog '"outcome":[],"slots":"none","caller":1'
		event call.end C1 2 capture '"duration_ms":"long"'
		echo '{"type":"dialog.end","call":"C2"}'
	} >events
	run --separate-stderr sv-crm <events
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$(counts "$journal")" = "2 2 4" ]
	[ "$(jq -c 'select(.key == "C1:call").transcript' "$journal")" = \
		'[{"who":"caller","t":2000,"text":"да"}]' ]
}

@test "a call nobody concluded becomes a record, missed or abandoned, no lead" {
	{
		start C1
		end C1
		start C2
		talk C2
		end C2
	} >events
	sv-crm <events >/dev/null
	sv-crm <events >/dev/null
	[ "$(jq -r '"\(.key) \(.status) \(.duration_ms)"' "$journal")" = \
		"C1:call missed 9000
C2:call abandoned 9000" ]
}

@test "a call.end before the dialog.end still makes a whole record" {
	{
		start C1
		talk C1
		end C1
		conclude C1
	} | sv-crm >/dev/null
	[ "$(jq -r '"\(.kind) \(.outcome) \(.recording)"' "$journal")" = \
		"lead lead null
call lead /rec/1.wav" ]
}

@test "a call whose events come in two runs is one call" {
	{
		start C1
		talk C1
	} >first
	{
		conclude C1
		end C1
	} >second
	sv-crm <first >/dev/null
	[ ! -e "$journal" ]
	# what was seen is not seen again, also when all is fed anew
	cat first second | sv-crm >/dev/null
	sv-crm <second >/dev/null
	[ "$(counts "$journal")" = "1 1 2" ]
	[ "$(jq -c 'select(.kind == "call") | [.caller, .recording,
		(.transcript | length)]' "$journal")" = \
		'["+79161234567","/rec/1.wav",2]' ]
	[ "$(jq -r 'select(.kind == "lead").phone' "$journal")" = +79160000001 ]
}

@test "a dialog.end alone is sent at the end of the stream" {
	conclude C1 | sv-crm >/dev/null
	end C1 | sv-crm >/dev/null
	[ "$(counts "$journal")" = "1 1 2" ]
}

@test "how a prompt is to be said is not in the transcript" {
	{
		start C1
		event dialog.say C1 1 dialog \
			'"say":"s1","text":"Это *наш* з+амок. [pause 300ms] Да?"'
		conclude C1
		end C1
	} | sv-crm >out
	[ "$(jq -r 'select(.key == "C1:call").transcript[0].text' "$journal")" = \
		"Это наш замок. Да?" ]
}

@test "only what was heard of a prompt is in the transcript" {
	{
		start C1
		talk C1
		event tts.interrupted C1 1 tts '"say":"s1","heard":"Здрав"'
		end C1
	} | sv-crm >/dev/null
	[ "$(jq -c '.transcript[0] | [.text, .interrupted]' "$journal")" = \
		'["Здрав",true]' ]
}

@test "a very long call keeps the beginning of its transcript and says so" {
	{
		start C1
		jq -nc 'range(2; 400) | {v: 1, type: "asr.final", call: "C1",
			seq: ., t: 0, time: "2026-11-21T10:00:00.000Z",
			stage: "asr", utterance: ., text: ("ж" * 3000)}'
		end C1
	} | sv-crm >/dev/null
	[ "$(jq -c '[.text_cut, (.transcript | length) < 70,
		(.transcript[0].text | length)]' "$journal")" = \
		'[true,true,2048]' ]
}

@test "the events of a live call pass at once, and the lead is sent meanwhile" {
	mkfifo in
	sv-crm <in >out &
	exec 7>in
	start C1 >&7
	wait_for call.start out
	conclude C1 >&7
	wait_for '"crm.sent".*lead' out
	[ "$(counts "$journal")" = "1 0 1" ] # the record waits for call.end
	end C1 >&7
	wait_for '"crm.sent".*call' out
	exec 7>&-
	wait $!
	[ "$(jq -r 'select(.kind == "call").recording' "$journal")" = /rec/1.wav ]
}

@test "a record waits no longer than --hold for the rest of its call" {
	mkfifo in
	sv-crm --hold 1ms <in >out &
	exec 7>in
	conclude C1 >&7
	wait_for '"crm.sent".*call' out
	exec 7>&-
	wait $!
}

@test "SIGTERM sends what is due and keeps what is open" {
	mkfifo in
	sv-crm <in >out &
	exec 7>in
	{
		start C2
		start C1
		conclude C1
	} >&7
	wait_for '"crm.queued".*call' out
	kill -TERM $!
	wait $!
	exec 7>&-
	[ "$(counts "$journal")" = "1 1 2" ]
	end C2 | sv-crm >/dev/null
	[ "$(jq -r 'select(.call == "C2").caller' "$journal")" = +79161234567 ]
}

@test "a reader that left loses no lead" {
	calls 20 >events
	run --separate-stderr bash -c 'sv-crm <events | head -n 1; exit ${PIPESTATUS[0]}'
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$(counts "$journal")" = "20 20 40" ]
}

@test "a full stdout is not a success, and loses no lead" {
	whole C1 >events
	run -74 --separate-stderr bash -c 'sv-crm <events >/dev/full'
	[ "$stderr" = "sv-crm: write events: No space left on device" ]
	[ "$(counts "$journal")" = "1 1 2" ]
}

@test "-n says what would be done and writes nothing" {
	whole C1 >events
	run --separate-stderr sv-crm -n <events
	[ "$status" -eq 0 ]
	[ "$output" = "$(cat events)" ]
	[ "$stderr" = "sv-crm: would queue lead C1:lead
sv-crm: would queue call C1:call" ]
	[ ! -e "$SV_STATE" ]
	sv-crm <events >/dev/null
	run --separate-stderr sv-crm -n <events
	[ "$stderr" = "" ]
	run --separate-stderr sv-crm -n outbox drop C1:lead
	[ "$stderr" = "sv-crm: would drop C1:lead, which is sent" ]
}

@test "the outbox is listed, shown, retried and dropped by hand" {
	whole C1 >events
	run -73 --separate-stderr sv-crm -p file=/nowhere/journal <events
	[ "$stderr" = "sv-crm: warning: open journal /nowhere/journal: No such file or directory
sv-crm: not all calls are in the CRM: they wait in the outbox, sv-crm send tries again" ]
	run --separate-stderr sv-crm outbox
	[ "$(cut -f 1-3 <<<"$output")" = "C1:lead	queued	0
C1:call	queued	0" ]
	run --separate-stderr sv-crm -n send
	[ "$stderr" = "sv-crm: would send lead C1:lead
sv-crm: would send call C1:call" ]
	run --separate-stderr sv-crm outbox show C1:lead
	[ "$(jq -c '[.state, .payload.name]' <<<"$output")" = '["queued","Иван"]' ]
	sv-crm outbox drop C1:call
	sv-crm outbox retry C1:lead
	run --separate-stderr sv-crm send
	[ "$(jq -r '"\(.type) \(.key)"' <<<"$output")" = "crm.sent C1:lead" ]
	run --separate-stderr sv-crm send
	[ "$output" = "" ]
	[ "$(sv-crm outbox list all | cut -f 1,2)" = "C1:lead	sent
C1:call	dropped" ]
	[ "$(sv-crm outbox list dropped | cut -f 1)" = C1:call ]
	[ "$(sv-crm outbox)" = "" ]
	sv-crm <events >/dev/null # what was dropped does not come back
	[ "$(counts "$journal")" = "1 0 1" ]
	run -65 --separate-stderr sv-crm outbox retry C1:lead
	[ "$stderr" = "sv-crm: entry C1:lead: sent already" ]
	run -66 --separate-stderr sv-crm outbox show C9:lead
	[ "$stderr" = "sv-crm: store $SV_STATE/store.db: no entry C9:lead" ]
}

@test "wrong words on the command line are refused" {
	for words in "outbox eat" "outbox show" "outbox list red" "post" \
		"outbox show a b" "outbox drop" "outbox list --all" "send --all" \
		"outbox retry --all a" "-e bitrix" "-p colour=red" "-p file=" \
		"-d mysql://h/db" "-d postgresql://h/db?no=thing"; do
		run -64 --separate-stderr sv-crm $words </dev/null
		[ "$output" = "" ]
		[ "$stderr" != "" ]
	done
	run sv-crm -e help
	[[ $output == "journal "* ]]
}

@test "a store that is none is told, and the events pass all the same" {
	whole C1 >events
	echo "this is no database at all, only text" >store.db
	run -65 --separate-stderr sv-crm -d store.db <events
	[ "$output" = "$(cat events)" ]
	[[ $stderr == *"store store.db: damaged, or no database"* ]]
	run -73 --separate-stderr sv-crm -d /nowhere/store.db <events
	[ "$output" = "$(cat events)" ]
	[ "$stderr" = "sv-crm: warning: store /nowhere/store.db: No such file or directory
sv-crm: not all calls are in the outbox: feed the events again when that is mended" ]
	run -73 --separate-stderr sv-crm send -d /nowhere/store.db
}

@test "a journal at the size limit is cut back to whole lines, and goes on later" {
	mkdir "$SV_STATE"
	whole C0 | sv-crm >/dev/null
	yes '{"key":"X"}' | head -c $((64 * 1024 - 1200)) | sed '$d' >>"$journal"
	whole C1 >events
	cp "$journal" before
	# 64 KiB a file: the lead fits the store, its record not the journal
	whole C1 | sed 's/Здравствуйте!/'"$(printf 'ж%.0s' {1..600})"'/' >events
	run -74 --separate-stderr bash -c 'ulimit -f 64; sv-crm <events'
	[ "$(grep -vc '"stage":"crm"' <<<"$output")" -eq 5 ]
	[[ $output == *'"crm.failed"'*'"code":74'* ]]
	[[ $stderr == *"write $journal: File too large"* ]]
	jq -e . "$journal" >/dev/null
	[ "$(tail -c 1 "$journal" | xxd -p)" = 0a ]
	for key in C1:lead C1:call; do
		sv-crm outbox retry $key || true
	done
	sv-crm send >/dev/null
	[ "$(grep -c '"C1:lead"' "$journal")" -eq 1 ]
	[ "$(grep -c '"C1:call"' "$journal")" -eq 1 ]
}

@test "a full disk lets the events pass, is told, and loses nothing fed again" {
	mkdir disk
	mount -t tmpfs -o size=120k tmpfs disk 2>/dev/null ||
		skip "mounting a small disk is not permitted here"
	calls 30 >events
	run --separate-stderr sv-crm -d disk/store.db -p file=disk/journal <events
	[ "$status" -eq 74 ] || [ "$status" -eq 73 ]
	grep -v '"stage":"crm"' <<<"$output" | cmp - events
	[[ $stderr == *"full"* || $stderr == *"No space left"* ]]
	[ ! -s disk/journal ] || jq -e . disk/journal >/dev/null
	mount -o remount,size=8m disk
	sv-crm outbox -d disk/store.db | cut -f 1 |
		while read -r key; do sv-crm outbox retry "$key" -d disk/store.db; done
	sv-crm -d disk/store.db -p file=disk/journal <events >/dev/null
	run counts disk/journal
	umount disk
	[ "$output" = "30 30 60" ]
}

@test "several processes fed the same calls make each lead once" {
	calls 40 >events
	for i in 1 2 3 4; do
		sv-crm <events >"out$i" 2>"err$i" &
		pids[i]=$!
	done
	for i in 1 2 3 4; do
		wait "${pids[i]}" || { cat "err$i"; false; }
		[ ! -s "err$i" ]
		grep -v '"stage":"crm"' "out$i" | cmp - events
	done
	[ "$(counts "$journal")" = "40 40 80" ]
	[ "$(cat out? | grep -c '"crm.sent"')" -eq 80 ]
	[ "$(cat out? | grep -c '"crm.queued"')" -eq 80 ]
}

@test "killed at random 30 times, 200 calls are 200 leads and 200 records" {
	calls 200 >events
	for ((round = 0; round < 30; round++)); do
		: >out
		sv-crm <events >out 2>&1 &
		pids=($!)
		# every third time two of them at once
		[ $((round % 3)) -ne 2 ] || {
			sv-crm <events >/dev/null 2>&1 &
			pids+=($!)
		}
		# so far they get: into queueing or into sending
		lines=$((RANDOM % (600 + 30 * round) + 100))
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(wc -l <out)" -lt "$2" ]; do :; done' sh \
			"${pids[0]}" $lines
		kill -9 "${pids[@]}" 2>/dev/null || true
		wait "${pids[@]}" 2>/dev/null || true
	done
	[ -s "$journal" ]
	run --separate-stderr sv-crm <events
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$(counts "$journal")" = "200 200 400" ]
	[ "$(sv-crm outbox)" = "" ]
}

teardown() {
	umount disk 2>/dev/null || true
}
