# Experiments of a scenario: which variant a call has, and who is told.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	cat >ab.yaml <<-'END'
		name: ab
		version: "1"
		language: en
		voice: usual
		start: ask
		experiments:
		  greeting: {variants: {plain: 1, warm: 3}}
		  voice:
		    by: caller
		    variants: {anna: {voice: anna}, boris: {voice: boris}, usual: 1}
		slots:
		  wants: {type: yesno}
		states:
		  ask:
		    say:
		      text: [Hello. May we call?, Hi. May we call?]
		      experiment: greeting
		      wording: {warm: [Good day! May we call?, How nice! May we call?]}
		    ask: wants
		    next: bye
		  bye: {say: Bye., end: lead}
	END
}

# call ID [CALLER]: who calls, says yes and leaves
call() {
	local caller=${2+',"caller":"'$2'"'}
	cat <<-END
		{"v":1,"type":"call.start","call":"$1"$caller}
		{"v":1,"type":"asr.final","call":"$1","t":2000,"text":"yes","utterance":1}
		{"v":1,"type":"call.end","call":"$1","t":3000,"reason":"hangup"}
	END
}

# variant EXPERIMENT: of each call on stdin, what sv-dialog chose
variant() {
	sv-dialog -s ab.yaml | jq -r --arg of "$1" \
		'select(.type == "dialog.experiment" and .experiment == $of) | .variant'
}

# refused TEXT: what follows is the scenario's experiments, and is wrong so
refused() {
	sed -i '/^experiments:/,/^slots:/{/^slots:/!d}' ab.yaml
	{ cat; cat ab.yaml; } >bad.yaml
	run -78 --separate-stderr sv-dialog --check -s bad.yaml
	[[ $output == *"$1"* ]]
}

@test "a call tells its variants when it begins, in what it says, and at its end" {
	call A1 +79161234567 | sv-dialog -s ab.yaml >out
	grep '"stage":"dialog"' out >own
	"$SV_ROOT/tests/check-events" own
	[ "$(jq -c 'select(.type == "dialog.experiment") | [.experiment, .control, .by]' out)" = \
		$'["greeting","plain","call"]\n["voice","anna","caller"]' ]
	own=$(jq -c 'select(.type == "dialog.end").experiments' out)
	[ "$own" = "$(jq -sc 'map(select(.type == "dialog.experiment") |
		{(.experiment): .variant}) | add' out)" ]
	[ "$(jq -c 'select(.prompt == "ask.say").experiments' out)" = "$own" ]
	[ "$(jq -c 'select(.prompt == "bye.say").experiments | keys' out)" = '["voice"]' ]
	# the first event of the conversation, before anything is said
	[ "$(jq -r 'select(.type | startswith("dialog.")).type' out | head -n 1)" = dialog.experiment ]
}

@test "words and voice are the variant's" {
	for i in $(seq 40); do
		call "C$i" "+7916000000$i"
	done | sv-dialog -s ab.yaml >out
	jq -r 'select(.prompt == "ask.say") | "\(.experiments.greeting) \(.text)"' out | sort -u >said
	diff - said <<-END
		plain Hello. May we call?
		plain Hi. May we call?
		warm Good day! May we call?
		warm How nice! May we call?
	END
	[ "$(jq -r 'select(.type == "dialog.say") | "\(.experiments.voice) \(.voice)"' out | sort -u)" = \
		$'anna anna\nboris boris\nusual usual' ]
}

@test "the choice is the one that sv-scenario(5) describes, by any tool" {
	for i in $(seq 20); do
		call "C$i"
	done | variant greeting >chosen
	for i in $(seq 20); do
		first=$(printf 'greeting\nC%s' "$i" | sha256sum | cut -c 1-16)
		# modulo 4 is in the last digit
		[ $((0x${first: -1} % 4)) -lt 1 ] && echo plain || echo warm
	done | diff - chosen
}

@test "weights are kept" {
	for i in $(seq 800); do
		call "W$i"
	done | variant greeting >chosen
	n=$(grep -c warm chosen)
	echo "# $n of 800, not 600" >&2
	[ "$n" -gt 550 ] && [ "$n" -lt 650 ]
}

@test "who calls again has the same variant, however the exchange writes the number" {
	for i in 1 2 3 4 5 6; do
		call "D$i" "+7 (916) 123-45-67"
		call "E$i" 79161234567
	done | variant voice | sort -u >chosen
	[ "$(wc -l <chosen)" -eq 1 ]
}

@test "callers without a number do not all have the same" {
	for i in 1 2 3 4 5 6 7 8 9; do
		call "F$i" anonymous
		call "G$i"
	done | sv-dialog -s ab.yaml >out
	[ "$(jq -r 'select(.experiment == "voice") | .variant' out | sort -u | wc -l)" -eq 3 ]
	[ "$(jq -r 'select(.experiment == "voice") | .by' out | sort -u)" = call ]
}

@test "a variant that weighs nothing is never chosen" {
	sed -i 's/plain: 1, warm: 3/plain: 0, warm: 1/' ab.yaml
	for i in $(seq 50); do
		call "H$i"
	done | variant greeting | sort -u >chosen
	[ "$(cat chosen)" = warm ]
}

