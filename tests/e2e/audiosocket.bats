# Calls from a real telephone through a real Asterisk to sv-capture, by
# AudioSocket, with the dialplan of examples/asterisk.
# People are tones: 700 Hz in the queue, 900 Hz in the back office.
#
# in real time
load e2e

sounds=/usr/share/asterisk/sounds/en

setup_file() {
	company_up
	cd "$BATS_FILE_TMPDIR" || return 1
	[ -e "$pbx/pid" ] || return 0
	sox -n -r 8000 -c 1 -b 16 tone.wav synth 1.5 sine 600 vol 0.5
	sox -n -r 8000 -c 1 -b 16 quiet.wav trim 0 6
	# the number when it is asked for, "this is correct" in the story
	sox -D $sounds/digits/{4,1,5}.wav number.wav
	sox -D $sounds/if-correct-press.wav yes.wav trim 0.27 0.95
	sox -D quiet.wav number.wav quiet.wav yes.wav caller.wav pad 0 9
	capture_up calls --record "$BATS_FILE_TMPDIR/recordings" \
		--fallback back-office -- "$SV_ROOT/tests/e2e/pipeline"
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

@test "a caller hears himself through an echo" {
	run -0 call echo tone.wav heard="$heard" stay=0.5
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	over echo
	[ "$(event call.start "$BATS_TEST_TMPDIR/events.ndjson" .caller)" = 5558675309 ]
	[ "$(event call.end "$BATS_TEST_TMPDIR/events.ndjson" .reason)" = hangup ]
}

# One call for the next five: it takes 25 s.
@test "a caller's speech is recognised, and fills a slot" {
	call assistant caller.wav heard=assistant.wav >assistant.ms
	over assistant
	cp "$BATS_TEST_TMPDIR/events.ndjson" assistant.ndjson
	"$SV_ROOT/tests/check-events" --known assistant.ndjson
	[ "$(event asr.final assistant.ndjson .text | head -n 1)" = "four one five" ]
	[ "$(event dialog.slot assistant.ndjson \
		'select(.slot == "number").value')" = 415 ]
}

@test "the assistant's speech is heard in the telephone" {
	sox assistant.wav greeting.wav trim 0 6
	[[ "$(words greeting.wav)" = *"please tell me your name"* ]]
}

@test "who speaks in the midst of a prompt silences it" {
	run -0 "$SV_ROOT/tests/e2e/silence.py" "$pbx/assistant-in.wav" \
		"$pbx/assistant-out.wav" 13000
	echo "# onset to silence: $output ms" >&3
	[ "$output" -lt 500 ]
	[ "$(event tts.interrupted assistant.ndjson '.heard | length')" -gt 20 ]
	[ "$(event dialog.slot assistant.ndjson \
		'select(.slot == "sure").value')" = true ]
}

@test "who is handed over reaches the person, who knows what it is about" {
	said 'sales: 5558675309 wants a person: .*The number is 4 1 5'
	[[ "$(tones assistant.wav)" = *"700 700 700 "* ]]
}

@test "a recording is as long as the call, and holds both" {
	local file ms
	file=$(event call.end assistant.ndjson .recording)
	ms=$(event call.end assistant.ndjson .duration_ms)
	[ "$(soxi -c "$file")" = 2 ]
	awk -v s="$(soxi -D "$file")" -v ms="$ms" \
		'BEGIN { d = s * 1000 - ms; exit !(d > -21 && d < 21) }'
	sox "$file" left.wav remix 1
	sox "$file" right.wav remix 2 trim 0 6
	[[ "$(words left.wav)" = *"four one five"* ]]
	[[ "$(words right.wav)" = *"please tell me your name"* ]]
}

@test "keys fill a slot" {
	run -0 call assistant-keys quiet.wav stay=6 keys=5000:417
	over assistant-keys
	[ "$(event dtmf "$BATS_TEST_TMPDIR/events.ndjson" .digit | tr -d '\n')" = 417 ]
	[ "$(event dialog.slot "$BATS_TEST_TMPDIR/events.ndjson" .value)" = 417 ]
}
