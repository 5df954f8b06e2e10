# sv-asr --serve: models loaded once, a process for each call, and nobody's
# death but one's own. Words are Vosk's where they matter; else the engine is
# loudness, which needs no model.
bats_require_minimum_version 1.5.0

sounds=/usr/share/asterisk/sounds/en

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	sox -n -r 8000 -c 1 -b 16 pause.wav trim 0 1.5
	sox -D $sounds/vm-enter-num-to-call.wav pause.wav \
		$sounds/digits/{4,1,5}.wav pause.wav -t raw talk
	sox -D $sounds/digits/{4,1,5}.wav pause.wav pause.wav -t raw digits
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	ln -s "$BATS_FILE_TMPDIR"/{talk,digits} .
	unset SV_LANG SV_CONF SV_CALL_ID SV_CALLER SV_CALLEE SV_DIRECTION SV_RATE SV_MODEL \
		SV_VOSK_LIB SV_ASR_ENGINE SV_RUN XDG_RUNTIME_DIR LISTEN_FDS \
		LISTEN_PID
	export SV_ASR_SOCKET=$PWD/asr.sock
	server=
}

teardown() {
	local pid
	for pid in $server $(jobs -p); do
		kill -9 "$pid" 2>/dev/null || true
	done
	[ ! -e server.err ] || cat server.err
}

# wait_for PATTERN FILE [TIMES]: until so many lines of the file match
wait_for() {
	timeout 120 sh -c 'until [ "$(grep -c -- "$1" "$2")" -ge "$3" ]; do :
		done' sh "$1" "$2" "${3:-1}"
}

# until COMMAND...: it succeeds
until_done() {
	local end=$((SECONDS + 20))
	until "$@"; do
		[ $SECONDS -lt $end ] || return 1
	done
}

# serve [OPTION ...]: a server that has loaded
serve() {
	sv-asr --serve "$SV_ASR_SOCKET" -v "$@" 2>server.err 3>&- &
	server=$!
	wait_for "serves at" server.err
}

generation() {
	sed -n 's/.*process \([0-9]*\) serves.*/\1/p' server.err | tail -n 1
}

# the last call's process
call() {
	sed -n 's/.* call .* is process \([0-9]*\)$/\1/p' server.err | tail -n 1
}

alive() {
	[ -e "/proc/$1" ] && ! grep -q '^State:.*Z' "/proc/$1/status"
}

gone() {
	! alive "$1"
}

# a call that goes on until its audio, written to 8, ends
ring() {
	mkfifo audio
	sv-asr -e loudness -r 8000 "$@" <audio >events 2>err 3>&- 8>&- &
	client=$!
	exec 8>audio
	wait_for call.start events
}

hang_up() {
	exec 8>&-
	rc=0
	wait $client || rc=$?
	rm audio
}

plain() {
	jq -c 'del(.call, .time, .asr_ms)'
}

# packets SOCKET TEXT...: each over a connection of its own; what is answered
packets() {
	python3 - "$@" <<-'END'
		import socket, sys
		for text in sys.argv[2:]:
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.settimeout(10)
		    s.connect(sys.argv[1])
		    s.send(text.encode())
		    print(s.recv(2000).decode()[:1])
	END
}

@test "a call that is served gives what one alone gives" {
	serve -l en
	# what forks had better have no other threads
	[ "$(awk '/^Threads/ {print $2}' "/proc/$(generation)/status")" = 1 ]
	sv-asr -l en -r 8000 --socket none <talk | plain >alone
	run --separate-stderr sv-asr -l en -r 8000 -v <talk
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	diff <(plain <<<"$output") alone
	grep -q "four one five" alone
	# as often as one likes: no call changes what the next one finds
	for _ in 1 2 3; do
		sv-asr -l en -r 8000 <digits
	done | jq -r 'select(.type == "asr.final").text' >texts
	[ "$(sort -u texts)" = "four one five" ]
	[ "$(grep -c 'is process' server.err)" -eq 4 ]
}

@test "closed questions, keys and what is asked reach a call that is served" {
	serve -l en
	echo '{"type":"asr.expect","expect":"choice","closed":true,"hints":["for wonder five","seven"]}' >expect
	SV_CALL_FDS=1 sv-asr -l en -r 8000 <digits 5<expect >events
	text=$(jq -r 'select(.type == "asr.final").text' events)
	[ "$text" != "four one five" ]
	echo '{"type":"asr.expect","expect":"yesno"}' >expect
	SV_CALL_ID=01ARZ3NDEKTSV4RRFFQ69G5FAV SV_CALL_FDS=1 \
		sv-asr -l en -r 8000 <digits 5<expect >events
	[ "$(jq 'select(.type == "asr.final").endpoint_ms' events)" = 400 ]
	[ "$(jq -r .call events | sort -u)" = 01ARZ3NDEKTSV4RRFFQ69G5FAV ]
	! grep -q call.start events
	SV_CALL_FDS=1 run --separate-stderr sv-asr -l en -r 8000 <digits 5<&-
	[ "$status" -eq 0 ]
	[[ "$stderr" == *warning*"going on without"* ]]
}

