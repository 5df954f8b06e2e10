# Calls from a real telephone for which a real Asterisk runs sv-capture: EAGI
# with the dialplan of examples/asterisk, and FastAGI.
# People are tones: 700 Hz in the queue, 900 Hz in the back office.
#
# in real time
load e2e

sounds=/usr/share/asterisk/sounds/en

setup_file() {
	local here=$BATS_FILE_TMPDIR
	sed "s|/usr/local/share/sales-voice/pipelines/agi-call|$here/eagi|
		s|127.0.0.1:457[34]|127.0.0.1:\${AGI}|
		s|127.0.0.1:9092|127.0.0.1:\${AUDIOSOCKET}|" \
		"$SV_ROOT/examples/asterisk/extensions.conf" >"$here/example.conf"
	# one of ours runs with the environment that Asterisk has
	cat >"$here/eagi" <<-END
		#!/bin/sh
		exec 2>>$here/calls.log
		export SV_CAPTURE_EVENTS=$here/calls.ndjson SV_LANG=en
		export SV_CACHE=${SV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sales-voice}
		case \$(basename "\$0") in
		assistant) exec $SV_ROOT/pipelines/agi-call $SV_ROOT/tests/e2e/scenario.yaml ;;
		*) exec sv-capture --fallback back-office eagi: -- $here/pipeline ;;
		esac
	END
	cat >"$here/pipeline" <<-END
		#!/bin/sh
		[ "\$SV_CALLEE" = brief ] || exec $SV_ROOT/tests/e2e/pipeline
		echo '{"type":"dialog.handoff","target":"199","reason":"price","brief":"ждёт \"цену\""}' >&3
		echo '{"type":"call.transfer","target":"199"}' >&3
		exec cat >/dev/null
	END
	chmod +x "$here/eagi" "$here/pipeline"
	asterisk_up "$here/example.conf" "$SV_ROOT/tests/e2e/eagi.conf"
	cd "$here" || return 1
	[ -e "$pbx/pid" ] || return 0
	sox -n -r 8000 -c 1 -b 16 tone.wav synth 1.5 sine 600 vol 0.5
	sox -n -r 8000 -c 1 -b 16 quiet.wav trim 0 6
	sox -D $sounds/digits/{4,1,5}.wav number.wav
	sox -D $sounds/if-correct-press.wav yes.wav trim 0.27 0.95
	sox -D quiet.wav number.wav quiet.wav yes.wav caller.wav pad 0 9
}

teardown_file() {
	asterisk_down
}

teardown() {
	[ ! -e "$BATS_FILE_TMPDIR/out.pid" ] || capture_down out
	rm -f "$BATS_FILE_TMPDIR/out.pid"
}

setup() {
	asterisk_needed
	cd "$BATS_FILE_TMPDIR" || return 1
	heard=$BATS_TEST_TMPDIR/heard.wav
}

# clean EXTENSION: nothing is left of the last call to it
clean() {
	[ -z "$(children "$(cat "$pbx/pid")")" ] &&
		! pgrep -f "eagi: -- $BATS_FILE_TMPDIR/[p]ipeline" &&
		! grep -lsz "^SV_CALL_ID=$(id "$1")" /proc/[0-9]*/environ &&
		[ -z "$(find "$pbx/var" -type p)" ] &&
		"$asterisk" cli "$pbx" 'core show channels count' |
		grep -q '^0 active channels'
}

@test "the example is a dialplan without a mistake" {
	run -1 grep -E '(WARNING|ERROR).*: (pbx|config|func)[a-z_]*\.c' \
		"$pbx/log/console"
	for context in sales-voice sales-eagi sales-person sales-brief \
		sales-outbound sales-lookup internal; do
		"$asterisk" cli "$pbx" "dialplan show $context" | grep -q 's\|_1XX'
	done
}

@test "a caller hears himself, and presses keys" {
	run -0 call echo tone.wav heard="$heard" stay=1 keys=300:5,1800:#
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	over echo
	[ "$(event dtmf "$BATS_TEST_TMPDIR/events.ndjson" .digit | paste -sd ' ')" = '5 #' ]
	[ "$(event call.start "$BATS_TEST_TMPDIR/events.ndjson" .caller)" = 5558675309 ]
	[ "$(event call.end "$BATS_TEST_TMPDIR/events.ndjson" .reason)" = hangup ]
	within 5 clean echo
}

@test "a caller hears himself at 16 kHz" {
	run -0 call echo-wide tone.wav heard="$heard" stay=0.5
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	over echo-wide
	[ "$(event call.start "$BATS_TEST_TMPDIR/events.ndjson" .rate)" = 16000 ]
}

@test "a call that nobody has answered is answered" {
	run -0 call echo-ringing tone.wav heard="$heard" stay=0.5
	[[ "$(tones "$heard")" = *"600 600 "* ]]
}

@test "who hangs up in mid-sentence leaves nothing behind" {
	run -0 call talker tone.wav heard="$heard" stay=1
	[[ "$(tones "$heard")" = *"500 500 "* ]]
	over talker
	within 2 clean talker
}

@test "a caller whose pipeline fails reaches a person" {
	run -0 call failing tone.wav heard="$heard" stay=4
	[[ "$(tones "$heard")" = *"900 900 "* ]]
	said 'back office: 5558675309 failure'
	within 5 clean failing
}

