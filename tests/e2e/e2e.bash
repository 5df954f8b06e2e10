# What the end-to-end tests share; `load e2e` at the head of a file.
bats_require_minimum_version 1.5.0

asterisk=$SV_ROOT/tests/e2e/asterisk
pbx=$BATS_FILE_TMPDIR/pbx

# asterisk_up EXTENSIONS.conf: an Asterisk of this file's own, for setup_file
asterisk_up() {
	local version
	if version=$("$asterisk" make 2>"$BATS_FILE_TMPDIR/no-asterisk"); then
		echo "# $version" >&3
		"$asterisk" start "$pbx" "$@"
	fi
}

# company_up: one with the dialplan of examples/asterisk, for setup_file
company_up() {
	local example=$BATS_FILE_TMPDIR/example.conf
	sed "s/127.0.0.1:4573/127.0.0.1:\${AGI}/; s/127.0.0.1:9092/127.0.0.1:\${AUDIOSOCKET}/" \
		"$SV_ROOT/examples/asterisk/extensions.conf" >"$example"
	asterisk_up "$example" "$SV_ROOT/tests/e2e/audiosocket.conf"
}

# asterisk_needed: for setup; where none can be had, the reason is told
asterisk_needed() {
	[ ! -s "$BATS_FILE_TMPDIR/no-asterisk" ] ||
		skip "$(tail -n 1 "$BATS_FILE_TMPDIR/no-asterisk")"
}

# asterisk_down: for teardown_file
asterisk_down() {
	"$asterisk" stop "$pbx"
}

# call EXTENSION WAV [OPTION ...]
call() {
	"$asterisk" call "$pbx" "$@"
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -qs "$1" "$2"; do sleep 0.02; done' \
		sh "$1" "$2"
}

# said PATTERN: Asterisk says so on its console, soon
said() {
	wait_for "$1" "$pbx/log/console"
}

# pitch FILE: of the tone in it, in Hz
pitch() {
	sox "$1" -n stat 2>&1 | awk '/Rough/ { print $3 }'
}

# capture_up NAME OPTION ... -- COMMAND: sv-capture for this Asterisk's calls;
# its events are NAME.ndjson, what it complains of NAME.log, in the file's
# folder. The tests of a file share SV_RUN.
capture_up() {
	local name=$BATS_FILE_TMPDIR/$1
	shift
	. "$pbx/env"
	SV_RUN=$BATS_FILE_TMPDIR/run sv-capture "audiosocket://127.0.0.1:$AUDIOSOCKET" \
		"agi://127.0.0.1:$AGI" "$@" \
		</dev/null >>"$name.ndjson" 2>>"$name.log" 3>&- &
	echo $! >"$name.pid"
	listening "$AUDIOSOCKET"
	listening "$AGI"
}

# listening PORT: until somebody does
listening() {
	timeout 20 sh -c 'until grep -q "$1" /proc/net/tcp; do sleep 0.02; done' \
		sh "$(printf ' 0100007F:%04X 00000000:0000 0A ' "$1")"
}

# capture_down NAME: as systemd would; no sanitizer may have had a word to say
capture_down() {
	local name=$BATS_FILE_TMPDIR/$1 pid
	pid=$(cat "$name.pid")
	if kill "$pid" 2>/dev/null; then
		within 20 gone "$pid" || kill -KILL "$pid"
	fi
	! grep -E 'Sanitizer|runtime error' "$name.log" >&2
}

# gone PID: a zombie is, too
gone() {
	! grep -qs '^State:.*[RSDT] ' "/proc/$1/status"
}

# children PID: of it, and theirs
children() {
	local child
	for child in $(cat "/proc/$1/task/$1/children"); do
		echo "$child"
		children "$child"
	done
}

# descriptors PID: how many it has
descriptors() {
	ls "/proc/$1/fd" | wc -l
}

# within SECONDS COMMAND ...: until it succeeds
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt "$end" ] || return 1
		sleep 0.05
	done
}

# words FILE: what is said in it
words() {
	sv-capture -r 8000 "$1" | sv-asr -l en -r 8000 |
		jq -r 'select(.type == "asr.final").text' | tr '\n' ' '
}

# event TYPE FILE [FILTER]: the fields of such events, one a line
event() {
	jq -r --arg type "$1" "select(.type == \$type) | ${3:-.}" "$2"
}

# tones FILE: the pitch of each half second, those that are silent left out
tones() {
	sox "$1" "$BATS_TEST_TMPDIR/part.wav" trim 0 0.5 : newfile : restart
	for part in "$BATS_TEST_TMPDIR"/part*.wav; do
		sox "$part" -n stat 2>&1 | awk '/Maximum amp/ { loud = $3 > 0.02 }
			/Rough/ && loud { printf "%d ", int(($3 + 25) / 50) * 50 }'
	done
	rm "$BATS_TEST_TMPDIR"/part*.wav
}

# id EXTENSION: the call id of the last call to it
id() {
	jq -r --arg to "$1" 'select(.type == "call.start" and .callee == $to).call' \
		"$BATS_FILE_TMPDIR/calls.ndjson" | tail -n 1
}

# of EXTENSION: the events of the last call to it
of() {
	jq -c --arg call "$(id "$1")" 'select(.call == $call)' "$BATS_FILE_TMPDIR/calls.ndjson"
}

# over EXTENSION: once its call.end is there, its events are events.ndjson
over() {
	within 20 ended "$1"
	of "$1" >"$BATS_TEST_TMPDIR/events.ndjson"
}

ended() {
	of "$1" | grep -q '"type":"call.end"'
}
