# Calls over Asterisk's media WebSocket.
#
# in real time
bats_require_minimum_version 1.5.0
load live

uuid=40325ec2-5efd-4bd3-805f-53576e581d13
id=2069FC4QQX9F9R0QTKAXQ5G78K

setup() {
	export SV_RUN=$BATS_TEST_TMPDIR/run
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || exit 1
	PATH=$SV_ROOT/tests/peers:$PATH
}

teardown() {
	[ -z "${server:-}" ] || { kill "$server" && wait "$server"; } || true
}

# tone RATE SECONDS: raw PCM
tone() {
	sox -n -D -r "$1" -c 1 -b 16 -e signed -t raw - synth "$2" sine 440 vol 0.5
}

# ws_serve [OPTION ...] -- COMMAND, listening at /media
ws_serve() {
	serve asterisk-ws://127.0.0.1:0/media "$@"
}

peer() {
	asterisk-ws "127.0.0.1:$port/media" "$@"
}

@test "caller and pipeline hear each other in every coding we take" {
	ws_serve -- tee said
	for coding in slin:8000 slin16:16000 slin24:24000 slin48:48000 \
		ulaw:8000 alaw:8000; do
		name=${coding%:*} rate=${coding#*:} law=
		case $name in ?law) law="-e ${name:0:1}-law -b 8" ;; esac
		tone "$rate" 0.6 >in
		sox -t raw -r "$rate" -e signed -b 16 -c 1 in \
			-t raw ${law:--e signed -b 16} play
		run -0 peer format="$name" play=play heard=heard ms=700
		sox -t raw -r "$rate" -c 1 ${law:--e signed -b 16} heard heard.wav
		echo "# $name"
		near "$(pitch heard.wav)" 440 70 # and silence around
		ends $((++n))
		near "$(pitch said "$rate")" 440 70
	done
	[ "$(of call.start rate | xargs)" = '8000 16000 24000 48000 8000 8000' ]
	[ "$(of call.end reason | sort -u)" = hangup ]
	stop_server
	! grep -q . < <(grep -v 'listening on\|no new calls' log)
	"$SV_ROOT/tests/check-events" events
}

@test "pieces of any size and fragments carry the same bytes" {
	tone 16000 0.4 >play
	ws_serve -- tee said
	for how in cut=1 cut=7 cut=4096 fragment=100 fragment=3; do
		run -0 peer play=play ms=500 "$how"
		ends $((++n))
		echo "# $how"
		cmp -n 12800 said play
	done
}

@test "keys are heard, in both forms of messages" {
	ws_serve -- cat
	run -0 peer ms=400 at=100:key:5 at=200:key:#
	run -0 peer ms=400 json=1 at=100:key:5 at=200:key:D at=250:key:x
	ends 2
	[ "$(of dtmf digit | xargs)" = '5 # 5 D' ]
	[ "$(of error reason)" = 'a key that no telephone has' ]
}

@test "what was said is heard to its end before the call is hung up" {
	cat >command <<-'END'
		sox -n -t raw -r 16000 -e signed -b 16 -c 1 - synth 1 sine 440 vol 0.5
		echo '{"type":"call.hangup"}' >&3
		cat >/dev/null
	END
	for form in ms=9000 json=1; do
		ws_serve -- sh command
		run -0 peer heard=heard $form
		[[ $output == *"command REPORT_QUEUE_DRAINED"*"command HANGUP"*"end closed by us 1000, 0 queued" ]]
		sox -t raw -r 16000 -e signed -b 16 -c 1 heard heard.wav \
			silence 1 1 0.1% reverse silence 1 1 0.1%
		near "$(soxi -s heard.wav)" 16000 320
		ends 1
		[ "$(of call.end reason)" = hangup ]
		[ "$(of call.end by)" = pipeline ]
		stop_server
	done
}

