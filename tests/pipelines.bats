# The pipelines and the snippets do what their first lines say.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export SV_STATE=$PWD/state
	events=$SV_ROOT/examples/events/calls.ndjson
	scenario=$SV_ROOT/examples/scenarios/sales-en.yaml
	PATH=$SV_ROOT/examples/snippets:$PATH
}

needs_vosk() {
	sv-asr -l en </dev/null >/dev/null 2>&1 || skip "no Vosk: make deps fetches it"
}

needs_sounds() {
	[ -d /usr/share/asterisk/sounds/en ] ||
		skip "no asterisk-core-sounds-en-wav: make deps installs it"
}

@test "offline-demo: a call becomes a lead, a voice, events and a page" {
	needs_vosk
	needs_sounds
	run -0 --separate-stderr "$SV_ROOT/pipelines/offline-demo" out
	[[ $output == *"caller:    two hundred dollars"* ]]
	[[ $output == *"* qualified"* ]]
	[ "$stderr" = "" ]
	jq -se '[.[] | select(.kind == "lead")] | length == 1' out/lead.ndjson
	grep -q '+15558675309' out/lead.ndjson
	grep -q Charlie out/lead.ndjson
	"$SV_ROOT/tests/check-events" out/call.ndjson
	jq -se 'map(select(.type == "dialog.end")) |
		length == 1 and .[0].outcome == "qualified"' out/call.ndjson
	jq -se 'map(select(.type == "call.end")) | length == 1' out/call.ndjson
	[ "$(head -c 4 out/reply.wav)" = RIFF ]
	[ "$(soxi -D out/reply.wav | cut -d . -f 1)" -gt 20 ]
	grep -q '<svg' out/report.html
}

@test "the assistant's voice is understood by the recogniser" {
	needs_vosk
	sv-tts -l en -r 16000 "one two three four five" >said.pcm
	sv-asr -l en -r 16000 <said.pcm >heard.ndjson
	run -0 jq -r 'select(.type == "asr.final").text' heard.ndjson
	[[ $output == *two*three* ]]
}

@test "words-of-recording prints what was said" {
	needs_vosk
	needs_sounds
	cp /usr/share/asterisk/sounds/en/digits/5.wav .
	SV_LANG=en run -0 words-of-recording 5.wav
	[[ $output == *five* ]]
}

@test "find-in-calls finds who said it and when" {
	word=$(jq -rs '[.[] | select(.type == "asr.final")][0].text' "$events" | cut -d ' ' -f 1)
	run -0 find-in-calls "$word" "$events"
	[[ ${lines[0]} == *"$word"* ]]
	run -0 find-in-calls 'zzz-no-such-word' "$events"
	[ "$output" = "" ]
}

@test "talk-share adds up to all of the talking" {
	run -0 talk-share "$events"
	[ "${#lines[@]}" -gt 1 ]
	awk -F '\t' '{sum[$1] += $3} END {for (c in sum) if (sum[c] < 99 || sum[c] > 101) exit 1}' <<<"$output"
}

@test "redacted-copy keeps every event and hides the phones" {
	run -0 redacted-copy "$events"
	[ "${#lines[@]}" -eq "$(wc -l <"$events")" ]
	run -0 sh -c "redacted-copy '$events' | jq -r 'select(.type == \"asr.final\" or
		.type == \"dialog.say\").text' | grep -cE '[0-9]{3}[- ]?[0-9]{2}[- ]?[0-9]{2}' || true"
	[ "$output" = 0 ]
}

@test "prompt-for-asterisk writes a file that Asterisk plays" {
	run -0 prompt-for-asterisk "Добрый день" hello.ulaw
	[ "$(sv-capture -r 8000 hello.ulaw | wc -c)" -gt 8000 ]
}

@test "who-to-call-back lists times, names and phones" {
	run -0 who-to-call-back "$events"
	[[ $output == *:*+* ]]
}

@test "watch-calls shows both sides while they talk" {
	run -0 sh -c "watch-calls <'$events'"
	[[ $output == *"> "*"< "*"= "* ]]
}

@test "check-scenarios passes the examples and fails on a broken one" {
	run -0 check-scenarios "$SV_ROOT"/examples/scenarios/*.yaml
	sed 's/^start: .*/start: nowhere/' "$scenario" >broken.yaml
	run -78 check-scenarios "$scenario" broken.yaml
	[[ $output == *broken.yaml:*nowhere* ]]
}

@test "draw-scenario writes a graph" {
	run -0 draw-scenario "$scenario"
	[[ ${lines[0]} == digraph* ]]
}

@test "feed-again adds nothing the second time" {
	run -0 feed-again "$events"
	[ "${#lines[@]}" -gt 0 ]
	run -0 feed-again "$events"
	[ "$output" = "" ]
}

@test "slow-answers names the turns over the limit" {
	run -0 slow-answers 0 "$events"
	[ "${#lines[@]}" -gt 0 ]
	run -0 slow-answers 3600000 "$events"
	[ "$output" = "" ]
}