@test "the settings, the environment and the log are the call's own" {
	SV_CALLER=nobody serve -l en -e loudness
	SV_CALLER=+79161234567 SV_DIRECTION=in sv-asr -e loudness -l en \
		-r 8000 --expect phone --silence phone=1300ms <digits >events
	jq -e -s '.[0].caller == "+79161234567" and .[0].direction == "in"' events
	[ "$(jq 'select(.type == "asr.final").endpoint_ms' events)" = 1300 ]
	SV_CALL_FDS=1 SV_CALL_ID=x SV_LOG=json run --separate-stderr \
		sv-asr -e loudness -l en -r 8000 <talk 5<&-
	[ "$(jq -r '[.stage, .level, .call] | join(" ")' <<<"$stderr")" = \
		"asr warning x" ]
	run --separate-stderr sv-asr -e loudness -l en </dev/null
	! grep -q caller <<<"$output"
}

@test "a call's code and sentence are handed on" {
	serve -l en -e loudness
	head -c 30001 talk >odd
	run -65 --separate-stderr sv-asr -e loudness -l en -r 8000 <odd
	[[ "$stderr" == *"the last sample is cut in half"* ]]
	run -74 --separate-stderr sh -c \
		'sv-asr -e loudness -l en -r 8000 <talk >/dev/full'
	[ "$stderr" = "sv-asr: write events: No space left on device" ]
	run --separate-stderr bash -c \
		'sv-asr -e loudness -l en -r 8000 <talk > >(exec >&-; sleep 0.1); echo $?'
	[ "$stderr" = "" ]
	[ "${lines[-1]}" = 0 ]
	run -74 --separate-stderr sh -c 'exec sv-asr -e loudness -l en <&-'
	[[ "$output" == *'"error"'* ]]
	SV_CALL_ID=$(printf '%065d' 0) run -78 sv-asr -e loudness -l en <talk
	[ "$(grep -c 'is process' server.err)" -eq 4 ]
}

@test "the pieces that audio comes in change nothing" {
	serve -l en -e loudness
	head -c 32000 talk >some
	sv-asr -e loudness -l en -r 8000 <some | plain >whole
	for size in 1 7 4096; do
		dd if=some obs=$size 2>/dev/null |
			sv-asr -e loudness -l en -r 8000 | plain >pieces
		diff whole pieces
	done
}

@test "SIGTERM of a call ends it in order" {
	serve -l en -e loudness
	ring -l en
	head -c 20000 talk >&8
	wait_for vad.start events
	kill -TERM $client
	wait $client
	[ "$(tail -n 1 events | jq -r .reason)" = stopped ]
	grep -q asr.final events
	exec 8>&-
	[ ! -s err ]
}

@test "when a call is killed nothing of it is left" {
	serve -l en -e loudness
	ring -l en
	child=$(call)
	alive "$child"
	kill -9 $client
	until_done gone "$child"
	exec 8>&-
	# also when it was asked to stop just before
	sv-asr -e loudness -l en -r 8000 <audio >events 2>err 3>&- 8>&- &
	client=$!
	exec 8>audio
	wait_for 'is process' server.err 2
	wait_for call.start events
	child=$(call)
	kill -TERM $client
	kill -9 $client 2>/dev/null || true
	until_done gone "$child"
	exec 8>&-
	# and when its process waits for a reader that does not read
	mkfifo lines
	exec 7<>lines
	sox -D -t raw -r 8000 -e signed -b 16 -c 1 digits -t raw - \
		repeat 200 >long 2>/dev/null
	sv-asr -e loudness -l en -r 8000 <long >lines 3>&- &
	client=$!
	wait_for 'is process' server.err 3
	child=$(call)
	until_done grep -q '^State:.*S' "/proc/$child/status"
	kill -9 $client
	until_done gone "$child"
	exec 7<&-
	[ "$(grep -c warning server.err)" -eq 0 ]
}

