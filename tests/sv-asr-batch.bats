# sv-asr FILE ...: recordings, many at once. Mostly with the engine that needs
# no model, so that what is tried is the batch and not the recognition.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export SV_ASR_ENGINE=loudness
	mkdir in
}

# tone NAME SECONDS [HERTZ]: a tone, silence, a tone: two utterances
tone() {
	sox -n -r 8000 -b 16 -c 1 "$1" synth "$2" sine "${3:-300}" pad 0 1.5 \
		repeat 1
}

# several NAME...: small recordings that differ
several() {
	local hz=300 name
	for name; do
		tone "$name" 0.4 $((hz += 10))
	done
}

# events without the wall clock
timeless() { sed -E 's/"time":"[^"]*",//; s/"asr_ms":[0-9]+,//' "$@"; }

sources() { jq -r 'select(.type == "call.start").source' "$@"; }

# workers PID: those it has now; waits until there is one
workers() {
	until pgrep -P "$1"; do
		kill -0 "$1" || return 1
	done
}

# wait_line COUNT PATTERN FILE: until so many lines are there
wait_lines() {
	until [ "$(grep -c "$2" "$3" 2>/dev/null)" -ge "$1" ]; do
		:
	done
}

@test "a recording is a call, from call.start to call.end, and fits the schema" {
	tone in/a.wav 1
	run -0 --separate-stderr sv-asr in/a.wav
	[ "$stderr" = "" ]
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	run -0 jq -sr '[.[].type] | join(" ")' events
	[ "$output" = "call.start vad.start vad.end asr.final vad.start vad.end asr.final call.end" ]
	run -0 jq -c 'select(.type == "call.start") | [.source, .rate, .channels, .duration_ms, .t]' events
	[ "$output" = '["in/a.wav",8000,1,5000,0]' ]
	run -0 jq -c 'select(.type == "call.end") | [.reason, .recording, .duration_ms, .t]' events
	[ "$output" = '["eof","in/a.wav",5000,5000]' ]
	run -0 jq -s 'map(.seq) == [range(1; length + 1)]' events
	[ "$output" = true ]
	run -0 jq -s '(map(.t) | . == sort) and (map(.call) | unique | length) == 1' events
	[ "$output" = true ]
}

@test "a call's id comes from the content: the same tomorrow, another for another" {
	several in/a.wav in/b.wav
	sv-asr in | jq -r .call | sort -u >once
	sv-asr in | jq -r .call | sort -u >twice
	cmp once twice
	[ "$(wc -l <once)" = 2 ]
}

@test "two channels are two speakers, interleaved by time" {
	sox -n -r 8000 -b 16 left.wav synth 1 sine 300 pad 0 4
	sox -n -r 8000 -b 16 right.wav synth 1 sine 400 pad 2 2
	sox -M left.wav right.wav in/both.wav
	sv-asr in/both.wav >events
	run -0 jq -sc 'map(select(.type == "asr.final") | [.channel, .speaker]) ' events
	[ "$output" = '[[0,"customer"],[1,"agent"]]' ]
	run -0 jq -s '(map(.t) | . == sort) and (map(.seq) == [range(1; length + 1)])' events
	[ "$output" = true ]
	run -0 --separate-stderr sv-asr --speakers bot,caller in/both.wav
	run -0 jq -sc 'map(select(.type == "vad.start").speaker)' <<<"$output"
	[ "$output" = '["bot","caller"]' ]
}

@test "a recording of one channel names no speaker unless told" {
	several in/a.wav
	[ "$(sv-asr in | jq 'select(.speaker)')" = "" ]
	[ "$(sv-asr --speakers customer in | jq -r 'select(.speaker).speaker' | sort -u)" = customer ]
}

