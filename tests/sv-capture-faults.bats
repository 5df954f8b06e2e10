# Pipelines of a telephone call that die, do not read, write too much or rubbish.
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
	call say tone.pcm silence 1000 hangup
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

@test "a pipeline that does not read what it is told is given up" {
	event tts.end '{"say":"1"}' >one
	script 'line=$(bash one 3>&1); yes "$line" | head -c 3000000 >&3; exec cat'
	serve --fallback 700 -- ./command
	call wait
	over
	peer '.ended == "hangup" and .gap_ms < 300'
	has error '.reason | test("does not read its descriptor 4")'
	[ "$(left .target)" = 700 ]
}

@test "a pipeline that closes what it does not want loses nothing by it" {
	script 'exec cat 3>&- 4<&- 5<&-'
	serve -- ./command
	call say tone.pcm key 1 silence 1000 hangup
	over
	peer '.ended == "self" and .sound >= 49'
	has dtmf '.digit == "1"'
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
