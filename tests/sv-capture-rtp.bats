# sv-capture taking calls over RTP. The far end, and the network between, is
# tests/peers/rtp, which refuses what is not as the RFCs have it.
#
# in real time
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_RUN=$PWD/run TMPDIR=$PWD SV_LANG=en
	unset SV_CAPTURE_EVENTS SV_FALLBACK SV_CAPTURE_RECORD SV_TRACE_DIR
	server=
	rm -f events log
}

teardown() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
}

# within SECONDS COMMAND ...: until it succeeds
within() {
	timeout "$1" bash -c 'until "$@" 2>/dev/null; do :; done' within "${@:2}"
}

# serve QUERY [OPTION ...] -- COMMAND ...: $port is where
serve() {
	local query=$1
	shift
	rm -f log
	: >events
	# an echo is what most of these calls hear
	sv-capture -v --silence 1s --echo-guard no "rtp://127.0.0.1:0$query" "$@" >events \
		2>log 3>&- &
	server=$!
	within 20 grep -q 'listening on' log
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)[^0-9]*$/\1/p' log)
}

# far STEP ...: one call; what it says is in ./said
far() {
	timeout 60 "$SV_ROOT/tests/peers/rtp" "$@" >said || {
		cat said
		false
	}
}

said() {
	jq -e "$1" said >/dev/null || {
		echo "not $1:"
		cat said
		false
	}
}

# ended [N]: N calls are over, and so is the server
ended() {
	within 20 bash -c "[ \$(grep -c '\"call.end\"' events) -ge ${1:-1} ]"
	kill "$server"
	wait "$server"
	server=
	! grep -E 'Sanitizer|runtime error|killed' log
	"$SV_ROOT/tests/check-events" events
}

field() {
	jq -r "select(.type == \"$1\") | .$2" events
}

# tone FILE RATE: whether it is one of 500 Hz
tone() {
	local hz
	hz=$(sox -t raw -r "$2" -e signed -b 16 -c 1 "$1" -n stat 2>&1 |
		sed -n 's/Rough *frequency: *//p')
	[ "$hz" -ge 490 ] && [ "$hz" -le 510 ]
}

# a pipeline of bash: say writes an event, asked for by its type and fields
pipeline() {
	cat >command <<-'END'
		#!/bin/bash
		say() {
			printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":0,"time":"2026-11-21T20:00:00.000Z","stage":"dialog"%s}\n' \
				"$1" "$SV_CALL_ID" "$((++seq))" "$2" >&3
		}
	END
	cat >>command
	chmod +x command
}

@test "each codec is answered in kind, and the sound comes through" {
	local codec peers=()
	serve '' -- cat
	for codec in ulaw alaw slin slin16 opus; do
		timeout 60 "$SV_ROOT/tests/peers/rtp" --codec "$codec" \
			--out "$codec" "$port" tone 600 wait-quiet \
			>"said.$codec" 3>&- &
		peers+=($!)
	done
	wait "${peers[@]}"
	ended 5
	for codec in ulaw alaw slin slin16 opus; do
		jq -e '.wrong == [] and .sound >= 28' "said.$codec"
	done
	tone ulaw 8000
	tone alaw 8000
	tone slin 8000
	tone slin16 16000
	tone opus 16000
	[ "$(jq -r 'select(.type == "call.start") | "\(.codec) \(.rate)"' events | sort | paste -sd,)" = \
		'alaw 8000,opus 16000,slin 8000,slin16 16000,ulaw 8000' ]
	[ "$(field call.end reason | sort -u)" = hangup ]
}

@test "a call says where it comes from, and how it was heard" {
	serve '' -- cat
	far "$port" tone 300
	ended
	[[ $(field call.start peer) == 127.0.0.1:* ]]
	[ "$(field call.start source)" = 'rtp://127.0.0.1:0' ]
	[ "$(field call.media codec)" = ulaw ]
	[ "$(field call.media lost)" = 0 ]
	[ "$(field call.media received)" -ge 15 ]
	[ "$(jq -r .type events | paste -sd ' ')" = 'call.start call.media call.end' ]
	[ "$(field call.end by)" = far ]
}

@test "payload types are those that the URL names" {
	serve '?opus=111&dtmf=96' -- cat
	far --codec opus --type 111 --dtmf 96 "$port" tone 300 key 7 wait-quiet
	said '.wrong == [] and .sound >= 14'
	ended
	[ "$(field call.start codec)" = opus ]
	[ "$(field dtmf digit)" = 7 ]
}

@test "a payload type that nobody named is an error, told once" {
	serve '' -- cat
	far --codec opus --type 111 "$port" silence 500 ||
		said '.wrong[0] == "payload type 0"'
	ended
	[ "$(field error reason)" = \
		'payload type 111 is none that we know; name it in the URL, as in ?opus=111' ]
	[ "$(field error source)" = rtp ]
}