@test "a call's process that dies costs that call alone" {
	serve -l en -e loudness
	ring -l en
	child=$(call)
	mkfifo more
	sv-asr -e loudness -l en -r 8000 <more >others 3>&- 8>&- &
	other=$!
	exec 7>more
	wait_for call.start others
	kill -KILL "$child"
	hang_up
	[ $rc -eq 69 ]
	[ "$(cat err)" = "sv-asr: the server's process for this call has died" ]
	wait_for "process $child of a call died of signal 9" server.err
	cat talk >&7
	exec 7>&-
	wait $other
	[ "$(grep -c asr.final others)" -eq 2 ]
	sv-asr -e loudness -l en -r 8000 <talk >events
}

@test "when the server is killed its calls go on, and new ones work alone" {
	serve -l en -e loudness
	ring -l en
	models=$(generation)
	kill -9 "$server"
	until_done gone "$models"
	run --separate-stderr sv-asr -e loudness -l en -r 8000 <talk
	[ "$status" -eq 0 ]
	[[ "$stderr" == "sv-asr: warning: connect to $SV_ASR_SOCKET: Connection refused; going on without the server" ]]
	[ "$(grep -c asr.final <<<"$output")" -eq 2 ]
	cat talk >&8
	hang_up
	[ $rc -eq 0 ]
	[ "$(grep -c asr.final events)" -eq 2 ]
	# the socket that was left is nobody's
	serve -l en -e loudness
	sv-asr -e loudness -l en -r 8000 <talk >events
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
}

@test "when the models' process is killed, another one serves" {
	serve -l en -e loudness
	ring -l en
	child=$(call)
	models=$(generation)
	kill -9 "$models"
	wait_for "serves at" server.err 2
	[ "$(generation)" != "$models" ]
	sv-asr -e loudness -l en -r 8000 <talk >/dev/null
	cat talk >&8
	hang_up
	[ $rc -eq 0 ]
	[ "$(grep -c asr.final events)" -eq 2 ]
	kill -TERM "$server"
	wait "$server"
}

@test "a reload leaves the calls that go on alone" {
	serve -l en
	mkfifo audio
	sv-asr -l en -r 8000 <audio >events 3>&- &
	client=$!
	exec 8>audio
	wait_for call.start events
	head -c 40000 talk >&8
	models=$(generation)
	kill -HUP "$server"
	wait_for "serves at" server.err 2
	until_done gone "$models"
	sv-asr -l en -r 8000 <digits >new
	grep -q "four one five" new
	tail -c +40001 talk >&8
	hang_up
	[ $rc -eq 0 ]
	diff <(plain <events) <(sv-asr --socket none -l en -r 8000 <talk | plain)
}

@test "a model that cannot be loaded leaves the old one in service" {
	ln -s "${SV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sales-voice}/models/en" model
	serve -l en --model model
	models=$(generation)
	mkdir none
	ln -sfn none model
	kill -HUP "$server"
	wait_for "vosk: model is no Vosk model: it has no am/final.mdl; going on with what was loaded before" server.err
	[ "$(generation)" = "$models" ]
	sv-asr -l en -r 8000 <digits >events
	grep -q "four one five" events
	# and if the old one then dies: calls load their own until there is one
	kill -9 "$models"
	wait_for "no models are loaded: trying again" server.err
	ln -sfn "${SV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sales-voice}/models/en" model
	kill -HUP "$server"
	wait_for "serves at" server.err 2
	sv-asr -l en -r 8000 <digits | grep -q "four one five"
	[ "$(grep -c 'is process' server.err)" -eq 2 ]
}

@test "a reload reads the configuration again, and keeps to the old one if it is wrong" {
	export SV_CONF=$PWD/sv.conf
	echo SV_LANG=en >sv.conf
	serve -e loudness
	sv-asr -e loudness -r 8000 </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
	echo SV_LANG=ru >sv.conf
	kill -HUP "$server"
	wait_for "serves at" server.err 2
	grep -q "ru is recognised by loudness" server.err
	sv-asr -e loudness -r 8000 </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 2 ]
	echo SV_LANG=elvish >sv.conf
	kill -HUP "$server"
	wait_for "elvish.*going on with what was loaded before" server.err
	SV_CONF=/dev/null sv-asr -l ru -e loudness -r 8000 </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 3 ]
}

@test "SIGTERM of the server waits for its calls and takes no new ones" {
	serve -l en -e loudness
	ring -l en
	kill -TERM "$server"
	wait_for "waiting for the calls" server.err
	[ ! -e "$SV_ASR_SOCKET" ]
	run --separate-stderr sv-asr -e loudness -l en -r 8000 <talk
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"No such file"*"going on without the server"* ]]
	alive "$server"
	cat talk >&8
	hang_up
	[ $rc -eq 0 ]
	wait "$server"
	[ "$(grep -c asr.final events)" -eq 2 ]
}

