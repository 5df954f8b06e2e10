# sv-capture as Asterisk's AGI knows it: eagi:, run for one call, and agi://,
# asked about calls. Asterisk is tests/peers/agi, as strict as it is.
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
		has AGISTATUS=SUCCESS stood_ms=0
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

@test "an exchange that makes no sense is no call" {
	printf 'HTTP/1.1 200 OK\r\n\r\n' >nonsense
	run -69 --separate-stderr sv-capture --events events eagi: -- cat \
		<nonsense 3</dev/null
	[ ! -s events ]
	run -69 --separate-stderr sv-capture --events events eagi: -- cat \
		</dev/null 3</dev/null
	[ "$stderr" = "sv-capture: AGI: the exchange left" ]
}