@test "a barge-in has Asterisk forget what it has" {
	cat >command <<-'END'
		head -c 16000 >/dev/null
		echo '{"type":"tts.pause"}' >&3
		cat >/dev/null
	END
	ws_serve -- sh command
	run -0 peer ms=900
	[[ $output == *"command FLUSH_MEDIA"* ]]
	run -0 peer ms=900 frame=320 # Asterisk's frames are 10 ms
	[[ $output == *START_MEDIA_BUFFERING*FLUSH_MEDIA*START_MEDIA_BUFFERING* ]]
	run -0 peer ms=900 frame=0 # it buffers nothing
	[[ $output != *FLUSH_MEDIA* ]]
}

@test "frames of another size are put together by Asterisk" {
	ws_serve -- cat
	for frame in 320 1000 0; do
		tone 16000 1 >play
		run -0 --separate-stderr peer frame=$frame play=play heard=heard \
			ms=1100
		near "$(pitch heard 16000)" 440 40
		[ "$stderr" = "" ]
	done
}

@test "what Asterisk has no room for is not sent" {
	ws_serve -- cat
	tone 16000 2 >play
	run -0 peer play=play ms=1500 xoff=10 at=200:hold
	[[ $output == *xoff* ]]
	[[ ${lines[-1]} =~ ,\ 1[0-9]\ queued$ ]]
}

@test "silence is not sent, since Asterisk has its own" {
	ws_serve -- cat
	run -0 peer ms=600 at=100:hold
	[[ $output == *", 0 queued" ]]
}

