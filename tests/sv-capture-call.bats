# A telephone call through sv-capture, and whatever can happen to it. The other
# side is tests/peers/audiosocket, which is as strict as Asterisk.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR SV_RUN=$BATS_TEST_TMPDIR/run
	unset SV_RATE SV_LANG SV_CALL_ID SV_FALLBACK SV_TRACE_DIR
	server=
	# a second of sound without a zero byte
	yes ababCDCD | tr -d '\n' | head -c 16000 >tone.pcm
}

teardown() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
	[ ! -s group ] || kill -9 -- "-$(<group)" 2>/dev/null || true
}

# until COMMAND...: waits for it to hold, 20 s at most
until_() {
	local n=0
	until "$@" 2>/dev/null; do
		((n++ < 1000)) || return 1
		read -r -t 0.02 <> <(:) || true
	done
}

# serve [OPTION...] -- COMMAND: sv-capture on a port of its own
serve() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	sv-capture -v --grace 2s --silence 3s "${options[@]}" \
		audiosocket://127.0.0.1:0 "$@" >events 2>log 3>&- &
	server=$!
	until_ grep -q 'listening on' log
	port=$(sed -n 's/.*listening on .*:\([0-9]*\).*/\1/p' log | head -n 1)
}

# script TEXT: a COMMAND of several lines, its process group noted in ./group
script() {
	printf '#!/usr/bin/env bash\ncd %q\necho $$ >group\n%s\n' \
		"$PWD" "$1" >command
	chmod +x command
}

# call [OPTION...] STEP...: the peer's line of JSON, which must not be wrong
call() {
	local options=()
	while [[ $1 == --* ]]; do
		options+=("$1" "$2")
		shift 2
	done
	"$SV_ROOT/tests/peers/audiosocket" "${options[@]}" "$port" "$@" >peer
	cat peer
	jq -es 'all(.[]; has("wrong") | not)' peer >/dev/null
}

# over [N]: waits for the end of the call, or of N calls, and checks its events
over() {
	until_ ended "${1:-1}"
	"$SV_ROOT/tests/check-events" events
}

ended() {
	[ "$(grep -c '"type":"call.end"' events)" -ge "$1" ]
}

# has TYPE CONDITION: whether an event of that type is so
has() {
	jq -es --arg type "$1" "any(.[]; .type == \$type and ($2))" events \
		>/dev/null
}

# peer CONDITION: whether it holds of what the peer tells
peer() {
	jq -es "all(.[]; $1)" peer >/dev/null
}

# event TYPE [JSON]: an event as a pipeline writes it, for a script
event() {
	printf "printf '%%s\\\\n' '%s' >&3\n" "$(jq -cn --arg type "$1" \
		--argjson more "${2:-{\}}" '{v: 1, type: $type, seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "test"} + $more')"
}

