# sv-capture as Asterisk's AGI knows it: eagi:, run for one call, and agi://,
# asked about calls. Asterisk is tests/peers/agi, as strict as it is.
#
# in real time
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_RUN=$PWD/run TMPDIR=$PWD SV_LANG=en
	unset SV_CAPTURE_EVENTS SV_FALLBACK SV_CAPTURE_RECORD SV_TRACE_DIR
	peer=$SV_ROOT/tests/peers/agi
	frames() { sox -n -t raw -r "${2:-8000}" -e signed -b 16 -c 1 - \
		synth "$1" sine 440 vol 0.5; }
	export -f frames
}

teardown() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
}

# eagi SETTING ... -- COMMAND ...: a call; events are in ./events
eagi() {
	local settings=() options=()
	while [ "$1" != -- ]; do
		case $1 in
		--*) options+=("$1") ;;
		*) settings+=("$1") ;;
		esac
		shift
	done
	rm -f events
	run --separate-stderr timeout 20 "$peer" eagi log=wire \
		"${settings[@]}" -- sv-capture --events events \
		"${options[@]}" eagi: "$@"
}

# has LINE ...: each is a line of what the dialplan knows
has() {
	local line
	for line; do
		grep -qxF -- "$line" <<<"$output" || {
			echo "no $line in: $output"
			false
		}
	done
}

types() {
	jq -r .type events | paste -sd ' '
}

field() {
	jq -r "select(.type == \"$1\") | .$2" events
}

# nothing_left: of a call, once its pipeline has had time to end
nothing_left() {
	timeout 10 sh -c 'while pgrep -f "$1" >pids; do :; done' sh "$PWD/[c]ommand" ||
		{ ps -fp "$(paste -sd , pids)"; false; }
	[ -z "$(find . -type p)" ]
}

# command: standard input becomes ./command
command() {
	{ echo '#!/bin/bash' && cat; } >command
	chmod +x command
}

### EAGI

@test "a caller is answered, hears what is said, and is heard" {
	frames 1 >say
	eagi up=0 say=say heard=heard do=1500:hangup -- cat
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	has exit=0 AGISTATUS=HANGUP lost=0
	[ "$(types)" = "call.start call.end" ]
	[ "$(field call.start rate)" = 8000 ]
	[ "$(field call.start caller)" = +79161234567 ]
	[ "$(field call.start callee)" = 810 ]
	[ "$(field call.start channel)" = PJSIP/caller-00000043 ]
	[ "$(field call.end reason)" = hangup ]
	grep -qE '^SV_UUID=[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' <<<"$output"
	grep -qx '> ANSWER' wire
	"$SV_ROOT/tests/check-events" events
	sox -t raw -r 8000 -e signed -b 16 -c 1 heard -n trim 0.3 1 stat 2>stat
	awk '/Rough/ { exit !($3 > 430 && $3 < 450) }' stat
	nothing_left
}

