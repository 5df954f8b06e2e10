# dialog.bash: sv-dialog in a live call, for .bats files. Its scenario is s.yaml,
# what it writes is in `out` and `err`.

# dialog_setup, dialog_teardown: for setup and teardown of each test
dialog_setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SV_CALLER SV_SCENARIO SV_DIALOG_STATE SV_DIALOG_ENGINE
	export TZ=UTC SV_STATE=$PWD/state
	n=0
}

dialog_teardown() {
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
}

# ring [OPTION ...]: the call begins: descriptor 8 is the pipe, 9 the line
ring() {
	rm -f in line
	mkfifo in line
	SV_CALL_FDS=1 SV_CALL_ID=L sv-dialog -s s.yaml "$@" <in 4<line >>out 2>err 3>&- &
	pid=$!
	exec 8>in 9>line
}

event() {
	n=$((n + 1))
	printf '{"v":1,"type":"%s","call":"L","seq":%d,"t":%d,"time":"2026-11-21T10:00:00.000Z","stage":"x"%s}\n' \
		"$1" $n $((n * 100)) "${2:+,$2}"
}

# start [OPTION ...]: and the first words are said
start() {
	ring "$@"
	event call.start >&9
	wait_for asr.expect
}

played() {
	for say; do
		event tts.start "\"say\":\"$say\"" >&9
		event tts.end "\"say\":\"$say\"" >&9
	done
}

playing() {
	event tts.start "\"say\":\"$1\"" >&9
}

speech() {
	utterance=$((utterance + 1))
	event vad.start "\"utterance\":$utterance" >&8
}

partial() {
	event asr.partial "\"utterance\":$utterance,\"text\":\"$1\"" >&8
}

final() {
	event vad.end "\"utterance\":$utterance" >&8
	event asr.final "\"utterance\":$utterance,\"text\":\"$1\"" >&8
}

# the caller says something when nothing is being played
says() {
	speech
	final "$1"
}

key() {
	for digit; do
		event dtmf "\"digit\":\"$digit\"" >&9
	done
}

# wait_for PATTERN [TIMES]: until as many lines of out match
wait_for() {
	timeout 20 sh -c 'until [ "$(grep -c -- "$1" out)" -ge "$2" ]; do :; done' \
		sh "$1" "${2:-1}"
}

# everything that was sent has been dealt with
settle() {
	event x.settle >&8
	wait_for x.settle $((settled += 1))
}

hangup() {
	exec 8>&- 9>&-
	wait $pid
	pid=
	grep -v '"x.settle"' out >>"$BATS_FILE_TMPDIR/all"
	[ ! -s err ]
}

ours() {
	jq -r 'select(.stage == "dialog" and
		(.type | test("^(tts|call|dialog.(say|end|handoff))"))) |
		[.type, .prompt // .say // empty] | join(" ")' out
}

# model_setup: sv-dialog is to ask the double `chat`, once SV_OPENAI_URL is set
model_setup() {
	unset "${!SV_OPENAI_@}"
	export SV_RUN=$PWD/run SV_OPENAI_API_KEY=sk-peer SV_OPENAI_MODEL=gpt-test
	mkdir run
}

# said WORD ...: one utterance each, as events of a file
said() {
	local text n=0
	{
		event call.start
		for text; do
			n=$((n + 1))
			event asr.final "\"utterance\":$n,\"text\":\"$text\""
		done
	} >calls
	sv-dialog -s s.yaml -e openai <calls >out
}
