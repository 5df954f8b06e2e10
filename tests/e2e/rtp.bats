# Calls from a real telephone through a real Asterisk to sv-capture, over RTP:
# Dial(UnicastRTP/...) and ARI's external media.
#
# in real time
load e2e

setup_file() {
	asterisk_up "$SV_ROOT/tests/e2e/rtp.conf" \
		"$SV_ROOT/examples/asterisk/extensions-rtp.conf"
	sox -n -r 8000 -c 1 -b 16 "$BATS_FILE_TMPDIR/tone.wav" \
		synth 1.5 sine 600 vol 0.5
}

teardown_file() {
	asterisk_down
}

setup() {
	asterisk_needed
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_RUN=$PWD/run
	tone=$BATS_FILE_TMPDIR/tone.wav
}

teardown() {
	[ ! -e pid ] || kill -9 "$(cat pid)" 2>/dev/null || true
}

# serve QUERY OPTION ... -- COMMAND: until stop
serve() {
	local query=$1
	shift
	. "$pbx/env"
	sv-capture --silence 3s --echo-guard no "rtp://127.0.0.1:$RTP_IN$query" \
		"$@" </dev/null >events 2>log 3>&- &
	echo $! >pid
	timeout 20 sh -c 'until grep -q "$1" /proc/net/udp; do sleep 0.02; done' \
		sh "$(printf ' 0100007F:%04X 00000000:0000 ' "$RTP_IN")"
}

stop() {
	timeout 20 sh -c 'until grep -q call.end events; do sleep 0.02; done'
	kill "$(cat pid)"
	within 20 gone "$(cat pid)"
	rm pid
	! grep -E 'Sanitizer|runtime error' log >&2
	"$SV_ROOT/tests/check-events" events
}

# echoed CODEC QUERY: a caller hears his tone through an echo
echoed() {
	serve "$2" -- cat
	call "rtp-$1" "$tone" heard="$PWD/heard.wav" stay=0.5
	stop
	[ "$(event call.start events .codec)" = "$1" ]
	[ "$(event call.end events .reason)" = hangup ]
	[ "$(event call.media events .lost)" = 0 ]
	[[ "$(tones heard.wav)" = *"600 600 "* ]]
}

@test "a caller hears himself in G.711, both laws" {
	echoed ulaw
	echoed alaw
}

@test "a caller hears himself in G.722 and in linear sound" {
	echoed g722
	echoed slin
	[ "$(event call.start events .rate)" = 8000 ]
}

@test "what Asterisk takes back of no other codec is answered in G.722" {
	echoed slin16 '?answer=g722'
	[ "$(event call.start events .rate)" = 16000 ]
	echoed opus '?answer=g722'
	echoed slin48 '?answer=g722'
}

@test "a recording is as long as the call, and holds both" {
	serve '' --record records -- cat
	call rtp-ulaw "$tone" stay=0.5
	stop
	file=$(event call.end events .recording)
	ms=$(event call.end events .duration_ms)
	awk -v s="$(soxi -D "$file")" -v ms="$ms" \
		'BEGIN { d = s * 1000 - ms; exit !(d > -21 && d < 21) }'
	sox "$file" left.wav remix 1
	sox "$file" right.wav remix 2
	[[ "$(tones left.wav)" = *"600 600 "* ]]
	[[ "$(tones right.wav)" = *"600 600 "* ]]
}

@test "a telephone that vanishes, and one that hangs up, leave nothing" {
	serve '' -- cat
	call rtp-ulaw "$tone" vanish=700 || true
	"$asterisk" cli "$pbx" 'channel request hangup all' >/dev/null
	stop
	[ "$(event call.start events .type | wc -l)" = 1 ]
	# Asterisk has closed its port: that is noticed at once
	[ "$(event call.end events .reason)" = hangup ]
}

# ari COMMAND ...: sv-capture with the command, and examples/asterisk's
# application between it and Asterisk's REST interface
ari() {
	. "$pbx/env"
	printf '%s\n' '#!/bin/bash' "$@" >command
	chmod +x command
	mkfifo pipe
	"$SV_ROOT/examples/asterisk/external-media" "http://127.0.0.1:$HTTP" \
		e2e:e2e "127.0.0.1:$RTP_IN" <pipe >passed 2>app.log 3>&- &
	echo $! >app
	sv-capture --silence 3s --echo-guard no --max-calls 1 \
		"rtp://127.0.0.1:$RTP_IN" -- ./command </dev/null >pipe 2>log 3>&- &
	echo $! >pid
	timeout 20 sh -c 'until "$0" cli "$1" "ari show apps" | grep -q sales-voice
		do :; done' "$asterisk" "$pbx"
}

ari_stop() {
	timeout 20 sh -c 'until grep -q call.end passed; do sleep 0.02; done'
	kill "$(cat pid)"
	within 20 gone "$(cat pid)"
	within 20 gone "$(cat app)"
	rm pid
	[ ! -s app.log ] || { cat app.log; false; }
	"$SV_ROOT/tests/check-events" passed
}

@test "external media: a caller hears himself, and hangs up" {
	ari 'exec cat'
	call ari "$tone" heard="$PWD/heard.wav" stay=0.5
	ari_stop
	[[ "$(tones heard.wav)" = *"600 600 "* ]]
	[ "$(event call.end passed .reason)" = hangup ]
	[ "$(event call.end passed .by)" = far ]
	[ "$(event call.start passed .caller)" = 5558675309 ]
	run -0 "$asterisk" cli "$pbx" 'core show channels count'
	[[ "$output" = *'0 active channels'* ]]
}

@test "external media: who is handed over goes on in the dialplan" {
	ari 'head -c 16000 >/dev/null' \
		'printf '\''{"v":1,"type":"dialog.handoff","call":"%s","seq":1,"t":1000,"time":"2026-11-21T20:00:00.000Z","stage":"dialog","reason":"asked","target":"sales","brief":{"text":"wants two"}}\n'\'' "$SV_CALL_ID" >&3' \
		'printf '\''{"v":1,"type":"call.transfer","call":"%s","seq":2,"t":1000,"time":"2026-11-21T20:00:00.000Z","stage":"dialog","target":"sales"}\n'\'' "$SV_CALL_ID" >&3' \
		'exec cat >/dev/null'
	call ari "$tone" heard="$PWD/heard.wav" stay=3
	ari_stop
	said 'back: sales wants two'
	[[ "$(tones heard.wav)" = *"700 700 "* ]]
	[ "$(event call.start passed .call | wc -l)" = 1 ]
}

@test "external media: whom nobody takes reaches a person" {
	ari 'exec cat'
	"$SV_ROOT/tests/peers/rtp" "$RTP_IN" silence 9000 >/dev/null 3>&- &
	within 20 grep -q call.start passed
	call ari "$tone" heard="$PWD/heard.wav" stay=6
	wait $!
	ari_stop
	[ "$(event call.refused passed .reason)" = full ]
	[[ "$(tones heard.wav)" = *"700 700 "* ]]
}

@test "external media: when sv-capture dies the caller reaches a person" {
	ari 'exec cat'
	call ari "$tone" heard="$PWD/heard.wav" stay=4 3>&- &
	within 20 grep -q call.start passed
	kill -9 "$(cat pid)"
	wait $!
	within 20 gone "$(cat app)"
	[[ "$(tones heard.wav)" = *"700 700 "* ]]
}

@test "external media: without the application the caller reaches a person" {
	call ari "$tone" heard="$PWD/heard.wav" stay=1
	[[ "$(tones heard.wav)" = *"700 700 "* ]]
}
