# pipelines/live-call: a recorded person calls, and the whole assistant answers.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/calls

setup() {
	assistant_setup
}

teardown() {
	call_teardown
}

# words NAME WORD...: what the caller says, as NAME.pcm
words() {
	local name=$1 word
	shift
	for word; do
		case $word in
		yes) sv-capture -r 8000 --effects 'trim 0.27 0.95' \
			"$sounds/if-correct-press.wav" ;; # "this is correct"
		*) sv-capture -r 8000 "$sounds/$word.wav" ;;
		esac
	done >"$name.pcm"
}

# answer NAME...: when a question was asked, the words NAME
answers() {
	local name
	for name; do
		printf 'wait-sound wait-quiet say %s.pcm ' "$name"
	done
}

@test "a person calls, is understood, becomes a lead and hears the farewell" {
	words need vm-Work
	words budget digits/2 digits/hundred digits/dollars
	words name phonetic/c_p
	words phone digits/{5,5,5,8,6,7,5,3,0,9}
	words yes yes
	words day digits/tomorrow
	words hour digits/3 digits/p-m
	serve --record rec -l en -- "$SV_ROOT/pipelines/live-call"
	call --hear heard.pcm --patience 150 \
		$(answers need budget name phone yes day hour yes) wait
	over
	peer '.ended == "hangup" and .first_sound_ms < 3000'
	has call.start '.language == "en"'
	has dialog.end '.outcome == "qualified" and .slots.need == "business"
		and .slots.budget == "200 USD"'
	has call.end '.reason == "hangup" and .by == "pipeline"'
	[ "$(left .outcome) $(left .reason)" = "hangup qualified" ]
	# each answer's latency adds up, the wire's part among them
	jq -es '[.[] | select(.type == "turn")] | length >= 6 and
		all(.[]; .parts.wire >= 0 and
		.total_ms == ([.parts[]] | add))' events
	# what was said was heard: the last prompt to its end
	jq -rs '[.[] | select(.type == "tts.start")][-1].say' events >last
	has tts.end ".say == \"$(<last)\""
	sv-asr -l en -r 8000 <heard.pcm >recognised.ndjson
	[ -z "${KEEP:-}" ] || cp recognised.ndjson events heard.pcm "$KEEP"
	jq -es '[.[] | select(.type == "asr.final" and .text != "")] |
		length >= 6' recognised.ndjson
	sv-crm -p file=lead.ndjson <events >/dev/null
	jq -es 'any(.[]; .kind == "lead")' lead.ndjson
}
