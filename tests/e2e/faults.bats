# What may go wrong with a call from a real telephone through a real Asterisk,
# by AudioSocket, with the dialplan of examples/asterisk: nobody is left in
# silence, and nothing is left of a call. People are tones: 700 Hz in the queue,
# 900 Hz in the back office, where callers go when we fail.
#
# in real time
load e2e

setup_file() {
	company_up
	cd "$BATS_FILE_TMPDIR" || return 1
	[ -e "$pbx/pid" ] || return 0
	sox -n -r 8000 -c 1 -b 16 tone.wav synth 1.5 sine 600 vol 0.5
	capture_up calls --fallback back-office -- "$SV_ROOT/tests/e2e/pipeline"
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/calls.pid" ] || capture_down calls
	asterisk_down
}

setup() {
	asterisk_needed
	cd "$BATS_FILE_TMPDIR" || return 1
	heard=$BATS_TEST_TMPDIR/heard.wav
}

# nothing is left of any call
clean() {
	[ -z "$(children "$(cat calls.pid)")" ]
}

# spoken EXTENSION: its call has heard the assistant begin
spoken() {
	of "$1" | grep -q '"type":"tts.start"'
}

# descendant NAME: a process of the server's, by its program
descendant() {
	local child
	for child in $(children "$(cat calls.pid)"); do
		[ "$(cat "/proc/$child/comm")" != "$1" ] || echo "$child"
	done | grep .
}

@test "who hangs up in mid-sentence leaves nothing behind" {
	within 10 clean
	before=$(descriptors "$(cat calls.pid)")
	run -0 call talker tone.wav heard="$heard" stay=1
	[[ "$(tones "$heard")" = *"500 500 "* ]]
	over talker
	within 10 clean
	[ "$(descriptors "$(cat calls.pid)")" -eq "$before" ]
	run "$asterisk" cli "$pbx" 'core show channels count'
	[[ "$output" = *"0 active calls"* ]]
}

@test "a caller whose pipeline fails at once reaches a person" {
	run -0 call failing tone.wav heard="$heard" stay=4
	[[ "$(tones "$heard")" = *"900 900 "* ]]
	said 'back office: 5558675309 '
	within 10 clean
}

@test "a caller whose pipeline is killed reaches a person" {
	call stuck tone.wav heard="$heard" stay=6 >/dev/null 3>&- &
	within 10 grep -q '"callee":"stuck"' calls.ndjson
	within 10 descendant sleep
	kill -KILL "$(descendant sleep)"
	wait $!
	[[ "$(tones "$heard")" = *"900 900 "* ]]
	within 10 clean
}

@test "a caller who loses one stage of the assistant reaches a person" {
	local stage
	for stage in sv-asr sv-dialog sv-tts; do
		call "assistant-no-$stage" tone.wav heard="$heard" stay=20 \
			>/dev/null 3>&- &
		within 20 spoken "assistant-no-$stage"
		kill -KILL "$(descendant "$stage")"
		wait $!
		[[ "$(tones "$heard")" = *"900 900 "* ]]
		within 10 clean
	done
}

@test "a caller whose call's process is killed reaches a person" {
	call talker-killed tone.wav heard="$heard" stay=6 >/dev/null 3>&- &
	within 10 grep -q '"callee":"talker-killed"' calls.ndjson
	kill -KILL "$(descendant sv-capture)"
	wait $!
	[[ "$(tones "$heard")" = *"700 700 "* ]]
	over talker-killed
	within 10 clean
}

@test "a telephone that vanishes ends the call" {
	run -0 call echo-vanishing tone.wav stay=20 vanish=1000
	over echo-vanishing
	within 10 clean
	run -0 call talker-vanishing tone.wav stay=20 vanish=1000
	over talker-vanishing
	within 10 clean
}

@test "two callers at once do not hear each other" {
	sox -n -r 8000 -c 1 -b 16 other.wav synth 1.5 sine 900 vol 0.5
	call echo-one tone.wav heard="$BATS_TEST_TMPDIR/1.wav" stay=0.5 3>&- &
	run -0 call echo-two other.wav heard="$BATS_TEST_TMPDIR/2.wav" stay=0.5
	wait $!
	[[ "$(tones "$BATS_TEST_TMPDIR/1.wav")" = *"600 600 "* ]]
	[[ "$(tones "$BATS_TEST_TMPDIR/2.wav")" = *"900 900 "* ]]
}

@test "one call too many reaches a person, and the first goes on" {
	capture_down calls
	capture_up calls --max-calls 1 -- "$SV_ROOT/tests/e2e/pipeline"
	call echo-first tone.wav heard="$BATS_TEST_TMPDIR/1.wav" stay=4 3>&- &
	within 10 grep -q '"callee":"echo-first"' calls.ndjson
	run -0 call echo-refused tone.wav heard="$heard" stay=3
	wait $!
	[[ "$(tones "$BATS_TEST_TMPDIR/1.wav")" = *"600 600 "* ]]
	[[ "$(tones "$heard")" = *"700 700 "* ]]
}

@test "a server that is killed has its callers reach a person" {
	call talker-orphan tone.wav heard="$heard" stay=6 3>&- &
	within 10 grep -q '"callee":"talker-orphan"' calls.ndjson
	kids=$(children "$(cat calls.pid)")
	kill -KILL "$(cat calls.pid)"
	wait $!
	[[ "$(tones "$heard")" = *"700 700 "* ]]
	for kid in $kids; do
		within 10 gone "$kid"
	done
}

@test "a caller reaches a person where no server is" {
	run -0 call echo-alone tone.wav heard="$heard" stay=3
	[[ "$(tones "$heard")" = *"700 700 "* ]]
}

@test "Asterisk that dies ends its calls" {
	capture_up calls -- "$SV_ROOT/tests/e2e/pipeline"
	"$asterisk" call "$pbx" talker-last tone.wav stay=30 >/dev/null 2>&1 3>&- &
	within 10 grep -q '"callee":"talker-last"' calls.ndjson
	kill -KILL "$(cat "$pbx/pid")"
	over talker-last
	within 10 clean
	kill $!
	wait $! || true
}