@test "keys are heard, each once" {
	serve '' -- cat
	far --loss 20 "$port" silence 200 key 1 silence 100 key 1 silence 100 \
		key '#' silence 100 key D silence 300
	ended
	[ "$(field dtmf digit | paste -sd '')" = '11#D' ]
	[ "$(field dtmf duration_ms | head -n 1)" -ge 100 ]
	[ "$(field call.media lost)" -ge 1 ]
}

@test "keys are pressed" {
	pipeline <<-'END'
		say dtmf.send ',"digits":"12#"'
		say dtmf.send ',"digits":"0"'
		exec cat
	END
	serve '?dtmf=101' -- ./command
	far "$port" wait-keys '12#0' silence 100
	said '.wrong == [] and .keys == "12#0" and .events == 28'
	ended
}

@test "who hangs up lets the last keys go first" {
	pipeline <<-'END'
		say dtmf.send ',"digits":"12#"'
		say call.hangup
		exec cat >/dev/null
	END
	serve '?dtmf=101' -- ./command
	far "$port" wait
	said '.wrong == [] and .keys == "12#" and .bye'
	ended
}

@test "keys are pressed as events where the far end knows those, else as tones" {
	pipeline <<-'END'
		grep -qm 1 dtmf <&4
		say dtmf.send ',"digits":"5"'
		exec cat
	END
	serve '' -- ./command
	far --dtmf 121 "$port" silence 200 key 1 wait-keys 5 silence 100
	said '.wrong == [] and .keys == "5"'
	ended
	pipeline <<-'END'
		say dtmf.send ',"digits":"5"'
		exec cat
	END
	serve '' -- ./command
	far --out heard "$port" wait-sound wait-quiet
	said '.wrong == [] and .events == 0 and .sound >= 4 and .sound <= 6'
	ended
}

@test "another codec than the one that is heard can be answered in" {
	serve '?answer=ulaw' -- cat
	far --codec slin16 --hear ulaw --out heard "$port" tone 600 wait-quiet
	said '.wrong == [] and .sound >= 28'
	ended
	tone heard 8000
	[ "$(field call.start codec)" = slin16 ]
}

@test "a bad network is heard through" {
	serve '' -- cat
	far --loss 5 --jitter 30 --twice 5 --disorder 5 --seed 3 --out heard \
		"$port" tone 2600 wait-quiet
	said '.wrong == [] and .sound >= 115'
	ended
	tone heard 8000
	[ "$(field call.media lost)" -ge 3 ]
	[ "$(field call.media duplicate)" -ge 3 ]
	[ "$(field call.media concealed_ms)" -ge 60 ]
	[ "$(field call.media concealed_ms)" -le 800 ]
}

@test "opus is heard through a bad network" {
	serve '' -- cat
	far --codec opus --loss 5 --jitter 30 --out heard "$port" tone 2000 \
		wait-quiet
	said '.wrong == [] and .sound >= 90'
	ended
	tone heard 16000
}

@test "another source, a leap, a new beginning and a pause are the same call" {
	serve '' -- cat
	far --noise "$port" tone 300 source tone 300 leap 800000 tone 300 \
		restart tone 300 leap 4294000000 tone 300 pause 800 tone 300 \
		wait-quiet
	said '.wrong == [] and .sound >= 80'
	ended
	[ "$(grep -c call.start events)" = 1 ]
	[ "$(field call.media concealed_ms)" -le 300 ]
}

@test "the sound is as long as the call" {
	serve '' --record records -- cat
	far --drift 2000 --noise "$port" tone 1000 pause 900 tone 1000 bye
	ended
	file=$(field call.end recording)
	ms=$(field call.end duration_ms)
	recorded=$(soxi -D "$file" | awk '{ print int($1 * 1000 + 0.5) }')
	[ $((recorded - ms)) -le 20 ] && [ $((ms - recorded)) -le 20 ]
	[ "$ms" -ge 2700 ] && [ "$ms" -le 3500 ]
}

@test "a goodbye on RTP's own port ends the call, too" {
	serve '' -- cat
	far "$port" silence 200 bye-mux
	ended
	[ "$(field call.end reason)" = hangup ]
}

@test "reports are answered" {
	serve '' -- cat
	# an empty receiver's report; ours come each 5 s
	far "$port" silence 100 rtcp 80c9000101020304 silence 300
	said '.wrong == [] and .rtcp >= 1'
	ended
}

@test "a port that was closed at the far end is a call that was hung up" {
	serve '' --silence 1m -- cat
	far "$port" silence 300 close
	ended
	[ "$(field call.end reason)" = hangup ]
	[ "$(field call.end duration_ms)" -le 3000 ]
}

@test "who sends nothing for --silence is gone, and is told so" {
	serve '' -- cat
	far "$port" tone 300 vanish
	said '.bye and .bye_ms >= 1200 and .bye_ms <= 3500'
	ended
	[ "$(field call.end reason)" = timeout ]
}