@test "every sample of ours arrives, in order and at any rate" {
	command <<-'C'
		python3 -c 'import array, os, sys
		rate = int(os.environ["SV_RATE"])
		sys.stdout.buffer.write(array.array("h",
			[1 + i * 50 // rate for i in range(rate)]).tobytes())'
		echo '{"type":"call.transfer"}' >&3
		exec cat >/dev/null
	C
	for rate in 8000 16000 24000 48000; do
		eagi rate=$rate heard=heard -- ./command
		[ "$status" -eq 0 ]
		has AGISTATUS=SUCCESS
		[ "$(field call.start rate)" = $rate ]
		python3 - $((rate / 50)) <<-'P'
			import array, sys
			size = int(sys.argv[1])
			heard = array.array("h", open("heard", "rb").read())
			frames = list(dict.fromkeys(heard))
			assert frames == list(range(51)), frames
			assert all(heard.count(i) == size for i in range(1, 51))
		P
	done
}

@test "a sound that cannot be had is refused with what to do" {
	eagi rate=44100 -- cat
	[ "$status" -eq 0 ]
	has exit=78 AGISTATUS=FAILURE
	[ "$stderr" = "sv-capture: eagi: the sound is 'slin44'; set EAGI_AUDIO_FORMAT to slin, slin16, slin24 or slin48" ]
}

@test "only EAGI will do" {
	eagi enhanced=0.0 -- cat
	has exit=64 AGISTATUS=FAILURE
	[ "$stderr" = "sv-capture: eagi: was run by AGI(), which has no sound; use EAGI()" ]
	run -64 --separate-stderr sh -c \
		'exec sv-capture --events events eagi: -- cat </dev/null 3>&-'
	[ "$stderr" = "sv-capture: eagi: is for Asterisk to run, by EAGI(): descriptor 3 is closed" ]
}

@test "keys are heard, and what we say goes on" {
	command <<-'C'
		frames 2 & cat <&4 >&2 & exec cat >/dev/null
	C
	eagi heard=heard do=400:'key 5' do=800:'key #' do=1500:hangup -- ./command
	[ "$status" -eq 0 ]
	has 'keys=5,#'
	[ "$(field dtmf digit | paste -sd ' ')" = '5 #' ]
	[ "$(grep -c 'STREAM FILE' wire)" -eq 3 ]
	grep -q '"type":"dtmf".*"digit":"#"' <<<"$stderr"
	sox -t raw -r 8000 -e signed -b 16 -c 1 heard -n trim 1 0.4 stat 2>stat
	awk '/Rough/ { exit !($3 > 430 && $3 < 450) }' stat
}

@test "a caller who hangs up is gone at once, however that is said" {
	for how in sighup=yes eof=yes sighup=no; do
		eagi "$how" do=400:hangup -- cat
		echo "$how: $output"
		[ "$status" -eq 0 ]
		has exit=0 AGISTATUS=HANGUP
		[ "$(sed -n 's/^gone_ms=//p' <<<"$output")" -lt 200 ]
		[ "$(field call.end reason)" = hangup ]
		[ "$(field call.end by)" = far ]
		nothing_left
	done
}

@test "the caller goes on to a person while the pipeline finishes" {
	command <<-'C'
		frames 0.3
		echo '{"type":"dialog.handoff","reason":"wants a person","brief":"Ivan, \"hot\" lead","target":"sales"}' >&3
		echo '{"type":"call.transfer","target":"sales"}' >&3
		cat >/dev/null
		sleep 1
		echo '{"type":"last.word"}' >&3
	C
	eagi heard=heard -- ./command
	[ "$status" -eq 0 ]
	has exit=0 AGISTATUS=SUCCESS SV_OUTCOME=transfer SV_TARGET=sales \
		'SV_REASON=wants a person' 'SV_BRIEF=Ivan, "hot" lead'
	[ "$(sed -n 's/^gone_ms=//p' <<<"$output")" -lt 200 ]
	timeout 10 sh -c 'until grep -q call.end events; do :; done'
	[ "$(types)" = "call.start dialog.handoff call.transfer last.word call.end" ]
	[ "$(field call.end reason)" = handoff ]
	# 300 ms of tone in all that was heard
	[ "$(od -An -v -td2 -w2 heard | awk '$1' | wc -l)" -gt 2300 ]
	nothing_left
}

@test "the assistant hangs up when it is done" {
	command <<-'C'
		echo '{"type":"dialog.end","outcome":"lead"}' >&3
		echo '{"type":"call.hangup"}' >&3
		exec cat >/dev/null
	C
	eagi -- ./command
	[ "$status" -eq 0 ]
	has exit=0 AGISTATUS=HANGUP SV_OUTCOME=hangup SV_REASON=lead
	[ "$(field call.end reason)" = hangup ]
	[ "$(field call.end by)" = pipeline ]
}

@test "the caller of a pipeline that fails goes to a person" {
	command <<-'C'
		exit 70
	C
	for what in ./command ./no-such-command; do
		eagi --fallback=night -- $what
		[ "$status" -eq 0 ]
		has exit=0 AGISTATUS=SUCCESS SV_OUTCOME=transfer \
			SV_TARGET=night SV_REASON=failure
		[ "$(types)" = "call.start error call.end" ]
	done
}

@test "a call's process that is killed leaves the caller and nothing else" {
	command <<-'C'
		echo $PPID >call
		(trap '' HUP TERM; echo $BASHPID >stage; exec sleep 60) &
		exec cat
	C
	(
		timeout 10 sh -c 'until [ -s stage ]; do :; done'
		kill -9 "$(cat call)"
	) &
	eagi -- ./command
	wait $!
	[ "$status" -eq 0 ]
	has exit=70 AGISTATUS=FAILURE
	run ! grep -s '^State:.*[RSD] (' "/proc/$(cat stage)/status"
}

@test "the call ends with the process that Asterisk has started" {
	command <<-'C'
		ps -o ppid= -p $PPID >guard
		exec cat
	C
	(
		timeout 10 sh -c 'until [ -s guard ]; do :; done'
		kill -9 $(cat guard)
	) &
	eagi -- ./command
	wait $!
	has exit=-9 AGISTATUS=FAILURE
	timeout 10 sh -c 'until grep -q call.end events; do :; done'
	[ "$(field call.end reason)" = hangup ]
	nothing_left
}

@test "an end that we are told hands the caller over" {
	command <<-'C'
		ps -o ppid= -p $PPID >guard
		exec cat
	C
	(
		timeout 10 sh -c 'until [ -s guard ]; do :; done'
		kill $(cat guard)
	) &
	eagi -- ./command
	wait $!
	[ "$status" -eq 0 ]
	has exit=0 AGISTATUS=SUCCESS SV_OUTCOME=transfer SV_REASON=stopped
}

@test "an exchange that is slow, or stands still, is waited for" {
	command <<-'C'
		frames 3 & exec cat >/dev/null
	C
	eagi slow=80 stall=500-1200 heard=heard do=2000:hangup -- ./command
	[ "$status" -eq 0 ]
	has exit=0 AGISTATUS=HANGUP
	# and then we are not behind it: what could not be taken is left out
	python3 - <<-'P'
		import array
		heard = array.array("h", open("heard", "rb").read())
		loud = [i for i, x in enumerate(heard) if x]
		gaps = [b - a for a, b in zip(loud, loud[1:])]
		assert max(gaps) < 8 * 100, max(gaps)
	P
}

@test "an exchange that says and takes nothing any more is left" {
	eagi --silence=500ms stall=400-5000 -- cat
	[ "$(field call.end reason)" = timeout ]
	has exit=0
	nothing_left
}

@test "an exchange that cannot play what we say has the caller reach a person" {
	eagi mute=yes -- cat
	[ "$status" -eq 0 ]
	has exit=0
	[[ $stderr = "sv-capture: warning: Asterisk does not play $PWD/sales-voice-"*".sln: has it format_sln, and may it read there?" ]]
	[ "$(types)" = "call.start error call.end" ]
	[ "$(field call.end reason)" = error ]
	run ! grep SV_OUTCOME wire
	nothing_left
}

@test "one call too many is refused, and its caller reaches a person" {
	command <<-'C'
		touch up
		exec cat
	C
	"$peer" eagi do=2000:hangup -- sv-capture --max-calls 1 --events first \
		eagi: -- ./command >/dev/null 3>&- &
	timeout 10 sh -c 'until [ -e up ]; do :; done'
	eagi --max-calls=1 -- ./command
	[ "$status" -eq 0 ]
	has exit=75 AGISTATUS=FAILURE
	[ "$stderr" = "sv-capture: a call is refused: all 1 slots are taken" ]
	[ "$(types)" = call.refused ]
	wait $!
	eagi --max-calls=1 do=200:hangup -- ./command
	has exit=0 AGISTATUS=HANGUP
}

@test "agi-call answers with the assistant" {
	command <<-'C'
		name: short
		version: "1"
		language: en
		start: hello
		states:
		  hello: {say: Hello there., handoff: {target: sales, reason: asked, brief: a brief}}
	C
	sed 1d command >s.yaml
	export SV_ASR_ENGINE=loudness SV_TTS_ENGINE=beep SV_CAPTURE_EVENTS=$PWD/events
	run --separate-stderr timeout 20 "$peer" eagi log=wire heard=heard -- \
		"$SV_ROOT/pipelines/agi-call" s.yaml
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	has exit=0 AGISTATUS=SUCCESS SV_OUTCOME=transfer SV_TARGET=sales \
		SV_REASON=asked 'SV_BRIEF=a brief Calling from +79161234567. Reason: asked.'
	timeout 10 sh -c 'until grep -q call.end events; do :; done'
	"$SV_ROOT/tests/check-events" events
	[[ $(types) = *"tts.start"*"tts.end"*"call.end" ]]
}

@test "an exchange that makes no sense is no call" {
	printf 'HTTP/1.1 200 OK\r\n\r\n' >nonsense
	run -69 --separate-stderr sv-capture --events events eagi: -- cat \
		<nonsense 3</dev/null
	[ ! -s events ]
	run -69 --separate-stderr sv-capture --events events eagi: -- cat \
		</dev/null 3</dev/null
	[ "$stderr" = "sv-capture: AGI: the exchange left" ]
}

### FastAGI

# serve [OPTION ... --] COMMAND ...: at $port, log in ./log, events in ./events
serve() {
	local options=()
	while [[ $1 = --* ]]; do
		[ "$1" = -- ] || options+=("$1")
		shift
	done
	sv-capture -v "${options[@]}" agi://127.0.0.1:0 -- "$@" >events 2>log 3>&- &
	server=$!
	timeout 10 sh -c 'until grep -q "listening on" log; do :; done'
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' log)
}

# agi SCRIPT SETTING ...
agi() {
	run --separate-stderr timeout 20 "$peer" agi "127.0.0.1:$port/$1" \
		log=wire "${@:2}"
}

# served: the server ends, and was content
served() {
	kill "$server"
	wait "$server"
	server=
	run ! grep -v 'listening on\|no new calls' log
}

@test "a call is registered, and its outcome told" {
	serve false
	agi start
	[ "$status" -eq 0 ]
	has SV_FULL= AGISTATUS=SUCCESS
	uuid=$(sed -n 's/^SV_UUID=//p' <<<"$output")
	[[ $uuid =~ ^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$ ]]
	known=$(echo run/*.json)
	[ "$(jq -c . "$known")" = '{"caller":"+79161234567","callee":"810","direction":"in","channel":"PJSIP/caller-00000043","language":"en"}' ]

	# nothing is known yet of its end
	agi outcome arg="$uuid"
	[ "$status" -eq 0 ]
	has SV_OUTCOME= SV_TARGET= SV_REASON= SV_BRIEF= AGISTATUS=SUCCESS

	jq -c '. + {outcome: "transfer", target: "sales", reason: "price",
		brief: "ждёт \"цену\"\nи срок"}' "$known" >new
	mv new "$known"
	agi outcome arg="$uuid"
	[ "$status" -eq 0 ]
	has SV_OUTCOME=transfer SV_TARGET=sales SV_REASON=price \
		'SV_BRIEF=ждёт "цену" и срок'
	[ ! -s events ]
	served
}

@test "a call of ours is registered as one" {
	serve false
	agi start arg=out arg=+74951234567 callerid=unknown
	[ "$(jq -c '[.direction, .caller, .callee]' run/*.json)" = '["out","","+74951234567"]' ]
	served
}

@test "a dialplan that asks about no call is told nothing" {
	serve false
	for uuid in 01a1ffae-9db4-7afb-a45e-76c87826b067 ../../etc nonsense; do
		agi outcome arg="$uuid"
		[ "$status" -eq 0 ]
		has SV_OUTCOME= SV_TARGET= AGISTATUS=SUCCESS
	done
	agi outcome
	has SV_OUTCOME= AGISTATUS=SUCCESS
}

@test "questions are answered when all slots are taken" {
	command <<-'C'
		touch busy
		read -r end
	C
	mkfifo end
	command <<-'C'
		touch busy
		read -r word <end
	C
	serve --max-calls=1 -- ./command
	"$peer" agi "127.0.0.1:$port/long" >long 3>&- &
	timeout 10 sh -c 'until [ -e busy ]; do :; done'
	agi start
	[ "$status" -eq 0 ]
	has SV_FULL=1 SV_UUID= AGISTATUS=SUCCESS
	agi outcome arg=01a1ffae-9db4-7afb-a45e-76c87826b067
	has SV_OUTCOME= AGISTATUS=SUCCESS
	agi other # a call of its own is refused
	[ "$status" -eq 0 ]
	has SV_FULL=1
	echo >end
	wait %2
	grep -qx AGISTATUS=SUCCESS long
	kill "$server"
	wait "$server"
	server=
	[ "$(types)" = "call.start call.refused call.end" ]
}

@test "a script looks the caller up and sets variables" {
	printf '%s\n' '74950000000,Anna,vip' '79161234567,Иван "П" Петров,sales' >list.csv
	serve "$SV_ROOT/examples/asterisk/lookup" list.csv
	agi lookup
	[ "$status" -eq 0 ]
	has 'CUSTOMER=Иван "П" Петров' QUEUE=sales AGISTATUS=SUCCESS
	agi lookup callerid=unknown
	has CUSTOMER= QUEUE= AGISTATUS=SUCCESS
	served
	[ "$(types)" = "call.start agi.set call.end call.start agi.set call.end" ]
	[ "$(field call.end reason | sort -u)" = eof ]
	[ "$(field call.start agi.network_script | sort -u)" = lookup ]
	[ "$(jq -r .call events | sort -u | wc -l)" = 2 ]
	"$SV_ROOT/tests/check-events" events
}

@test "a script runs any command and is told each reply" {
	command <<-'C'
		read -r start <&4
		jq -r '.type, .agi.channel, .agi.arg_1' <<<"$start"
		ask() {
			printf '%s\n' "$1" >&3
			read -r reply <&4
			jq -c '[.id, .code, .result, .data, .endpos]' <<<"$reply"
		}
		ask '{"type":"agi.command","id":"1","command":"GET FULL VARIABLE ${CHANNEL(audioreadformat)}"}'
		ask '{"type":"agi.command","id":"2","words":["SET","VARIABLE","A","b \"c\""]}'
		ask '{"type":"agi.command","id":"3","command":"STREAM FILE beep \"\""}'
		ask '{"type":"agi.command","id":"4","command":"GET DATA beep 40 1"}'
		ask '{"type":"agi.command","id":"5","command":"NONSENSE"}'
		ask '{"type":"agi.command","id":"6","command":"STREAM FILE beep"}'
		ask '{"type":"agi.command","id":"7"}'
		echo '{"type":"agi.command","id":"8","command":"STREAM FILE demo-thanks \"\""}' >&3
		ask '{"type":"agi.command","id":"9","command":"NOOP","interrupt":true}'
		read -r reply <&4
		jq -c '[.id, .code, .result, .data, .endpos]' <<<"$reply"
	C
	serve ./command
	agi some arg='two words'
	echo "$output $stderr"
	[ "$status" -eq 0 ]
	has 'A=b "c"'
	diff - <(grep -v listening log) <<-'L'
		call.start
		PJSIP/caller-00000043
		two words
		["1",200,"1","slin",null]
		["2",200,"1",null,null]
		["3",200,"0",null,3520]
		["4",200,"","timeout",null]
		["5",510,"",null,null]
		["6",520,"",null,null]
		["7",0,"",null,null]
		["8",0,"",null,null]
		["9",200,"0",null,null]
	L
	[ "$(field error reason)" = "agi.command: neither command nor words" ]
	[[ $(field agi.reply text | tail -n 8) = *"520-Invalid command syntax."*"520 End of proper usage."* ]]
}

@test "a script transfers the call, hangs it up, or fails" {
	command <<-'C'
		case $(jq -r .agi.network_script <&4) in
		transfer) echo '{"type":"call.transfer","target":"vip"}' >&3 ;;
		hangup) echo '{"type":"call.hangup"}' >&3 ;;
		*) exit 70 ;;
		esac
		exec sleep 60
	C
	sed -i 's/jq -r .agi.network_script <&4/head -n 1 <\&4 | jq -r .agi.network_script/' command
	serve --fallback=night -- ./command
	agi transfer
	[ "$status" -eq 0 ]
	has SV_OUTCOME=transfer SV_TARGET=vip AGISTATUS=SUCCESS
	agi hangup
	[ "$status" -eq 0 ]
	has SV_OUTCOME=hangup AGISTATUS=HANGUP
	agi fails
	[ "$status" -eq 0 ]
	has SV_OUTCOME=transfer SV_TARGET=night SV_REASON=failure AGISTATUS=SUCCESS
}

@test "a script is told when the caller hangs up" {
	command <<-'C'
		echo '{"type":"agi.command","id":"1","command":"EXEC Wait 60"}' >&3
		cat <&4 >told
	C
	serve ./command
	agi some do=200:hangup
	[ "$status" -eq 0 ]
	has AGISTATUS=HANGUP
	served
	[ "$(field call.end reason)" = hangup ]
	[ "$(jq -r .type told | paste -sd ' ')" = "call.start agi.reply call.end" ]
}

@test "who talks no AGI is no call" {
	serve touch called
	for said in 'GET / HTTP/1.0\r\n\r\n' 'agi_network: yes\nnonsense\n\n' \
		'\0\0\0\0\n\n' ''; do
		printf "$said" | timeout 10 python3 -c 'import socket, sys
s = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
assert s.recv(100) == b""' "$port"
	done
	kill "$server"
	wait "$server"
	server=
	[ ! -e called ]
	[ ! -s events ]
}

@test "an environment in pieces is one" {
	serve true
	agi some
	python3 - "$port" <<-'P'
		import socket, sys
		env = (b"agi_network: yes\nagi_network_script: x\n"
		       b"agi_callerid: 7\nagi_extension: 8\n\n")
		for size in 1, 7:
		    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
		    for at in range(0, len(env), size):
		        peer.sendall(env[at:at + size])
		    assert peer.recv(100) == b"NOOP\n"
		    for c in b"200 result=0\n":
		        peer.sendall(bytes([c]))
		    assert peer.recv(100) == b""
	P
	served
	[ "$(field call.start caller | tail -n 2 | paste -sd ' ')" = '7 7' ]
	[ "$(field call.end reason | paste -sd ' ')" = 'eof eof eof' ]
}

@test "an exchange that leaves in mid-word ends the call" {
	command <<-'C'
		exec cat <&4
	C
	serve ./command
	python3 - "$port" <<-'P'
		import socket, struct, sys
		for linger in 0, 1:
		    peer = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
		    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
		                    struct.pack("ii", linger, 0))
		    peer.sendall(b"agi_network: yes\nagi_network_script: x\n\n200 re")
		    peer.close()
	P
	timeout 10 sh -c 'until [ "$(grep -c call.end events)" = 2 ]; do :; done'
	[ "$(field call.end by | paste -sd ' ')" = 'far far' ]
}
