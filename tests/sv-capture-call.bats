# A telephone call through sv-capture, as it should be. The other side is
# tests/peers/audiosocket, which is as strict as Asterisk.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/calls

setup() {
	call_setup
}

teardown() {
	call_teardown
}

@test "a caller hears COMMAND's sound at once, in frames of 20 ms" {
	serve -- cat
	call --hear heard.pcm say tone.pcm silence 1000 hangup
	over
	peer '.first_ms < 500 and .sound >= 49 and .spare_ms <= 100'
	[ "$(loud heard.pcm | wc -c)" -ge 15700 ]
	has call.start '.rate == 8000 and .direction == "in" and .t == 0 and
		.seq == 1 and .stage == "capture"'
	has call.end '.reason == "hangup" and .by == "far" and
		.duration_ms >= 1900 and .duration_ms <= 3000'
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
	# all but 32 and 33, which are glibc's own: make(1) leaves them ignored
	grep -qE 'SigIgn:.[0-9a-f]{8}[08]0{7}$' signals
	grep -qE 'SigBlk:.[0-9a-f]{8}[08]0{7}$' signals
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
	call --rate 16000 --hear heard.pcm say tone.pcm silence 1000 hangup
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
head -c 640 tone.pcm; cat >/dev/null'
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

@test "ten calls at once are ten, each with its own" {
	serve -- cat
	call --calls 10 say tone.pcm silence 1500 hangup
	over 10
	peer '.sound >= 45'
	[ "$(jq -r .call events | sort -u | wc -l)" = 10 ]
}

@test "events of the end are there before call.end, which is the last" {
	script "cat >/dev/null; $(event dialog.end '{"outcome":"abandoned"}')"
	serve -- ./command
	call silence 200 hangup
	over
	[ "$(jq -r .type events | xargs)" = "call.start dialog.end call.end" ]
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
	call say tone.pcm silence 1000 hangup
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