@test "when we leave we say goodbye, and what is sent after that is no call" {
	pipeline <<-'END'
		head -c 3200 >/dev/null
		say call.hangup
		exec cat >/dev/null
	END
	serve '' -- ./command
	far "$port" go-on 4000
	said '.bye and .wrong == [] and .bye_ms < 2000'
	ended
	[ "$(grep -c call.start events)" = 1 ]
	[ "$(field call.end by)" = pipeline ]
	# another stream, of whatever address, is a call again
	serve '' -- ./command
	far "$port" wait
	far "$port" wait
	ended 2
}

@test "a URL that names a call is good for that one" {
	serve '?call=40325ec2-5efd-4bd3-805f-53576e581d13' -- cat
	far "$port" silence 200
	ended
	id=2069FC4QQX9F9R0QTKAXQ5G78K
	[ "$(field call.start call)" = "$id" ]
	# a second call is another
	serve '?call=40325ec2-5efd-4bd3-805f-53576e581d13' -- cat
	far "$port" silence 200
	ended
	[ "$(field call.start call)" != "$id" ]
	grep -q 'was here already' log
}

@test "a call too many hears a goodbye" {
	serve '' --max-calls 1 -- cat
	timeout 60 "$SV_ROOT/tests/peers/rtp" "$port" silence 2000 >first 3>&- &
	within 20 grep -q call.start events
	far "$port" wait
	said '.bye and .packets == 0'
	wait $!
	ended
	[ "$(field call.refused reason)" = full ]
	[ "$(jq -r .packets first)" -ge 95 ]
}

@test "a pipeline that dies is a goodbye, and an error" {
	pipeline <<-'END'
		head -c 3200 >/dev/null
		kill -9 $$
	END
	serve '' -- ./command
	far "$port" wait
	said '.bye and .wrong == []'
	ended
	[ "$(field call.end reason)" = error ]
	[ "$(field call.end by)" = capture ]
}

@test "a call that is up when the server is to end goes on" {
	serve '' -- cat
	timeout 60 "$SV_ROOT/tests/peers/rtp" "$port" tone 1000 wait-quiet \
		>said 3>&- &
	within 20 grep -q call.start events
	kill "$server"
	wait $!
	said '.wrong == [] and .sound >= 45'
	wait "$server"
	server=
	[ "$(field call.end reason)" = hangup ]
}

@test "twenty calls at once are kept apart" {
	serve '' -- cat
	for i in $(seq 20); do
		timeout 60 "$SV_ROOT/tests/peers/rtp" --seed "$i" "$port" \
			tone 600 wait-quiet >"said.$i" 3>&- &
		peers+=($!)
	done
	for i in $(seq 20); do
		wait "${peers[i - 1]}"
		jq -e '.wrong == [] and .sound >= 20' "said.$i" ||
			{ cat "said.$i"; false; }
	done
	ended 20
	[ "$(field call.start call | sort -u | wc -l)" = 20 ]
	[ "$(field call.end reason | sort -u)" = hangup ]
}

@test "datagrams that are no RTP begin no call and disturb none" {
	serve '' -- cat
	far "$port" raw 00 raw '' raw ffffffff \
		raw 80c9000101020304 raw 8060 raw 8fffffffffffffffffffffffffff \
		raw 9f00000000000000000000000000ffff \
		raw a0000000000000000000000000ff tone 300 \
		raw 00 raw 8fffffffffffffffffffffffffff raw ffffffffffff \
		rtcp 00 rtcp 81cb ffff rtcp 81cb0001ffffffff tone 300 wait-quiet ||
		said '.wrong == []'
	said '.sound >= 28'
	ended
	[ "$(grep -c call.start events)" = 1 ]
	[ "$(field call.end reason)" = hangup ]
}

@test "a sender ten times too fast, or too slow, harms nobody" {
	serve '' -- cat
	far --drift 900000 "$port" tone 5000 wait-quiet
	said '.wrong == [] and .sound <= 100'
	far --drift -9000000 "$port" tone 300 wait-quiet
	said '.wrong == [] and .sound >= 15'
	ended 2
	[ "$(field call.media left_out | head -n 1)" -ge 50 ]
}

@test "settings of a URL that make no sense are refused" {
	run -64 --separate-stderr sv-capture 'rtp://127.0.0.1:0?mp3=3' -- cat
	[ "$stderr" = "sv-capture: rtp://127.0.0.1:0?mp3=3: no setting 'mp3'" ]
	run -64 --separate-stderr sv-capture 'rtp:?opus=128' -- cat
	[ "$stderr" = 'sv-capture: rtp: opus=128: a payload type is 0 to 127' ]
	run -64 --separate-stderr sv-capture 'rtp:?call=1' -- cat
	[ "$stderr" = 'sv-capture: rtp:?call=1: call=1 is no UUID' ]
	run -64 --separate-stderr sv-capture 'rtp:?answer=dtmf' -- cat
	[ "$stderr" = 'sv-capture: rtp:?answer=dtmf: answer=dtmf is no codec' ]
}
