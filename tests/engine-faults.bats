# What a service can do wrong, in real time: the caller's words are recognised
# by somebody, once each, and what is to be said is heard, whatever happens.
#
# A fault is ordered for calls to one name of a double, fN.localhost, which the
# first engine calls it by. All run at once, before the first test; each test
# then looks at its own.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/doubles

SAID='мне нужен большой каталог спасибо'
SPOKEN='здравствуйте мы привезём большой каталог завтра утром'

# by what the program is to make of them: another engine takes over, at once or
# when a budget is over; or the engine copes by itself
refused='status exhausted no-status http http:status=429 close:at=start
	status:code=INVALID_ARGUMENT status:code=OK compressed unsaid'
broken='status:at=600 exhausted:at=600 status:at=600,code=DEADLINE_EXCEEDED
	no-status:at=600 close tcp-reset rst rst:h2=7 goaway-lost huge garbage
	truncated'
late='status:at=end status:at=end,code=OK close:at=end rst:at=end'
mute='silent:at=start silent half-open:at=start half-open late:ms=60000
	trickle:ms=200'
deaf='silent:at=end half-open:at=end shut:at=start'
borne='goaway late:ms=300 trickle:size=400,ms=1'
session='status:code=UNAUTHENTICATED,times=1
	status:code=OUT_OF_RANGE,at=600,times=1'
# and of these for synthesis: those that differ there
spoken_refused='status exhausted no-status http close:at=start status:code=OK
	compressed unsaid'
spoken_broken='status:at=600 close tcp-reset rst goaway-lost huge garbage
	truncated'
# a few, for the engines that stand on the same lib/grpc
some='status status:at=600 status:at=end tcp-reset rst silent goaway'

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	export peers=$SV_ROOT/tests/peers SAID SPOKEN mute deaf
	export SV_SPEECHKIT_API_KEY=key-of-the-tests
	unset SV_RATE SV_LANG SV_CALL_ID SV_ASR_ENGINE SV_TTS_ENGINE
	list_faults
	start speechkit --starts 10000 --pace 3
	start riva --pace 3
	export -f run_one hear speak
	list_runs | xargs -P 20 -n 3 bash -c 'run_one "$@"' run
}

teardown_file() {
	kill $(<"$BATS_FILE_TMPDIR/pids") 2>/dev/null || true
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return
}

# each fault has a number, and comes to who calls the double by that
list_faults() {
	local fault
	for fault in $refused $broken $late $mute $deaf $borne $session; do
		echo "$fault" >>names
		[[ $fault == *:* ]] && fault+=, || fault+=:
		printf '%s\n' --fault "${fault}host=f$(wc -l <names)" >>options
	done
}

start() {
	local options
	mapfile -t options <options
	"$peers/$1" --port-file "$1.port" --log "$1.log" "${@:2}" \
		"${options[@]}" >/dev/null 2>&1 3>&- &
	echo $! >>pids
	timeout 60 sh -c 'until [ -s "$1" ]; do sleep 0.02; done' \
		sh "$1.port"
}

list_runs() {
	local fault
	for fault in $refused $broken $late $mute $deaf $borne $session; do
		echo "hear speechkit $fault"
	done
	for fault in $spoken_refused $spoken_broken $mute $borne; do
		echo "speak speechkit $fault"
	done
	for fault in $some; do
		printf '%s\n' "hear riva $fault" "speak riva $fault"
	done
}

# run_one WHAT FIRST FAULT: in a folder of its own
run_one() {
	local f=f$(grep -nxF "$3" names | cut -d : -f 1) other=riva
	[ "$2" = speechkit ] || other=speechkit
	mkdir -p "$1-$2-$3"
	cd "$1-$2-$3" || return
	export SV_RUN=$PWD/run
	# no budget but that for silence may run out, however busy the machine
	local patient=("$other")
	[[ " $mute $deaf " == *[[:space:]]"$3"[[:space:]]* ]] || patient+=("$2")
	local waits=(connect first silence result total) budgets=()
	[ "$1" = hear ] || waits=(connect first stall total)
	for engine in "${patient[@]}"; do
		for wait in "${waits[@]}"; do
			budgets+=(-p "$engine.budget.$wait=40s")
		done
	done
	timeout 150 bash -c "$1"' "$@"' "$1" -v -r 8000 -l ru "${budgets[@]}" \
		-p "$2.url=http://$f.localhost:$(<"../$2.port")" \
		-p "$other.url=http://127.0.0.1:$(<"../$other.port")" \
		-e "$2,$other" >events 2>log
	echo $? >status
}

hear() {
	set -o pipefail
	"$peers/words" say --live -r 8000 "(300) ${SAID% *} (900) ${SAID##* }
		(700)" | sv-asr "$@",loudness | tee heard.ndjson || return
	jq -r 'select(.type == "asr.final").text' heard.ndjson | tr -d . |
		sed 's/.*/\L&/' | paste -sd ' ' >words
}

speak() {
	sv-tts --no-cache -o pcm "$@" "${SPOKEN/ /, }!" || return
	"$peers/words" hear -r 8000 pcm >words
}

# taken HOW WHAT FIRST FAULT...: each word is there once; HOW is whether another
# engine had to take over
taken() {
	local fault
	for fault in "${@:4}"; do
		cd "$BATS_FILE_TMPDIR/$2-$3-$fault"
		echo "# $2 $3 $fault: $(<status) $(<words)" >&2
		tail -n 5 log | sed 's/^/#   /' >&2
		[ "$(<status)" = 0 ]
		if [ "$2" = hear ]; then
			[ "$(<words)" = "$SAID" ]
		else
			all_of "$SPOKEN" words
		fi
		grep '"engine.failover"' events >failovers || true
		"$1" "$3"
	done
}

replaced() {
	[ "$(jq -r '.from' failovers | sort -u)" = "$1" ]
	jq -e '(.reason | length > 5) and .lost_ms >= 0' failovers >/dev/null
}

alone() {
	[ ! -s failovers ]
}

@test "what the stages wrote is events, whatever the services did" {
	"$SV_ROOT/tests/check-events" */events
}

@test "speechkit refuses: the next engine hears every word" {
	taken replaced hear speechkit $refused
}

@test "speechkit breaks off in mid-utterance: every word is heard, once" {
	taken replaced hear speechkit $broken
}

@test "speechkit fails after the last sound: every word is heard, once" {
	taken replaced hear speechkit $late
}

@test "speechkit says nothing any more: every word is heard, once" {
	taken replaced hear speechkit $mute $deaf
}

@test "speechkit is slow, or asks for another session or connection: it goes on" {
	taken alone hear speechkit $borne $session
}

@test "riva fails: every word is heard, once" {
	taken replaced hear riva ${some/goaway/}
	taken alone hear riva goaway
}

@test "speechkit does not speak: every word is spoken" {
	taken replaced speak speechkit $spoken_refused
}

@test "speechkit breaks off in mid-sentence: every word is spoken" {
	taken replaced speak speechkit $spoken_broken
}

@test "speechkit falls silent in mid-sentence: every word is spoken" {
	taken replaced speak speechkit $mute
}

@test "speechkit speaks slowly, or asks for another connection: it goes on" {
	taken alone speak speechkit $borne
}

@test "riva fails to speak: every word is spoken" {
	taken replaced speak riva ${some/goaway/}
	taken alone speak riva goaway
}