@test "a server that cannot load says why and ends" {
	run -66 --separate-stderr sv-asr --serve "$SV_ASR_SOCKET" --model /nowhere
	[[ "$stderr" == "sv-asr: no model in /nowhere; run sv-model get ru"* ]]
	[ ! -e "$SV_ASR_SOCKET" ]
	run -64 sv-asr --serve "$SV_ASR_SOCKET" -e parrot
	run -64 sv-asr --serve "$SV_ASR_SOCKET" -e loudness talk
	run -64 sv-asr --serve "$SV_ASR_SOCKET" -e loudness --also elvish
	run -64 sv-asr --serve "$SV_ASR_SOCKET" -e loudness -l ru --also ru
}

@test "models that are not loaded in time are given up" {
	# a library that stands still while it is loaded
	echo '#include <unistd.h>
		__attribute__((constructor)) static void hang(void) { pause(); }' \
		>hang.c
	gcc -shared -fPIC -o hang.so hang.c
	SV_VOSK_LIB=$PWD/hang.so run -69 --separate-stderr timeout 30 \
		sv-asr --serve "$SV_ASR_SOCKET" -l en --timeout 500ms
	[ "${stderr_lines[0]}" = "sv-asr: warning: the models are not loaded within 500 ms: giving up" ]
	[ "${stderr_lines[1]}" = "sv-asr: the models' process died of signal 9 (Killed)" ]
	[ ! -e "$SV_ASR_SOCKET" ]
}

