# Calls from a real telephone through a real Asterisk to sv-capture, by its
# media WebSocket, with the dialplan of examples/asterisk.
#
# in real time
load e2e

setup_file() {
	local example=$BATS_FILE_TMPDIR/example.conf
	cat "$SV_ROOT"/examples/asterisk/extensions{,-websocket}.conf |
		sed "s/127.0.0.1:4573/127.0.0.1:\${AGI}/" >"$example"
	asterisk_up "$example" "$SV_ROOT/tests/e2e/ws.conf"
	cd "$BATS_FILE_TMPDIR" || return 1
	[ -e "$pbx/pid" ] || return 0
	. "$pbx/env"
	sed "s/:9093/:$WS/" "$SV_ROOT/examples/asterisk/websocket_client.conf" \
		>>"$pbx/etc/websocket_client.conf"
	sed "s/:9093/:1/; s/^\[.*/[nowhere]/" \
		"$SV_ROOT/examples/asterisk/websocket_client.conf" \
		>>"$pbx/etc/websocket_client.conf"
	"$asterisk" cli "$pbx" 'module reload res_websocket_client'
	sox -n -r 8000 -c 1 -b 16 tone.wav synth 1.5 sine 600 vol 0.5
	server_up
}

server_up() {
	. "$pbx/env"
	capture_up calls "asterisk-ws://127.0.0.1:$WS/media" \
		--record "$BATS_FILE_TMPDIR/recordings" --fallback back-office \
		-- "$SV_ROOT/tests/e2e/ws-pipeline"
	listening "$WS"
}

teardown_file() {
	[ ! -e "$BATS_FILE_TMPDIR/calls.pid" ] || capture_down calls
	asterisk_down
}

setup() {
	asterisk_needed
	cd "$BATS_FILE_TMPDIR" || return 1
	heard=$BATS_TEST_TMPDIR/heard.wav
	events=$BATS_TEST_TMPDIR/events.ndjson
}

# calls ended so far
ended_calls() {
	grep -c '"type":"call.end"' calls.ndjson
}

# after N: until more than N calls have ended; the last one's events
after() {
	within 20 more_than "$1"
	jq -c --arg call "$(event call.end calls.ndjson .call | tail -n 1)" \
		'select(.call == $call)' calls.ndjson >"$events"
}

more_than() {
	[ "$(ended_calls)" -gt "$1" ]
}

@test "a caller hears himself, presses keys, and is known" {
	run -0 call echo tone.wav heard="$heard" stay=2.5 keys=1800:1#
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	over echo
	"$SV_ROOT/tests/check-events" --known "$events"
	[ "$(event call.start "$events" .caller)" = 5558675309 ]
	[ "$(event call.start "$events" .rate)" = 16000 ]
	[ "$(event dtmf "$events" .digit | xargs)" = '1 #' ]
	[ "$(event call.end "$events" .reason)" = hangup ]
	file=$(event call.end "$events" .recording)
	ms=$(event call.end "$events" .duration_ms)
	awk -v s="$(soxi -D "$file")" -v ms="$ms" \
		'BEGIN { d = s * 1000 - ms; exit !(d > -21 && d < 21) }'
}

@test "a farewell is heard to its end, and then the call is over" {
	run -0 call farewell tone.wav heard="$heard" stay=5
	[ "$output" -lt 3000 ]
	sox "$heard" said.wav silence 1 1 2% reverse silence 1 1 2%
	# the telephone's jitter buffer keeps the last 100 ms for itself
	awk -v s="$(soxi -D said.wav)" 'BEGIN { exit !(s > 0.85 && s < 1.1) }'
	over farewell
	[ "$(event call.end "$events" .by)" = pipeline ]
}

@test "who is handed over reaches that person" {
	run -0 call transfer tone.wav heard="$heard" stay=5
	[[ "$(tones "$heard")" = *"900 900 "* ]]
	said 'back office: 5558675309 '
}

@test "who speaks in the midst of a prompt silences it" {
	run -0 call barge tone.wav heard="$heard" stay=1.5
	sox "$heard" said.wav silence 1 1 2% reverse silence 1 1 2%
	awk -v s="$(soxi -D said.wav)" 'BEGIN { exit !(s > 0.7 && s < 1.4) }'
}

@test "callers at once are each taken for who they are" {
	n=$(ended_calls)
	pids=
	for who in 101 102 103; do
		call echo tone.wav heard="$BATS_TEST_TMPDIR/$who.wav" as=$who \
			stay=0.5 >/dev/null 3>&- &
		pids="$pids $!"
	done
	wait $pids
	within 20 more_than $((n + 2))
	[ "$(event call.start calls.ndjson .caller | tail -n 3 | sort | xargs)" = \
		'101 102 103' ]
	[ "$(event call.start calls.ndjson .call | sort | uniq -d)" = "" ]
}

@test "the older messages do, with the UUID in the address" {
	n=$(ended_calls)
	run -0 call plain tone.wav heard="$heard" stay=0.5
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	after "$n"
	[ "$(event call.start "$events" .caller)" = 5558675309 ]
	[ "$(event call.start "$events" .rate)" = 8000 ]
}

@test "we answer where Asterisk leaves that to us" {
	n=$(ended_calls)
	run -0 call unanswered tone.wav heard="$heard" stay=0.5
	[[ "$(tones "$heard")" = *"600 600 "* ]]
	after "$n"
	[ "$(event call.start "$events" .rate)" = 24000 ]
}

@test "a coding that is not ours, or no server, and the caller reaches a person" {
	run -0 call opus tone.wav heard="$heard" stay=1.5
	[[ "$(tones "$heard")" = *"700 700 "* ]]
	grep -q "Asterisk offers 'opus'" calls.log
	run -0 call nowhere tone.wav heard="$heard" stay=1.5
	[[ "$(tones "$heard")" = "700 700 "* ]] # without a wait
	said 'nowhere: CHANUNAVAIL'
}

@test "a caller whose pipeline fails reaches a person" {
	run -0 call failing tone.wav heard="$heard" stay=3
	[[ "$(tones "$heard")" = *"900 900 "* ]]
}

@test "who hangs up in mid-sentence leaves nothing behind" {
	run -0 call talker tone.wav heard="$heard"
	[[ "$(tones "$heard")" = *"500 500 "* ]]
	over talker
	within 10 clean
	run "$asterisk" cli "$pbx" 'core show channels count'
	[[ "$output" = *"0 active calls"* ]]
}

clean() {
	[ -z "$(children "$(cat calls.pid)")" ]
}

@test "a caller whose call's process is killed reaches a person" {
	call talker tone.wav heard="$heard" stay=5 >/dev/null 3>&- &
	within 10 [ -n "$(event call.start calls.ndjson .call | sed -n 2p)" ]
	within 10 busy
	sleep 0.5
	kill -KILL "$(head -n 1 "/proc/$(cat calls.pid)/task/$(cat calls.pid)/children" |
		cut -d ' ' -f 1)"
	wait $!
	[[ "$(tones "$heard")" = *"500 "*"700 700 "* ]]
	within 10 clean
}

busy() {
	! clean
}