@test "a call that is resumed has the same variants, and is told of once" {
	call R1 +79161234567 | head -n 2 >events
	sv-dialog -s ab.yaml --state state <events >before
	# killed before its end: what is left is the checkpoint of a live call
	mkfifo in
	sv-dialog -s ab.yaml --state state2 <in >first &
	pid=$!
	exec 8>in
	head -n 1 events >&8
	timeout 20 sh -c 'until grep -qs dialog.say first; do sleep 0.02; done'
	kill -KILL $pid
	wait $pid || true
	exec 8>&-
	tail -n +2 <(call R1 +79161234567) | sv-dialog -s ab.yaml --state state2 >second
	[ "$(grep -c dialog.experiment first)" -eq 2 ]
	[ "$(grep -c dialog.experiment second)" -eq 0 ]
	[ "$(jq -c 'select(.type == "dialog.end").experiments' second)" = \
		"$(jq -c 'select(.prompt == "ask.say").experiments' first)" ]
}

@test "what can be said is made ready in every voice" {
	sv-dialog --prompts -s ab.yaml >out
	[ "$(jq -r .voice out | sort | uniq -c | tr -s ' ')" = $' 9 anna\n 9 boris\n 9 usual' ]
}

@test "without experiments nothing is said of them" {
	call N1 | sv-dialog -s "$SV_ROOT/examples/scenarios/sales-en.yaml" >out
	! grep experiment out
}

@test "an experiment that makes no sense is refused with its line" {
	refused "1:29: error: an experiment has from 2 to 20 variants" <<<"experiments: {a: {variants: [only]}}"
}

@test "so are others that make none" {
	sed -i '/experiment: greeting/d; /wording:/d' ab.yaml
	refused "all variants weigh 0: none could be chosen" <<<"experiments: {a: {variants: {x: 0, y: 0}}}"
	refused "is not a whole number from 0 to 1000000" <<<"experiments: {a: {variants: {x: -1, y: 2}}}"
	refused "is not a whole number from 0 to 1000000" <<<"experiments: {a: {variants: {x: 99999999999999999999, y: 2}}}"
	refused "is not a whole number from 0 to 1000000" <<<"experiments: {a: {variants: {x: 0.5, y: 0.5}}}"
	refused "a second variant 'x'" <<<"experiments: {a: {variants: [x, x]}}"
	refused "by is to be call or caller" <<<"experiments: {a: {by: weekday, variants: [x, y]}}"
	refused "the key 'variants' is missing" <<<"experiments: {a: {by: call}}"
	refused "unknown key 'wieght'; did you mean 'weight'?" <<<"experiments: {a: {variants: {x: {wieght: 1}, y: 1}}}"
	refused "'a' and 'b' both change the voice" \
		<<<"experiments: {a: {variants: {x: {voice: v}, y: 1}}, b: {variants: {x: {voice: w}, y: 1}}}"
	refused "a name of an experiment has 64 bytes at most" \
		<<<"experiments: {a: {variants: [x, $(printf 'y%.0s' {1..65})]}}"
	refused "more than 20 experiments" \
		<<<"experiments: {$(for i in $(seq 21); do printf 'e%s: {variants: [x, y]}, ' "$i"; done) z: {variants: [x, y]}}"
}

# prompt TEXT YAML: the greeting is so, and wrong so
prompt() {
	sed '/^  ask:/,/^    ask:/{/^  ask:/!{/^    ask:/!d}}' ab.yaml |
		sed "s/^  ask:\$/  ask:\\n    say: $2/" >bad.yaml
	run -78 --separate-stderr sv-dialog --check -s bad.yaml
	[[ $output == *"$1"* ]]
}

@test "a prompt names an experiment and variants that are there" {
	prompt "no experiment 'greting'; did you mean 'greeting'?" '{text: a, experiment: greting, wording: {warm: b}}'
	prompt "the experiment 'greeting' has no variant 'worm'; did you mean 'warm'?" '{text: a, experiment: greeting, wording: {worm: b}}'
	prompt "wording is for an experiment: name it" '{text: a, wording: {warm: b}}'
	prompt "the experiment 'greeting' needs a wording here" '{text: a, experiment: greeting}'
	prompt "text is missing, for the variants of 'greeting'" '{experiment: greeting, wording: {warm: b}}'
	prompt "the key 'text' is missing" '{experiment: greeting}'
	prompt "warm is empty" '{text: a, experiment: greeting, wording: {warm: []}}'
	prompt "no slot 'nobody' for the prompt" '{text: a, experiment: greeting, wording: {warm: "{nobody}"}}'
}

@test "an experiment that nothing belongs to is warned of" {
	sed -i 's/^  greeting:/  idle: {variants: [x, y]}\n&/' ab.yaml
	run -0 sv-dialog --check -s ab.yaml
	[[ $output == *"7:3: warning: the experiment 'idle' changes nothing"* ]]
}

@test "a hostile call id or caller chooses something and breaks nothing" {
	{
		call "$(printf 'x%.0s' {1..64})" "$(printf '9%.0s' {1..200})"
		call "../../etc" "+7\\n\\u0001"
		call "" +7
	} | sv-dialog -s ab.yaml >out || true
	[ "$(jq -r 'select(.type == "dialog.experiment").call' out | sort -u | wc -l)" -ge 2 ]
	grep '"stage":"dialog"' out >own
	"$SV_ROOT/tests/check-events" own
}