@test "a limit of a call's memory does not count the models" {
	[[ $SV_BIN != */san/* ]] || skip "a sanitizer needs all there is"
	serve -l en
	run --separate-stderr bash -c 'ulimit -v 300000
		exec sv-asr -l en -r 8000 <digits'
	[ "$status" -eq 0 ]
	[[ "$output" == *"four one five"* ]]
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
}

@test "what is at the path is another's, or nobody's" {
	echo precious >file
	run -73 --separate-stderr sv-asr --serve file -e loudness
	[ "$stderr" = "sv-asr: file is there and is no socket: remove it or take another name" ]
	[ "$(cat file)" = precious ]
	serve -e loudness
	[ "$(stat -c %a "$SV_ASR_SOCKET")" = 600 ]
	run -75 --separate-stderr sv-asr --serve "$SV_ASR_SOCKET" -e loudness
	[ "$stderr" = "sv-asr: another server listens at $SV_ASR_SOCKET" ]
	sv-asr -l ru -e loudness </dev/null
	run -64 --separate-stderr sv-asr --serve "/$(printf '%0200d' 0)" -e loudness
	[[ "$stderr" == *"a socket's path has 107 bytes at most" ]]
}

@test "the usual place is the run folder" {
	unset SV_ASR_SOCKET
	export SV_RUN=$PWD/run
	sv-asr --serve "$SV_RUN/asr.sock" -e loudness -v 2>server.err 3>&- &
	server=$!
	wait_for "serves at" server.err
	[ "$(stat -c %a run)" = 700 ]
	sv-asr -e loudness </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
	kill -TERM "$server"
	wait "$server"
	# nobody there is nothing to speak of
	run --separate-stderr sv-asr -e loudness </dev/null
	[ "$stderr" = "" ]
}

@test "what the server does not have is loaded by the call itself" {
	serve -l en -e loudness
	run --separate-stderr sv-asr -v -l en -r 8000 <digits
	[ "$status" -eq 0 ]
	[[ "$output" == *"four one five"* ]]
	[[ "$stderr" == "sv-asr: the server does not take this call: it does not serve this engine, model or language" ]]
	run --separate-stderr sv-asr -v -e loudness -l ru </dev/null
	[[ "$stderr" == *"does not serve"* ]]
	run --separate-stderr sv-asr -v -e loudness -l en --model /other </dev/null
	[[ "$stderr" == *"does not serve"* ]]
	[ "$(grep -c 'is process' server.err)" -eq 0 ]
	run --separate-stderr sv-asr -v -e loudness -l en --socket none </dev/null
	[ "$stderr" = "" ]
}

@test "one server has both languages" {
	serve -e loudness -l ru --also en
	sv-asr -e loudness -l ru </dev/null
	sv-asr -e loudness -l en </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 2 ]
}

@test "more calls than it may have are told so" {
	serve -l en -e loudness --max-calls 1
	ring -l en
	run -75 --separate-stderr sv-asr -e loudness -l en </dev/null
	[ "$stderr" = "sv-asr: the server takes no further call: it has 1 calls already" ]
	[ "$output" = "" ]
	hang_up
	until_done sv-asr -e loudness -l en </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 2 ]
}

@test "fifty calls at once all get their own" {
	serve -l en -e loudness
	for i in $(seq 50); do
		SV_CALL_ID=call-$i sv-asr -e loudness -l en -r 8000 \
			<talk >out-$i 2>>errors 3>&- &
		pids[i]=$!
	done
	for i in $(seq 50); do
		wait "${pids[i]}"
		[ "$(jq -r .call out-$i | sort -u)" = call-$i ]
		[ "$(grep -c asr.final out-$i)" -eq 2 ]
	done
	[ ! -s errors ]
	[ "$(grep -c 'is process' server.err)" -eq 50 ]
}

@test "garbage on the socket is answered, and the next call served" {
	serve -l en -e loudness
	packets "$SV_ASR_SOCKET" garbage '{}' '[]' '{"sv-asr":"0.0.0"}' \
		'{"sv-asr":1}' "$(head -c 5000 /dev/zero | tr '\0' x)" >answers
	[ "$(sort -u answers)" = N ]
	[ "$(wc -l <answers)" -eq 6 ]
	sv-asr -e loudness -l en -r 8000 <talk >events
	[ "$(grep -c asr.final events)" -eq 2 ]
	[ "$(generation)" = "$(sed -n 's/.*process \([0-9]*\) serves.*/\1/p' server.err)" ]
}

@test "connections that say nothing keep nobody out" {
	serve -l en -e loudness
	python3 - "$SV_ASR_SOCKET" >opened 3>&- <<-'END' &
		import socket, sys
		held = []
		for _ in range(600):
		    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
		    s.connect(sys.argv[1])
		    held.append(s)
		print("held", flush=True)
		# until the last one is let go, too
		print(len([s for s in held if s.recv(1) == b""]), flush=True)
	END
	wait_for held opened
	sv-asr -e loudness -l en -r 8000 <talk >events
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
	wait_for 600 opened
}

@test "a server that hangs is waited for three seconds" {
	serve -l en -e loudness
	models=$(generation)
	kill -STOP "$models"
	run --separate-stderr sv-asr -e loudness -l en -r 8000 <talk
	kill -CONT "$models"
	[ "$status" -eq 0 ]
	[ "$stderr" = "sv-asr: warning: the server does not answer; going on without" ]
	[ "$(grep -c asr.final <<<"$output")" -eq 2 ]
	# it has not touched what the call has done alone
	sv-asr -e loudness -l en -r 8000 <talk >/dev/null
	[ "$(grep -c asr.final <<<"$output")" -eq 2 ]
}

@test "a socket of systemd's is taken over and left to it" {
	cat >activate <<-'END'
		import os, socket, sys
		kind = socket.SOCK_STREAM if sys.argv[2] == "stream" else socket.SOCK_SEQPACKET
		s = socket.socket(socket.AF_UNIX, kind)
		s.bind(sys.argv[1])
		s.listen(10)
		os.dup2(s.fileno(), 3)
		os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
		os.execvp("sv-asr", ["sv-asr", "--serve", sys.argv[1], "-v", "-e", "loudness"])
	END
	python3 activate "$SV_ASR_SOCKET" seqpacket 2>server.err &
	server=$!
	until_done test -S "$SV_ASR_SOCKET"
	# who comes while it still loads is served, too
	sv-asr -e loudness </dev/null
	[ "$(grep -c 'is process' server.err)" -eq 1 ]
	kill -TERM "$server"
	wait "$server"
	[ -S "$SV_ASR_SOCKET" ]
	rm "$SV_ASR_SOCKET"
	run -78 --separate-stderr python3 activate "$SV_ASR_SOCKET" stream
	[[ "$stderr" == *"ListenSequentialPacket= makes one" ]]
}

@test "what was heard before any call changes nothing of what a call hears" {
	[ -d $sounds ] || skip "no asterisk-core-sounds-en-wav"
	sox -D $sounds/vm-{intro,options,press}.wav warm.wav
	serve -l en --warm warm.wav
	sv-asr -l en -r 8000 <talk >events
	run -0 jq -r 'select(.type == "asr.final").text' events
	[[ $output == *"four one five"* ]]
	run -66 --separate-stderr sv-asr --serve other.sock -l en --warm missing.wav
	[[ $stderr == *"open missing.wav: No such file or directory"* ]]
}