@test "the order is that of the inputs, whatever finishes first" {
	tone in/a.wav 30
	several in/b.wav in/c.wav in/d.wav
	sv-asr -j 3 in/d.wav in >events
	run -0 sources events
	[ "$output" = "in/d.wav
in/a.wav
in/b.wav
in/c.wav
in/d.wav" ]
}

@test "any number of workers puts out the same" {
	several in/{a,b,c,d,e,f,g}.wav
	echo bad >in/h.wav
	run -65 --separate-stderr sv-asr -j 1 in
	timeless <<<"$output" >one
	for jobs in 2 3 20; do
		run -65 --separate-stderr sv-asr -j $jobs in
		timeless <<<"$output" | cmp - one
	done
}

@test "--unordered gives each recording whole, as it is done" {
	truncate -s 10M in/a.sln
	several in/b.wav in/c.wav
	sv-asr -j 2 --unordered in >events
	[ "$(sources events | tail -n 1)" = in/a.sln ]
	[ "$(sources events | sort | tr '\n' ' ')" = "in/a.sln in/b.wav in/c.wav " ]
	# no recording's events stand among another's
	run -0 jq -rs '[.[].call] | reduce .[] as $c ([]; if .[-1] == $c then . else . + [$c] end) | length' events
	[ "$output" = 3 ]
}

@test "folders are searched to the bottom, by name, for the suffixes we know" {
	mkdir -p in/b/c in/.hidden
	several in/z.wav in/b/c/x.wav in/b/a.flac in/.hidden/no.wav in/.no.wav
	echo text >in/readme.txt
	sox in/z.wav -t raw -e mu-law in/m.ulaw
	run -0 --separate-stderr sv-asr in
	[ "$(sources <<<"$output")" = "in/b/a.flac
in/b/c/x.wav
in/m.ulaw
in/z.wav" ]
	[ "$stderr" = "" ]
}

@test "links are followed, but not in circles" {
	several in/a.wav elsewhere.wav
	mkdir in/down
	ln -s .. in/down/up
	ln -s ../elsewhere.wav in/b.wav
	ln -s nowhere.wav in/c.wav
	run -65 --separate-stderr sv-asr in
	[ "$(sources <<<"$output")" = "in/a.wav
in/b.wav" ]
	[ "$(jq -r 'select(.type == "error").reason' <<<"$output")" = \
		"open in/c.wav: No such file or directory" ]
	[ "$stderr" = "sv-asr: warning: in/down/up leads back to in: not followed" ]
}

@test "a folder is searched once, however many links lead there" {
	several in/a.wav
	for i in {1..12}; do
		mkdir "in/d$i"
		for k in {1..12}; do
			ln -s "../d$k" "in/d$i/l$k"
		done
	done
	several in/d7/b.wav
	run -0 --separate-stderr timeout 20 sv-asr in
	[ "$(sources <<<"$output" | wc -l)" -eq 2 ]
}

@test "Asterisk's files without a header are known by their suffix" {
	sox -n -r 8000 -b 16 a.wav synth 2 sine 300
	sox -n -r 16000 -b 16 w.wav synth 2 sine 300
	sox a.wav -t ul in/1.ulaw
	sox a.wav -t al in/2.alaw
	sox a.wav -t gsm in/3.gsm
	sox a.wav -t raw in/4.sln
	sox w.wav -t raw in/5.sln16
	head -c 16000 /dev/zero >in/6.g722
	sv-asr in >events
	run -0 jq -rc 'select(.type == "call.start") | [.rate, .duration_ms]' events
	[ "$output" = "[8000,2000]
[8000,2000]
[8000,2000]
[8000,2000]
[16000,2000]
[16000,2000]" ]
	run -0 jq -s 'map(select(.type == "asr.final")) | length' events
	[ "$output" -ge 5 ]
}

@test "--raw says how to read files that have neither header nor suffix" {
	sox -n -r 8000 -b 16 -t raw plain synth 1 sine 300
	run -65 --separate-stderr sv-asr plain
	run -0 --separate-stderr sv-asr --raw sln plain
	[ "$(jq -r 'select(.type == "call.start").duration_ms' <<<"$output")" = 1000 ]
	run -64 --separate-stderr sv-asr --raw mp9 plain
	[ "$output" = "" ]
	[[ "$stderr" == *"no coding 'mp9'"* ]]
}

@test "every bad file is one error that names it, and the others are done" {
	several in/a.wav in/z.wav
	: >in/b.wav
	head -c 5000 /dev/urandom >in/c.wav
	head -c 40 in/a.wav >in/d.wav
	echo "no recording" >in/e.mp3
	mkdir empty
	mkfifo fifo
	run -65 --separate-stderr sv-asr missing.wav in empty fifo
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(sources events | tr '\n' ' ')" = "in/a.wav in/z.wav " ]
	run -0 jq -r 'select(.type == "error") | "\(.code) \(.source)"' events
	[ "$output" = "66 missing.wav
65 in/b.wav
65 in/c.wav
65 in/d.wav
65 in/e.mp3
65 empty
66 fifo" ]
}

@test "a recording cut short gives what can be read of it, and an error" {
	tone whole.wav 2
	head -c 30001 whole.wav >in/cut.wav
	run -65 --separate-stderr sv-asr in
	run -0 jq -sr '[.[].type] | join(" ")' <<<"$output"
	[ "$output" = "call.start vad.start vad.end asr.final error call.end" ]
}

@test "names come from a list: CRLF, blanks, a last line without an end" {
	several "in/a b.wav" in/c.wav in/d.wav
	printf 'in/a b.wav\r\n\nin/c.wav\nin/d.wav' >list
	run -0 --separate-stderr sv-asr --files-from list
	[ "$(sources <<<"$output")" = "in/a b.wav
in/c.wav
in/d.wav" ]
	run -0 --separate-stderr bash -c 'sv-asr --files-from - <list'
	[ "$(sources <<<"$output")" = "in/a b.wav
in/c.wav
in/d.wav" ]
	run -66 --separate-stderr sv-asr --files-from no-list
	[ "$stderr" = "sv-asr: open no-list: No such file or directory" ]
}

@test "a list from a pipe that does not block is waited for" {
	mkfifo list
	python3 -c 'import os, time
os.set_blocking(0, False)
os.execvp("sv-asr", ["sv-asr", "-e", "loudness", "-j", "1", "--files-from", "-"])' \
		<list >out 2>err &
	exec 8>list
	timeout 20 sh -c "until grep -q sv-asr /proc/$!/comm; do :; done"
	ls /usr/share/asterisk/sounds/en/digits/[12].wav >&8
	exec 8>&-
	wait $!
	[ "$(grep -c call.end out)" = 2 ]
}

@test "a list of names ended by zero bytes may hold names with newlines" {
	several $'in/a\nb.wav' in/c.wav
	find in -name '*.wav' -print0 | sort -z >list
	run -0 --separate-stderr bash -c 'sv-asr -0 --files-from - <list'
	[ "$(jq -r 'select(.type == "call.start").source | @json' <<<"$output")" = '"in/a\nb.wav"
"in/c.wav"' ]
}

@test "bad lines in a list are errors of their own, the others are done" {
	several in/a.wav
	{
		head -c 10000 /dev/zero | tr '\0' x
		printf '\nbad\0name\n\xef\xbb\xbf\nin/a.wav\n'
	} >list
	run -65 --separate-stderr sv-asr --files-from list
	[ "$(sources <<<"$output")" = in/a.wav ]
	run -0 jq -r 'select(.type == "error").reason' <<<"$output"
	[ "${lines[0]}" = "list:1: a name longer than the system allows" ]
	[ "${lines[1]}" = "list:2: a zero byte; for such lists there is -0" ]
}

@test "a name that is not UTF-8 is told as a file: URL" {
	several in/a.wav
	mv in/a.wav $'in/caf\xe9 %.wav'
	run -0 --separate-stderr sv-asr in
	[ "$(sources <<<"$output")" = "file://$PWD/in/caf%E9%20%25.wav" ]
	echo bad >$'in/\xff.wav'
	run -65 --separate-stderr sv-asr in
	"$SV_ROOT/tests/check-events" --known - <<<"$output"
}

@test "nothing to do is an error for an empty folder, nothing for an empty list" {
	run -65 --separate-stderr sv-asr in
	[ "$(jq -r .reason <<<"$output")" = "in: no recordings in it" ]
	run -0 --separate-stderr sv-asr --files-from /dev/null
	[ "$output$stderr" = "" ]
}

@test "the same content under two names is decoded once" {
	tone in/a.wav 20
	cp in/a.wav in/b.wav
	cp in/a.wav in/c.wav
	sv-asr -j 3 in >events
	[ "$(sources events | tr '\n' ' ')" = "in/a.wav in/b.wav in/c.wav " ]
	[ "$(jq -r 'select(.type == "call.end").recording' events | tr '\n' ' ')" = \
		"in/a.wav in/b.wav in/c.wav " ]
	# the moment it was recognised is the same in all three
	run -0 jq -rs 'map(select(.type == "asr.final") | .time + (.seq | tostring)) | unique | length' events
	[ "$output" = 2 ]
}

@test "what a journal holds is put out again, byte for byte, and not decoded" {
	several in/a.wav in/b.wav in/c.wav
	sv-asr --resume journal in >first
	sv-asr --resume journal in >second
	cmp first second
	mv in/b.wav in/d.wav
	sv-asr --resume journal in >third
	[ "$(sources third | tr '\n' ' ')" = "in/a.wav in/c.wav in/d.wav " ]
	sort <(jq -r .time first) | cmp - <(sort <(jq -r .time third))
	[ "$(stat -c %a journal)" = 600 ]
}

@test "other settings, other results: a journal keeps them apart" {
	several in/a.wav
	sv-asr --resume journal in >first
	sv-asr --resume journal -l en in >second
	[ "$(jq -r 'select(.type == "call.start").language' second)" = en ]
	sv-asr --resume journal --speakers bot in >third
	grep -q '"speaker":"bot"' third
	sv-asr --resume journal in | cmp - first
}

@test "what was damaged is told again from a journal" {
	tone whole.wav 2
	head -c 30001 whole.wav >in/cut.wav
	run -65 --separate-stderr sv-asr --resume journal in
	first=$output
	run -65 --separate-stderr sv-asr --resume journal in
	[ "$output" = "$first" ]
}

@test "killed with -9 and started again, a run repeats nothing and loses nothing" {
	several in/{a,b,c,d,e,f}.wav
	truncate -s 400M in/g.sln
	several in/h.wav
	sv-asr -j 1 --resume journal in >first &
	pid=$!
	wait_lines 6 call.end first
	workers $pid >children
	kill -9 $pid
	wait $pid || true
	while kill -0 "$(cat children)" 2>/dev/null; do :; done
	truncate -s 1M in/g.sln
	sv-asr -j 2 --resume journal in >second
	head -n "$(wc -l <first)" second | cmp - first
	rm journal*
	sv-asr in | timeless >whole
	timeless second | cmp - whole
}

@test "a file that is no journal is left alone" {
	several in/a.wav
	yes "no journal" | head -c 5000 >journal
	cp journal before
	run -65 --separate-stderr sv-asr --resume journal in
	[[ "$stderr" == *"journal: damaged, or no journal of sv-asr"* ]]
	cmp journal before
	sqlite3 other 'CREATE TABLE mine (x)'
	run -65 --separate-stderr sv-asr --resume other in
	[[ "$stderr" == *"a database, but no journal of sv-asr"* ]]
	run -73 --separate-stderr sv-asr --resume no/folder in
}

@test "a worker that is killed costs nothing: its file is taken once more" {
	truncate -s 5M in/a.sln
	several in/b.wav in/c.wav
	sv-asr -j 1 in >events 2>log &
	pid=$!
	kill -9 "$(workers $pid)"
	wait $pid
	[ "$(sources events | tr '\n' ' ')" = "in/a.sln in/b.wav in/c.wav " ]
	grep -q 'warning: in/a.sln: its decoder died of signal 9 (Killed): once more' log
}

@test "a file whose decoder dies twice is an error, and the others are done" {
	truncate -s 400M in/a.sln
	several in/b.wav in/c.wav
	sv-asr -j 1 in >events 2>log &
	pid=$!
	first=$(workers $pid)
	kill -9 "$first"
	wait_lines 1 'once more' log
	until second=$(workers $pid) && [ "$second" != "$first" ]; do :; done
	kill -9 "$second"
	rc=0
	wait $pid || rc=$?
	[ $rc = 65 ]
	[ "$(sources events | tr '\n' ' ')" = "in/b.wav in/c.wav " ]
	run -0 jq -r 'select(.type == "error") | "\(.source) \(.code) \(.reason)"' events
	[ "$output" = "in/a.sln 70 in/a.sln: its decoder died of signal 9 (Killed)" ]
}

@test "a decoder that stands still is ended after --timeout" {
	truncate -s 400M in/a.sln
	several in/b.wav
	sv-asr -j 1 -t 500ms in >events 2>log &
	pid=$!
	kill -STOP "$(workers $pid)"
	rc=0
	wait $pid || rc=$?
	[ $rc = 65 ]
	[ "$(sources events)" = in/b.wav ]
	run -0 jq -r 'select(.type == "error").reason' events
	[ "$output" = "in/a.sln: its decoder stood still and was ended" ]
}

@test "SIGTERM ends it in good order: what is done is out and saved" {
	several in/a.wav in/b.wav
	truncate -s 400M in/c.sln
	several in/d.wav
	sv-asr -j 2 --resume journal in >events 2>log &
	pid=$!
	wait_lines 2 call.end events
	children=$(workers $pid)
	until [ "$(sqlite3 journal 'SELECT count(*) FROM result')" = 3 ]; do :; done
	kill $pid
	wait $pid
	for child in $children; do
		run ! kill -0 "$child"
	done
	[ "$(sources events | tr '\n' ' ')" = "in/a.wav in/b.wav in/d.wav " ]
	[ "$(cat log)" = "sv-asr: warning: stopped after 3 of 4 recordings; the same command goes on from here" ]
}

@test "a reader that left ends it quietly, a full disk does not pass for success" {
	several in/a.wav in/b.wav in/c.wav
	run -0 --separate-stderr bash -c 'sv-asr in | true; exit ${PIPESTATUS[0]}'
	[ "$stderr" = "" ]
	run -74 --separate-stderr bash -c 'sv-asr in >/dev/full'
	[[ "$stderr" == "sv-asr: write "*": No space left on device" ]]
	run -74 --separate-stderr bash -c 'sv-asr in >&-'
	run -74 --separate-stderr sv-asr -o /dev/full in
}

@test "-o FILE is there when it is whole, and not before" {
	several in/a.wav
	echo old >out
	run -0 --separate-stderr sv-asr -o out in
	[ "$output$stderr" = "" ]
	[ "$(sources out)" = in/a.wav ]
	echo old >out
	run -65 --separate-stderr sv-asr -o out in missing.wav
	[ "$(sources out)" = in/a.wav ]
	[ "$(jq -r 'select(.type == "error").source' out)" = missing.wav ]
	truncate -s 400M big.sln
	echo old >out
	sv-asr -o out big.sln &
	pid=$!
	workers $pid
	kill -9 $pid
	wait $pid || true
	[ "$(cat out)" = old ]
	run -73 --separate-stderr sv-asr -o no/folder/out in
}

@test "a folder of transcripts mirrors the recordings, the stream stays events" {
	mkdir in/sub
	several in/a.wav in/sub/a.wav in/b.wav
	sox in/b.wav -t ul in/b.ulaw
	sv-asr --output-folder out --format txt in >events
	[ "$(cd out && find . -type f | sort | tr '\n' ' ')" = \
		"./a.txt ./b-2.txt ./b.txt ./sub/a.txt " ]
	[ "$(cat out/sub/a.txt)" = "# in/sub/a.wav" ]
	[ "$(cat out/b.txt)" = "# in/b.ulaw" ]
	[ "$(sources events | wc -l)" = 4 ]
	sv-asr --output-folder out --format ndjson in/b.wav >events
	cmp out/b.ndjson events
	run -73 --separate-stderr sv-asr --output-folder in/b.wav/x in
}

@test "formats that hold one recording refuse more in one stream" {
	several in/a.wav in/b.wav
	run -64 --separate-stderr sv-asr --format srt in
	[ "$stderr" = "sv-asr: srt holds one recording, here are 2: give --output-folder" ]
	run -0 --separate-stderr sv-asr --format vtt in/a.wav
	[ "$output" = "WEBVTT" ]
	run -64 --separate-stderr sv-asr --format doc in
	[[ "$stderr" == *"no format 'doc'"* ]]
	run -65 --separate-stderr sv-asr --format txt in/a.wav missing.wav
	[ "$output" = "# in/a.wav" ]
	[ "$stderr" = "sv-asr: open missing.wav: No such file or directory" ]
}

@test "hundreds of small recordings on many workers, each once and in order" {
	several one.wav
	for i in $(seq -w 300); do
		{ cat one.wav; echo "$i"; } >in/$i.wav
	done
	sv-asr -j 8 in >events
	sources events | sort -c
	[ "$(sources events | wc -l)" = 300 ]
}

@test "a terminal sees a bar with what is left, a pipe nothing" {
	truncate -s 10M in/a.sln
	several in/b.wav
	run -0 script -qec "sv-asr in >/dev/null" /dev/null
	[[ "$output" == *"["*"] "*"%, "*" of 2"* ]]
	run -0 --separate-stderr sv-asr in
	[ "$stderr" = "" ]
}

@test "too many workers, and options that do not fit, are refused" {
	several in/a.wav
	run -64 --separate-stderr sv-asr -j 5000 in
	[ "$stderr" = "sv-asr: -j 5000: 1024 at most" ]
	SV_ASR_ENGINE=nonsense run -64 --separate-stderr sv-asr in
	[ "$output" = "" ]
}

# What follows recognises words.

need_vosk() {
	export SV_ASR_ENGINE=vosk SV_LANG=en
	sv-asr --files-from /dev/null ||
		skip "no libvosk or no English model: make deps"
	sounds=/usr/share/asterisk/sounds/en
	[ -e $sounds/tt-weasels.wav ] || skip "no recorded voice: make deps"
}

@test "speech becomes words with times, from recordings of any kind" {
	need_vosk
	sox -M "|sox $sounds/agent-pass.wav -p pad 0 6" \
		"|sox $sounds/tt-weasels.wav -p pad 5" in/call.flac
	run -0 --separate-stderr sv-asr --resume journal in
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	run -0 jq -r 'select(.type == "asr.final" and .text != "") | "\(.speaker): \(.text)"' events
	[[ "${lines[0]}" == "customer: please enter your password"* ]]
	[[ "${lines[1]}" == "agent: "*"phone system" ]]
	run -0 jq -s 'map(select(.type == "asr.final") | . as $f | .words[] | .start_ms >= $f.start_ms - 500 and .end_ms <= $f.end_ms + 500 and .end_ms > .start_ms and .confidence <= 1) | all' events
	[ "$output" = true ]
	run -0 --separate-stderr sv-asr --resume journal --format txt in
	[[ "$output" == "# in/call.flac
[00:00:00] customer: please enter your password"*"
[00:00:05] agent: "*"phone system" ]]
	run -0 --separate-stderr sv-asr --resume journal --format ctm in
	[[ "${lines[1]}" =~ ^"call A 0."[0-9]{3}" 0."[0-9]{3}" please "[01]\.[0-9]{3}$ ]]
}

@test "two workers share one model and say what one says" {
	need_vosk
	cp $sounds/{agent-pass,tt-weasels,vm-goodbye}.wav in
	sv-asr -j 1 in | timeless >one
	sv-asr -j 2 in | timeless | cmp - one
	[ "$(jq -s 'map(select(.type == "asr.final" and .text != "")) | length' one)" -ge 3 ]
}

@test "batch-transcribe leaves redacted events, texts, and can be started again" {
	need_vosk
	command -v sv-text || skip "sv-text is not built"
	cp $sounds/{agent-pass,tt-weasels}.wav in
	: >in/empty.wav
	cp in/tt-weasels.wav in/twice.wav
	PATH=$SV_ROOT/pipelines:$PATH
	run -65 batch-transcribe in out -j 2
	"$SV_ROOT/tests/check-events" --known out/calls.ndjson
	[ "$(find out -name '*.txt' | wc -l)" = 2 ]
	run -0 cat out/"$(jq -r 'select(.source == "in/agent-pass.wav" and .call).call' out/calls.ndjson).txt"
	[[ "$output" == "0 s  ?: please enter your password"* ]]
	cp out/calls.ndjson before
	run -65 batch-transcribe in out -j 2
	cmp <(grep -v '"error"' before) <(grep -v '"error"' out/calls.ndjson)
	run -64 batch-transcribe in
}