@test "a pipeline that dies hands the caller over" {
	ws_serve --fallback sales -- sh -c 'head -c 3200 >/dev/null; kill -9 $$'
	run -0 peer "x=y"
	[[ $output == *"command HANGUP"* ]]
	ends 1
	[ "$(of call.end by)" = capture ]
	run jq -r '.outcome, .target' "$SV_RUN"/*.json
	[ "${lines[*]}" = 'transfer sales' ]
}

@test "who calls is known by the UUID of the channel or of the address" {
	mkdir -m 700 run
	echo '{"caller":"+79161234567","callee":"100","direction":"out"}' \
		>run/$id.json
	export SV_RUN=$PWD/run
	ws_serve -- sh -c 'echo "$SV_CALLER" >caller; cat'
	run -0 peer json=1 uuid=$uuid ms=200
	run -0 asterisk-ws "127.0.0.1:$port/media?call=$uuid" ms=200
	ends 2
	[ "$(of call.start call | sort -u)" = $id ]
	[ "$(of call.start caller | sort -u)" = +79161234567 ]
	[ "$(of call.start direction | sort -u)" = out ]
	[ "$(cat caller)" = +79161234567 ]
}

@test "a UUID that stays behind in the address is not the next call's" {
	ws_serve -- cat
	for call in 1 2 3; do
		run -0 asterisk-ws "127.0.0.1:$port/media?call=$uuid" ms=100
		ends "$call"
	done
	[ "$(of call.start call | head -n 1)" = $id ]
	[ "$(of call.start call | sort -u | wc -l)" -eq 3 ]
	grep -q 'warning: asterisk-ws: this call comes with the UUID of another' log
	run -0 peer json=1 uuid=nonsense ms=100
	run -0 asterisk-ws "127.0.0.1:$port/media?call=x%zz&call=" ms=100
	ends 5
	grep -q "'nonsense' is no UUID" log
}

@test "without a slot the connection is refused, and the dialplan goes on" {
	ws_serve --max-calls 1 -- cat
	peer ms=1500 >first &
	wait_for ANSWER first
	run -0 peer
	[[ $output == *"http 503"*"end refused"* ]]
}

@test "another path is not found, and other codings are not taken" {
	ws_serve -- cat
	run -0 asterisk-ws "127.0.0.1:$port/other"
	[[ $output == *"http 404"* ]]
	run -0 peer format=opus frame=0
	[[ $output == *"closed 1003"* ]]
	wait_for "Asterisk offers 'opus'; have Dial() say c(slin16)" log
	run -0 peer format=slin12
	[[ $output == *"closed 1003"* ]]
	run -0 peer ms=200 # and it is none the worse
	ends 1
	[ "$(grep -c call.start events)" -eq 1 ]
}

@test "a client that is no chan_websocket gets no call" {
	ws_serve -- cat
	run -0 peer first='hello there'
	[[ $output == *"closed 1003"* ]]
	run -0 peer first='QUEUE_DRAINED'
	[[ $output == *"closed 1003"* ]]
	run -0 peer first='{"event":"MEDIA_START"}' json=1
	[[ $output == *"closed 1003"* ]]
	run -0 peer first=none at=40:fin
	run -0 peer first=none at=40:reset
	run -0 peer first=none # sound before MEDIA_START
	[[ $output == *"closed 1003"* ]]
	run -0 peer first=none at=20:stop at=40:quiet ms=100
	[ "$(cat events)" = "" ]
	[ "$(pgrep -c -P "$server")" -le 1 ] # the last may still be waited for
}

@test "bytes that are no frames end that call alone" {
	ws_serve -- cat
	peer ms=3000 >other &
	wait_for ANSWER other
	run -0 peer at=200:hex:8101ff # no mask
	[[ $output == *"closed 1002"* ]]
	run -0 peer at=200:hex:82ff000000000100000011223344ff # 16 MiB
	[[ $output == *"closed 1009"* ]]
	run -0 peer at=200:hex:474554202f20485454502f312e310d0a0d0a
	[[ $output == *"closed 1002"* ]]
	run -0 peer at=200:hex:81811122334400 at=300:hex:8182112233440000 ms=500
	run -0 peer at=200:text:nonsense at=220:text:STATUS ms=500
	run -0 peer at=200:ping:hello ms=500
	[[ $output == *"pong hello"* ]]
	ends 6
	wait $!
	ends 7
	[ "$(of call.end reason | sort | uniq -c | xargs)" = '3 error 4 hangup' ]
	[ "$(of error code | sort -u)" = 76 ]
}

@test "a client that vanishes is the end of its call" {
	ws_serve --silence 500ms -- cat
	run -0 peer at=200:fin
	ends 1
	run -0 peer at=200:reset
	ends 2
	run -0 peer at=200:close:1001
	ends 3
	run -0 peer at=100:quiet at=3000:fin # half open
	ends 4
	[ "$(of call.end reason | xargs)" = 'reset reset hangup timeout' ]
}

@test "a client that reads nothing costs nothing, and one in a hurry is cut" {
	tone 16000 30 >play
	ws_serve -- cat
	run -0 peer play=play at=100:stop ms=1500
	ends 1
	run -0 peer play=play speed=10 ms=1500
	ends 2
	[ "$(of call.end reason | xargs)" = 'hangup hangup' ]
	[ "$(of call.end duration_ms | tail -n 1)" -le 2800 ]
	of error reason | grep -q 'comes faster than it is spoken'
}

@test "a client ten times too slow is heard with silence in between" {
	tone 16000 30 >play
	ws_serve -- tee said
	run -0 peer play=play every=10 ms=1500
	ends 1
	near "$(of call.end duration_ms)" 1500 150
	near "$(stat -c %s said)" 48000 4800
	[ "$(of call.end reason)" = hangup ]
}

@test "with n in the dial string we answer" {
	tone 16000 1 >play
	ws_serve -- cat
	run -0 peer answer=1 play=play heard=heard ms=800
	near "$(pitch heard 16000)" 440 40
}

@test "after the last call nothing is left of any" {
	ws_serve -- sh -c 'cat & wait'
	for i in 1 2 3; do
		peer ms=$((i * 100)) >/dev/null &
	done
	wait %2 %3 %4
	ends 3
	timeout 10 sh -c 'while pgrep -P "$1" >/dev/null; do sleep 0.02; done' \
		sh "$server"
	stop_server
}
