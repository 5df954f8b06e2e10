# calls.bash: calls to sv-capture from tests/peers/audiosocket, for .bats files

# call_setup, call_teardown: for setup and teardown of each test
call_setup() {
	cd "$BATS_TEST_TMPDIR" || return
	ASSISTANT_HOME=$HOME
	export HOME=$BATS_TEST_TMPDIR SV_RUN=$BATS_TEST_TMPDIR/run
	unset SV_RATE SV_LANG SV_CALL_ID SV_FALLBACK SV_TRACE_DIR
	server=
	# a second of sound without a zero byte
	yes ababCDCD | tr -d '\n' | head -c 16000 >tone.pcm
}

# assistant_setup: for setup, where the whole assistant answers; skips the test
# where what it speaks or hears with is not there
assistant_setup() {
	call_setup
	export XDG_CACHE_HOME=${XDG_CACHE_HOME:-$ASSISTANT_HOME/.cache}
	export SV_LANG=en SV_SCENARIO=$SV_ROOT/examples/scenarios/sales-en.yaml
	export SV_DIALOG_STATE=$PWD/state SV_TTS_ENGINE=espeak
	sounds=${SV_SOUNDS:-/usr/share/asterisk/sounds/en}
	sv-asr -l en </dev/null >/dev/null 2>&1 ||
		skip "no Vosk: make deps fetches it"
	[ -d "$sounds" ] ||
		skip "no asterisk-core-sounds-en-wav: make deps installs it"
}

call_teardown() {
	[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true
	[ ! -s group ] || kill -9 -- "-$(<group)" 2>/dev/null || true
}

# until COMMAND...: waits for it to hold, 20 s at most
until_() {
	local n=0
	until "$@" 2>/dev/null; do
		((n++ < 1000)) || return 1
		read -r -t 0.02 <> <(:) || true
	done
}

# serve [OPTION...] -- COMMAND: sv-capture on a port of its own
serve() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	sv-capture -v --grace 2s --silence 3s --echo-guard no "${options[@]}" \
		audiosocket://127.0.0.1:0 "$@" >events 2>log 3>&- &
	server=$!
	until_ grep -q 'listening on' log
	port=$(sed -n 's/.*listening on .*:\([0-9]*\).*/\1/p' log | head -n 1)
}

# script TEXT: a COMMAND of several lines, its process group noted in ./group
script() {
	printf '#!/usr/bin/env bash\ncd %q\necho $$ >group\n%s\n' \
		"$PWD" "$1" >command
	chmod +x command
}

# call [OPTION...] STEP...: the peer's line of JSON, which must not be wrong
call() {
	local options=()
	while [[ $1 == --* ]]; do
		options+=("$1" "$2")
		shift 2
	done
	"$SV_ROOT/tests/peers/audiosocket" "${options[@]}" "$port" "$@" >peer
	cat peer
	jq -es 'all(.[]; has("wrong") | not)' peer >/dev/null
}

# over [N]: waits for the end of the call, or of N calls, and checks its events
over() {
	until_ ended "${1:-1}"
	"$SV_ROOT/tests/check-events" events
}

ended() {
	[ "$(grep -c '"type":"call.end"' events)" -ge "$1" ]
}

# has TYPE CONDITION: whether an event of that type is so
has() {
	jq -es --arg type "$1" "any(.[]; .type == \$type and ($2))" events \
		>/dev/null
}

# peer CONDITION: whether it holds of what the peer tells
peer() {
	jq -es "all(.[]; $1)" peer >/dev/null
}

# event TYPE [JSON]: an event as a pipeline writes it, for a script
event() {
	printf "printf '%%s\\\\n' '%s' >&3\n" "$(jq -cn --arg type "$1" \
		--argjson more "${2:-{\}}" '{v: 1, type: $type, seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "test"} + $more')"
}

# left: the outcome that the call has left for the dialplan
left() {
	jq -r "$1 // empty" run/*.json
}

gone() {
	! kill -0 -- "-$(<group)" 2>/dev/null
}

loud() {
	tr -d '\0' <"$1"
}