@test "a caller whose call's process is killed reaches a person" {
	call talker-killed tone.wav heard="$heard" stay=6 >/dev/null 3>&- &
	within 10 grep -q '"callee":"talker-killed"' calls.ndjson
	kill -KILL "$(pgrep -P "$(pgrep -P "$(cat "$pbx/pid")")")"
	wait $!
	[[ "$(tones "$heard")" = *"700 700 "* ]]
	within 5 clean talker-killed
}

@test "a telephone that vanishes ends the call" {
	run -0 call talker-vanishing tone.wav stay=30 vanish=1000
	over talker-vanishing
	[[ "$(event call.end "$BATS_TEST_TMPDIR/events.ndjson" .reason)" =~ timeout|hangup ]]
	within 5 clean talker-vanishing
}

# answering FILE: a telephone that says WAV to who calls it
answering() {
	rm -f "$pbx"/phone-*/log
	"$asterisk" answer "$pbx" "$@" heard="$heard" >answered 3>&- &
	wait_for 'baresip is ready' "$pbx/phone-0/log"
}

@test "the person's telephone is told why it rings" {
	answering quiet.wav
	"$asterisk" cli "$pbx" 'pjsip set logger on' >/dev/null
	call brief tone.wav stay=4 >/dev/null || true
	"$asterisk" cli "$pbx" 'pjsip set logger off' >/dev/null
	wait
	grep -aq '^X-Sales-Reason: price' "$pbx/log/console"
	grep -aq '^X-Sales-Brief: ждёт "цену"' "$pbx/log/console"
	grep -aq '^From: "price" <sip:5558675309@' "$pbx/log/console"
}

# called FILE [OPTION]: by the example's call file, a telephone that says FILE
called() {
	answering "$@"
	sed 's|^Channel:.*|Channel: PJSIP/caller|; s|^Setvar:.*|Setvar: SV_CALLEE=echo-out|' \
		"$SV_ROOT/examples/asterisk/sales.call" >out.call
	attempts=$(attempts)
	mv out.call "$pbx/spool/outgoing/"
	within 15 attempted
}

attempts() {
	grep -ac 'Attempting call on PJSIP/caller' "$pbx/log/console" || true
}

# attempted: Asterisk has found the file, of which it is not always told
attempted() {
	[ "$(attempts)" -gt "$attempts" ] || {
		sleep 1
		[ "$(attempts)" -gt "$attempts" ] ||
			{ touch -c "$pbx/spool/outgoing/out.call" && false; }
	}
}

@test "who is called by a call file talks to the assistant" {
	sox -D tone.wav hello.wav trim 0 0.6 pad 0.2 3
	sox -D hello.wav tone.wav speech.wav
	capture_up out -- "$SV_ROOT/tests/e2e/pipeline"
	called speech.wav
	wait $!
	capture_down out
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	[ "$(event call.start out.ndjson .direction)" = out ]
	[ "$(event call.start out.ndjson .callee)" = echo-out ]
	[ "$(event call.start out.ndjson .caller)" = +74951234567 ]
}

@test "an answering machine is not talked to" {
	rm -f out.ndjson
	capture_up out -- "$SV_ROOT/tests/e2e/pipeline"
	sox -D $sounds/demo-instruct.wav machine.wav trim 0 5
	called machine.wav stay=6
	said 'AMD: .*\(MACHINE\|LONGGREETING\)'
	said 'we-called'
	wait $!
	capture_down out
	[ ! -s out.ndjson ]
}

@test "the assistant is stopped by a caller's word, and hands him over" {
	ln -sf eagi assistant
	sed -i "s|$BATS_FILE_TMPDIR/eagi|$BATS_FILE_TMPDIR/assistant|" example.conf
	"$asterisk" cli "$pbx" 'dialplan reload' >/dev/null
	call assistant caller.wav heard="$heard" >/dev/null
	over assistant
	"$SV_ROOT/tests/check-events" --known "$BATS_TEST_TMPDIR/events.ndjson"
	[ "$(event asr.final "$BATS_TEST_TMPDIR/events.ndjson" .text | head -n 1)" = "four one five" ]
	run -0 "$SV_ROOT/tests/e2e/silence.py" "$pbx/assistant-in.wav" \
		"$pbx/assistant-out.wav" 13000
	echo "# onset to silence: $output ms" >&3
	[ "$output" -lt 500 ]
	said 'sales: 5558675309 wants a person: .*The number is 4 1 5'
	[[ "$(tones "$heard")" = *"700 700 "* ]]
	within 5 clean assistant
}

@test "a script looks the caller up" {
	echo '5558675309,Ivan Petrov,vip' >customers.csv
	. "$pbx/env"
	sv-capture "agi://127.0.0.1:$AGI" -- "$SV_ROOT/examples/asterisk/lookup" \
		customers.csv >lookup.ndjson 3>&- &
	listening "$AGI"
	run -0 call lookup tone.wav
	kill $!
	wait $!
	said 'lookup: Ivan Petrov vip SUCCESS'
	[ "$(event call.end lookup.ndjson .reason)" = eof ]
}
