# Recordings of calls, as they are on disk.
bats_require_minimum_version 1.5.0
load live

setup() {
	export SV_RUN=$BATS_TEST_TMPDIR/run
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || exit 1
	sox -n -D -r 16000 -c 1 -b 16 -e signed -t raw play \
		synth 3 sine 440 vol 0.5
}

teardown() {
	[ -z "${server:-}" ] || { kill "$server" && wait "$server"; } || true
	[ ! -e full ] || umount full
}

# what the assistant says in each of these calls
says='sox -n -D -r 16000 -c 1 -b 16 -e signed -t raw - synth 3 sine 880 vol 0.2 &
cat >/dev/null'

ws_serve() {
	serve asterisk-ws://127.0.0.1:0 "$@"
}

peer() {
	"$SV_ROOT/tests/peers/asterisk-ws" "127.0.0.1:$port" "$@"
}

# wav FILE CHANNEL WAV: sox here does not know Opus
wav() {
	case $1 in
	*.opus) sv-capture -q --channel "$2" -o "$3" "$1" ;;
	*) sox "$1" "$3" remix $(($2 + 1)) ;;
	esac
}

@test "a call is recorded, the caller left and we right, as long as it was" {
	for format in flac opus; do
		ws_serve --record rec --record-as $format -- sh -c "$says"
		run -0 peer play=play ms=1500
		ends 1
		file=$(of call.end recording)
		[ "$file" = "rec/$(date -u +%F)/$(of call.end call).$format" ]
		[ "$(stat -c %a "$file")" = 640 ]
		[ "$(stat -c %a rec/*)" = 750 ]
		wav "$file" 0 left.wav
		wav "$file" 1 right.wav
		near "$(soxi -s left.wav)" $((16 * $(of call.end duration_ms))) 320
		near "$(pitch left.wav)" 440 40
		near "$(pitch right.wav)" 880 80
		stop_server
	done
}

@test "after kill -9 all but the last second can be read" {
	for format in flac opus; do
		ws_serve --record rec --record-as $format -- sh -c "$says"
		peer play=play ms=2500 at=2000:key:1 >said 2>&1 &
		wait_for 'key:1' said
		kill -9 "$(pgrep -P "$server" -n -f sv-capture)"
		wait $! || true
		file=$(echo rec/*/*.$format)
		# of Ogg it is known that it was not closed
		run -$([ $format = flac ] && echo 0 || echo 65) \
			sv-capture --channel 0 -o left.wav "$file"
		[ "$(soxi -s left.wav)" -ge 15600 ]
		[ "$(soxi -s left.wav)" -le 34000 ]
		near "$(pitch left.wav)" 440 40
		stop_server
	done
}

@test "a disk that is full ends the recording, and not the call" {
	mkdir full
	mount -t tmpfs -o size=64k none full 2>/dev/null || {
		rmdir full
		skip "only root can mount a small file system"
	}
	sox -n -D -r 16000 -c 1 -b 16 -e signed -t raw noise \
		synth 5 whitenoise vol 0.5
	ws_serve --record full -- sh -c "$says"
	run -0 peer play=noise ms=3000
	ends 1
	[ "$(of call.end duration_ms)" -ge 2800 ]
	[ "$(of error code)" = 74 ] # once
	[[ $(of error reason) == *"No space left on device" ]]
	[ "$(soxi -s full/*/*.flac)" -ge 8000 ] # what fitted
	run ! grep -v listening log
	run -0 peer ms=300 # and there is no room for another
	ends 2
	[ "$(of error code | tail -n 1)" != null ]
}

@test "a folder that goes away ends the recording, and not the call" {
	ws_serve --record rec -- sh -c "$says"
	peer play=play ms=2500 at=800:key:1 >said &
	wait_for 'key:1' said
	rm -r rec
	wait $!
	ends 1
	[ "$(of error reason | grep -c 'was removed while the call went on')" -eq 1 ]
	[ "$(of call.end reason)" = hangup ]
}

@test "a folder that cannot be made costs the recording alone" {
	touch file
	ws_serve --record file/x -- sh -c "$says"
	run -0 peer ms=300
	ends 1
	[ "$(of error code)" = 73 ]
	[ "$(of call.end recording)" = null ]
	[ "$(of call.end reason)" = hangup ]
}

@test "a call id that comes again does not cost the first recording" {
	ws_serve --record rec -- cat
	for name in 1 2; do
		run -0 peer json=1 ms=200 \
			uuid=40325ec2-5efd-4bd3-805f-53576e581d13
		ends "$name"
	done
	[ "$(of call.end recording | sed 's|.*/||' | xargs)" = \
		'2069FC4QQX9F9R0QTKAXQ5G78K.flac 2069FC4QQX9F9R0QTKAXQ5G78K-2.flac' ]
}