# left: the outcome that the call has left for the dialplan
left() {
	jq -r "$1 // empty" run/*.json
}

gone() {
	! kill -0 -- "-$(<group)" 2>/dev/null
}

loud() {
	tr -d '\0' <"$1"
}

@test "a caller hears COMMAND's sound at once, in frames of 20 ms" {
	serve -- cat
	call --hear heard.pcm say tone.pcm silence 200 hangup
	over
	peer '.first_ms < 500 and .sound >= 49 and .spare_ms <= 100'
	[ "$(loud heard.pcm | wc -c)" -ge 15700 ]
	has call.start '.rate == 8000 and .direction == "in" and .t == 0 and
		.seq == 1 and .stage == "capture"'
	has call.end '.reason == "hangup" and .by == "far" and
		.duration_ms >= 1000 and .duration_ms <= 2000'
	run -0 jq -s 'length' events
	[ "$output" = 2 ]
}

@test "silence is sent from the first ms when COMMAND says nothing" {
	script 'exec cat >/dev/null'
	serve -- ./command
	call silence 1000 hangup
	over
	peer '.sound == 0 and .first_ms < 500 and .frames >= 40 and
		.frames <= 60 and .gap_ms < 200'
}

@test "COMMAND has six descriptors, its call's environment and a group" {
	script 'ls /proc/self/fd >fds; env | grep -E "^(SV_|TRACEPARENT)" >set
ps -o pgid= $$ >pgid; ulimit -v >memory; grep Sig /proc/self/status >signals
exec cat >/dev/null'
	serve --max-memory 3000 -l en -- ./command
	call --uuid 0123456789abcdef0123456789abcdef silence 300 hangup
	over
	[ "$(xargs <fds)" = "0 1 2 3 4 5 6" ] # 6 is ls's own
	grep -qx SV_CALL_FDS=1 set
	grep -qx SV_CALL_ID=014D2PF2DBSQQG28T5CY4TQKFF set
	grep -qx SV_CALLER= set
	grep -qx SV_DIRECTION=in set
	grep -qx SV_RATE=8000 set
	grep -qx SV_LANG=en set
	grep -qE '^TRACEPARENT=00-0123456789abcdef0123456789abcdef-[0-9a-f]{16}-01$' set
	[ "$(xargs <pgid)" = "$(<group)" ]
	[ "$(<memory)" = 3072000 ]
	grep -q 'SigIgn:.0000000000000000' signals
	grep -q 'SigBlk:.0000000000000000' signals
	until_ gone
}

@test "what the dialplan has told of a call is known" {
	mkdir run
	echo '{"caller":"+7 916","callee":"810","direction":"out"}' \
		>run/014D2PF2DBSQQG28T5CY4TQKFF.json
	script 'echo "$SV_CALLER, $SV_CALLEE, $SV_DIRECTION" >who; exec cat'
	serve -- ./command
	call --uuid 0123456789abcdef0123456789abcdef silence 200 hangup
	over
	[ "$(<who)" = "+7 916, 810, out" ]
	has call.start '.caller == "+7 916" and .callee == "810" and
		.direction == "out"'
}

@test "frames split at every byte are heard as whole ones" {
	script 'exec cat >"heard.$SV_CALL_ID"'
	serve -- ./command
	call --split 1 --uuid 0123456789abcdef0123456789abcdef \
		say tone.pcm hangup
	call --split 7 say tone.pcm hangup
	call --split 4096 say tone.pcm hangup
	over 3
	for file in heard.*; do
		cmp <(loud "$file") tone.pcm
	done
	! grep '"error"' events
}

@test "a call has the rate of its first frame" {
	script 'echo "$SV_RATE" >rate; exec cat'
	serve -- ./command
	call --rate 16000 --hear heard.pcm say tone.pcm silence 100 hangup
	over
	[ "$(<rate)" = 16000 ]
	[ "$(loud heard.pcm | wc -c)" -ge 15000 ]
	has call.start '.rate == 16000'
}

@test "frames of other rates are brought to the call's" {
	for _ in {1..24}; do cat tone.pcm; done >long.pcm
	script 'exec cat >"heard.$SV_RATE"'
	serve -- ./command
	for rate in 12000 32000 44100 96000 192000; do
		rm -f heard.8000
		head -c $((rate * 2)) long.pcm >second.pcm
		call --rate $rate say second.pcm silence 100 hangup
		until_ gone
		n=$(loud heard.8000 | wc -c)
		[ "$n" -gt 15000 ] && [ "$n" -lt 17000 ]
	done
	over 5
}

@test "a key goes to the stream and to descriptors 4 and 5" {
	script 'cat <&4 >four & cat <&5 >five & cat >/dev/null; wait'
	serve -- ./command
	call silence 100 key 5 silence 100 key '#' silence 100 hangup
	over
	run -0 jq -r 'select(.type == "dtmf").digit' events
	[ "$output" = $'5\n#' ]
	[ "$(jq -r .type four | xargs)" = "call.start dtmf dtmf call.end" ]
	[ "$(jq -r .type five | xargs)" = "dtmf dtmf" ]
}

@test "dtmf.send is played as tones" {
	script "$(event dtmf.send '{"digits":"12#"}')"'
exec cat >/dev/null'
	serve -- ./command
	call --hear heard.pcm wait-sound wait-quiet hangup
	over
	peer '.sound >= 15 and .sound <= 18'
}

@test "events for the stages are copied to them, and all go to the stream" {
	script 'cat <&4 >four & cat <&5 >five &
'"$(event tts.start '{"say":"1"}'; event asr.expect '{"expect":"free"}'
		event x.unknown '{"n":0.10}'; event tts.end '{"say":"1"}')"'
cat >/dev/null; wait'
	serve -- ./command
	call silence 300 hangup
	over
	[ "$(jq -r .type four | xargs)" = "call.start tts.start tts.end call.end" ]
	[ "$(jq -r .type five | xargs)" = "tts.start asr.expect tts.end" ]
	[ "$(jq -r .type events | xargs)" = \
		"call.start tts.start asr.expect x.unknown tts.end call.end" ]
	grep -q '"n":0.1[0,}]' events
}

@test "a turn tells when its answer went to the wire" {
	script "$(event turn '{"turn":1,"say":"1","total_ms":30,
		"parts":{"asr":20,"tts":10}}')"'
'"$(event tts.end '{"say":"1"}')"'
cat tone.pcm; cat >/dev/null'
	serve -- ./command
	call silence 500 hangup
	over
	has turn '.parts.wire >= 0 and .parts.wire < 200 and
		.total_ms == 30 + .parts.wire'
	[ "$(jq -r .type events | xargs)" = "call.start turn tts.end call.end" ]
}

@test "the farewell is heard before call.hangup is obeyed" {
	script 'cat tone.pcm
'"$(event dialog.end '{"outcome":"qualified"}'; event call.hangup)"'
cat >/dev/null'
	serve -- ./command
	call --hear heard.pcm wait
	over
	peer '.ended == "hangup" and .sound == 50'
	cmp <(loud heard.pcm) tone.pcm
	has call.end '.reason == "hangup" and .by == "pipeline"'
	[ "$(left .outcome) $(left .reason)" = "hangup qualified" ]
	[ "$(left .target)" = "" ]
}

@test "call.transfer leaves whom to reach and what that person should know" {
	script "$(event dialog.handoff '{"target":"sales","reason":"asked",
		"brief":"Иван, кондиционер"}'
		event call.transfer '{"target":"sales"}')"'
cat >/dev/null'
	serve -- ./command
	call wait
	over
	peer '.ended == "hangup"'
	has call.end '.reason == "handoff" and .by == "pipeline"'
	[ "$(left .outcome)" = transfer ]
	[ "$(left .target)" = sales ]
	[ "$(left .reason)" = asked ]
	[ "$(left .brief)" = "Иван, кондиционер" ]
}

@test "a COMMAND that fails sends the caller to the fallback" {
	script 'echo "no scenario" >&2; exit 78'
	serve --fallback 700 -- ./command
	call wait
	over
	peer '.ended == "hangup" and .ms < 5000'
	has error '.reason | test("the pipeline ended with 78")'
	has call.end '.reason == "error" and .by == "capture"'
	[ "$(left .outcome) $(left .target) $(left .reason)" = \
		"transfer 700 failure" ]
	grep -q 'no scenario' log
}

@test "a COMMAND that is not there sends the caller to the fallback" {
	serve --fallback 700 -- ./no-such-command
	call wait
	over
	peer '.ended == "hangup"'
	has error '.reason | test("run ./no-such-command: No such file")'
	[ "$(left .outcome) $(left .target)" = "transfer 700" ]
}

@test "a COMMAND that ends is played out, then the caller goes on" {
	serve -- cat tone.pcm
	call wait
	over
	peer '.ended == "hangup" and .sound == 50'
	[ "$(left .outcome)" = transfer ]
}

# a pipeline of the shape of pipelines/live-call
stages() {
	script 'shopt -s lastpipe
stage() { echo $BASHPID >"stage$1"; exec cat; }
stage 1 | stage 2 | stage 3'
}

@test "any stage killed -9 sends the caller to a person" {
	stages
	serve --fallback 700 -- ./command
	for stage in 1 2 3; do
		rm -rf run stage?
		"$SV_ROOT/tests/peers/audiosocket" "$port" wait >peer &
		caller=$!
		until_ test -s stage3
		until_ test -s stage$stage
		kill -9 "$(<stage$stage)"
		wait $caller
		peer '.ended == "hangup" and .ms < 6000'
		[ "$(left .outcome) $(left .target)" = "transfer 700" ]
		until_ gone
	done
	over 3
}

@test "a call's process killed -9 leaves nothing of its pipeline" {
	script 'echo $PPID >parent; exec cat'
	serve -- ./command
	"$SV_ROOT/tests/peers/audiosocket" "$port" wait >peer &
	caller=$!
	until_ test -s parent
	kill -9 "$(<parent)"
	wait $caller
	peer '.ended == "eof" or .ended == "reset"'
	until_ gone
	over
}

@test "a server killed -9 hands its callers over, and nothing is left" {
	script 'echo $PPID >parent; exec cat'
	serve --fallback 700 -- ./command
	"$SV_ROOT/tests/peers/audiosocket" "$port" wait >peer &
	caller=$!
	until_ test -s parent
	kill -9 "$server"
	wait $caller
	peer '.ended == "hangup" and .ms < 6000'
	[ "$(left .outcome) $(left .target)" = "transfer 700" ]
	until_ gone
	until_ sh -c '! kill -0 "$(cat parent)"'
}

@test "a caller who hangs up, resets or vanishes ends the call, all of it" {
	script 'exec cat'
	serve -- ./command
	call silence 200 hangup
	until_ gone
	call silence 200 rst
	until_ gone
	call --patience 20 silence 200 half-open
	peer '.ended == "eof" and .ms > 3000'
	until_ gone
	over 3
	run -0 jq -r 'select(.type == "call.end") | "\(.reason) \(.by)"' events
	[ "${lines[0]}" = "hangup far" ]
	[ "${lines[1]}" = "reset far" ]
	[ "${lines[2]}" = "timeout far" ]
}

@test "ten calls at once are ten, each with its own" {
	serve -- cat
	call --calls 10 say tone.pcm silence 100 hangup
	over 10
	peer '.sound >= 45'
	[ "$(jq -r .call events | sort -u | wc -l)" = 10 ]
}

@test "frames of kinds that there are not are passed over, once told of" {
	script 'exec cat >heard'
	serve -- ./command
	printf '\x10\x00\x00\x10\x00\x01\x11\x10\x00\x03\x11\x11\x22' >odd
	call raw 19000141 say tone.pcm raw 020000 raw 7f0003414243 \
		bytes odd silence 100 hangup
	over
	[ "$(loud heard | wc -c)" = 16002 ]
	[ "$(grep -c '"error"' events)" = 1 ]
	has error '.reason | test("kind 19")'
	has call.end '.reason == "hangup"'
}

@test "garbage ends the call in good order" {
	serve -- cat
	yes '~~~' | tr -d '\n' | head -c 2000000 >garbage
	call silence 100 bytes garbage wait
	over
	peer '.ended == "hangup" or .ended == "eof" or .ended == "reset"'
	has call.end '.reason == "error"'
}

@test "a frame as long as may be is heard, what is too much of it is not" {
	script 'exec cat >heard'
	serve -- ./command
	{
		printf '\x10\xff\xff'
		for _ in 1 2 3 4 5; do cat tone.pcm; done | head -c 65535
	} >long
	call bytes long silence 300 hangup
	over
	n=$(loud heard | wc -c)
	[ "$n" -gt 15000 ] && [ "$n" -lt 20000 ]
	has call.end '.excess_ms > 2000'
}

@test "a sender ten times too fast is not heard ten times too fast" {
	for _ in 1 2 3 4 5; do cat tone.pcm; done >long.pcm
	serve -- cat
	call fast 10 long.pcm silence 1000 hangup
	over
	peer '.spare_ms <= 100'
	[ "$(grep -c '"error"' events)" = 1 ]
	has error '.reason | test("faster than it is spoken")'
	has call.end '.excess_ms > 2500 and .excess_ms < 4000'
}

@test "a sender ten times too slow has pauses, and the clock goes on" {
	head -c 4800 tone.pcm >short.pcm
	script 'exec cat >heard'
	serve -- ./command
	call slow 10 short.pcm hangup
	over
	cmp <(loud heard) short.pcm
	has call.end '.duration_ms > 2700 and .duration_ms < 3500'
}

@test "a pipeline that reads too late misses the oldest, and it is told" {
	script 'read -r <go; exec cat >heard'
	mkfifo go
	serve -- ./command
	"$SV_ROOT/tests/peers/audiosocket" "$port" \
		silence 3500 say tone.pcm silence 1500 hangup >peer &
	caller=$!
	until_ has error '.reason | test("does not read as fast")'
	until_ sh -c 'grep -q call.start events'
	echo >go
	wait $caller
	over
	cmp <(loud heard) tone.pcm
	has call.end '.unheard_ms > 0'
}

@test "a pipeline that reads nothing for 10 s is given up" {
	script 'exec sleep 60'
	serve --fallback 700 -- ./command
	call wait
	over
	peer '.ended == "hangup" and .ms > 10000 and .ms < 14000'
	has error '.reason | test("has read nothing for 10 s")'
	[ "$(left .target)" = 700 ]
	until_ gone
}

@test "a pipeline that writes too fast is heard at the pace of speech" {
	script 'cat >/dev/null & while cat tone.pcm; do :; done'
	serve -- ./command
	call silence 1500 hangup
	over
	peer '.spare_ms <= 100 and .sound > 50 and .sound < 90'
	until_ gone
}

@test "bad event lines become errors, and the call goes on" {
	script 'echo rubbish >&3; head -c 1200000 /dev/zero | tr "\0" x >&3
echo >&3; '"$(event x.good)"'
printf "\xff\n" >&3; exec cat'
	serve -- ./command
	call say tone.pcm hangup
	over
	peer '.sound >= 40'
	run -0 jq -r 'select(.type == "error") | "\(.line) \(.source)"' events
	[ "$output" = $'1 the pipeline\n2 the pipeline\n4 the pipeline' ]
	has x.good true
}

@test "a flood of bad lines does not hold up the sound" {
	script 'timeout 1 yes rubbish >&3; exec cat'
	serve -- ./command
	call silence 2000 hangup
	until_ ended 1
	peer '.gap_ms < 300'
}

@test "events of the end are there before call.end, which is the last" {
	script "cat >/dev/null; $(event dialog.end '{"outcome":"abandoned"}')"
	serve -- ./command
	call silence 200 hangup
	over
	[ "$(jq -r .type events | xargs)" = "call.start dialog.end call.end" ]
}

@test "a pipeline that does not end is ended" {
	script 'trap "" TERM; while :; do sleep 60; done'
	serve --grace 300ms -- ./command
	call silence 200 hangup
	over
	until_ gone
	grep -q 'did not end by itself' log
}

@test "a call that is too long goes to a person" {
	serve --max-call 500ms --fallback 700 -- cat
	call wait
	over
	peer '.ended == "hangup" and .ms > 400 and .ms < 3000'
	has call.end '.reason == "timeout" and .by == "capture"'
	[ "$(left .outcome) $(left .target) $(left .reason)" = \
		"transfer 700 timeout" ]
}

@test "SV_TRACE_DIR keeps every byte" {
	script 'cat >&1; '"$(event dialog.end '{"outcome":"x"}')"'
echo "that is all" >&2'
	serve --trace trace -- ./command
	call say tone.pcm key 1 silence 100 hangup
	over
	cd trace/*
	cmp <(loud 0.pcm) ../../tone.pcm
	cmp <(loud 1.pcm) ../../tone.pcm
	[ "$(<2.log)" = "that is all" ]
	[ "$(jq -r .type 3.ndjson)" = dialog.end ]
	[ "$(jq -r .type 4.ndjson | xargs)" = "call.start dtmf call.end" ]
	[ "$(jq -r .type 5.ndjson)" = dtmf ]
	jq -es '.[0].command == ["./command"] and
		([.[1:][] | select(.fd == 0).bytes] | add) > 16000' index.ndjson
}

@test "a recording is as long as its call, caller left, we right" {
	serve --record rec -- cat
	call say tone.pcm silence 300 hangup
	over
	file=$(jq -r 'select(.type == "call.end").recording' events)
	[ -s "$file" ]
	ms=$(jq -r 'select(.type == "call.end").duration_ms' events)
	have=$(soxi -D "$file" | awk '{ print int($1 * 1000) }')
	[ $((have - ms)) -le 40 ] && [ $((ms - have)) -le 40 ]
	[ "$(soxi -c "$file")" = 2 ]
	for side in 1 2; do
		sox "$file" -t raw - remix $side | loud /dev/stdin >side
		[ "$(wc -c <side)" -gt 15000 ]
	done
}

@test "a disk that is full while recording does not end the call" {
	sox -n -t raw -r 8000 -e signed -b 16 -c 1 noise synth 4 noise vol 0.5
	script 'exec cat'
	ulimit -f 32 # KiB a file
	serve --record rec -- ./command
	call say noise silence 200 hangup
	over
	peer '.sound > 150'
	has error '.source == "recording"'
	has call.end '.reason == "hangup"'
}
