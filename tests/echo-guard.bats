# The assistant's own voice, come back over the line, does not interrupt it; a
# caller does. sv-capture, sv-asr and a telephone that echoes, in real time.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/calls

sounds=/usr/share/asterisk/sounds/en

setup() {
	call_setup
	sox -D $sounds/{vm-intro,tt-weasels,vm-enter-num-to-call,demo-thanks}.wav \
		-t raw prompt
	sox -D $sounds/demo-congrats.wav -t raw said trim 0.3 3
	cat >telephone <<-'END'
		import random, socket, struct, sys, time
		port, echo, caller = int(sys.argv[1]), float(sys.argv[2]), sys.argv[3]
		said = open(caller, "rb").read() if caller else b""
		sent, heard, began = 0, [], None
		s = socket.create_connection(("127.0.0.1", port))
		s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		s.sendall(b"\x01\x00\x10" + bytes([1]) + random.randbytes(15))
		s.setblocking(False)
		buffer, start = b"", time.monotonic()
		while sent < 550:
		    time.sleep(max(0, start + sent * 0.02 - time.monotonic()))
		    try:
		        buffer += s.recv(65536)
		    except BlockingIOError:
		        pass
		    while len(buffer) >= 323:
		        heard.append(struct.unpack("<160h", buffer[3:323]))
		        buffer = buffer[323:]
		    back = heard[len(heard) - 8] if len(heard) > 8 else (0,) * 160
		    at = (sent - 350) * 320
		    voice = said[at:at + 320] if 0 <= at < len(said) - 320 else bytes(320)
		    voice = struct.unpack("<160h", voice)
		    mix = [max(-32768, min(32767, int(echo * b + v + random.gauss(0, 25))))
		           for b, v in zip(back, voice)]
		    s.sendall(b"\x10\x01\x40" + struct.pack("<160h", *mix))
		    sent += 1
	END
	# the shell would give what is behind it no stdin
	script 'sv-asr -e loudness --socket none <&0 >&3 & cat prompt; wait'
}

teardown() {
	call_teardown
}

# after SECOND: how often speech began from then on
after() {
	jq -s "map(select(.type == \"vad.start\" and .t > $1 * 1000)) | length" \
		events
}

# telephone GUARD ECHO CALLER: one call of 11 s, the caller speaks at the 7th
telephone() {
	serve --echo-guard "$1" -- ./command
	python3 telephone "$port" "$2" "$3"
	until_ grep -q call.end events
	grep vad.start events
}

# when speech was last heard, in ms
last() {
	jq -s 'map(select(.type == "vad.end").end_ms) | max // 0' events
}

@test "an echo is no speech once it is known" {
	telephone yes 0.2 ""
	[ "$(after 2.5)" -eq 0 ]
	[ "$(last)" -le 3000 ]
}

@test "without the guard it is" {
	telephone no 0.2 ""
	[ "$(last)" -ge 6000 ]
}

@test "a caller who speaks over prompt and echo is heard" {
	telephone yes 0.2 said
	[ "$(after 6.9)" -ge 1 ]
}
