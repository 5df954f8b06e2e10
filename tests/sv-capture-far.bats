# Far ends of a telephone call that vanish, send rubbish, too much or too little.
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

@test "a call's process that stood still throws away what is stale" {
	script 'echo $PPID >parent; exec cat >heard'
	serve -- ./command
	"$SV_ROOT/tests/peers/audiosocket" "$port" silence 300 \
		say tone.pcm silence 3000 say tone.pcm silence 300 hangup >peer &
	caller=$!
	until_ test -s parent
	kill -STOP "$(<parent)"
	read -r -t 2.5 <> <(:) || true # what matters is that time goes by
	kill -CONT "$(<parent)"
	wait $caller
	over
	peer '.spare_ms <= 100'
	cmp <(loud heard) tone.pcm # the second, not the first
	has call.end '.excess_ms > 1000'
}
