# sv-dialog --simulate: conversations that are tried.
bats_require_minimum_version 1.5.0
load dialog
load peers/doubles

setup() {
	doubles_setup
	dialog_setup
	unset "${!SV_OPENAI_@}"
	cat >s.yaml <<-'S'
		name: taxi
		version: "1"
		language: en
		start: hello
		no_input: {tries: [Hello?], then: gone}
		slots:
		  where: {type: text}
		  many: {type: number}
		  sure: {type: yesno}
		intents: {person: [operator]}
		digressions: {person: {to: desk}}
		states:
		  hello: {say: Where to?, ask: where, next: many}
		  many: {say: How many people?, ask: many, next: sure}
		  sure: {say: "{where} for {many}?", ask: sure, next: [{if: sure = yes, to: bye}, {forget: [where, many, sure], to: hello}]}
		  bye: {say: It comes., end: ordered}
		  gone: {say: Goodbye., end: silent}
		  desk: {say: {text: One moment., interruptible: no}, handoff: {target: desk, reason: asked, brief: asks}}
	S
}

teardown() {
	dialog_teardown
	doubles_teardown
}

# conversations: the file c.yaml; of the conversations on stdin
conversations() {
	{
		printf 'scenario: s.yaml\ntoday: 2026-11-20\nconversations:\n'
		cat
	} >c.yaml
}

simulate() {
	timeout 60 sv-dialog --simulate "$@"
}

@test "the conversations of the examples go as expected, forty and twenty of them" {
	for language in ru:40 en:20; do
		run -0 --separate-stderr simulate \
			"$SV_ROOT/examples/conversations/sales-${language%:*}.yaml"
		[ "$stderr" = "" ]
		[ "$(grep -c '^ok ' <<<"$output")" -ge "${language#*:}" ]
		[ "$(grep -c '^not ok' <<<"$output")" = 0 ]
	done
}

@test "a conversation is a line, and all of them have a sum" {
	conversations <<-'S'
		  - name: to the station
		    turns:
		      - {hears: Where to?, prompts: hello.say, state: hello}
		      - {say: the station, state: many, slots: {where: the station}, empty: [many, sure]}
		      - {say: three, hears: the station for 3?, matches: " for 3 $", slots: {many: 3}, never: four}
		      - {say: "yes", hears: It comes., slots: {sure: true}, within: 10m}
		    outcome: ordered
		    slots: {sure: yes}
		  - name: nobody
		    turns: [{silence: yes, hears: Hello?}, {silence: yes}]
		    outcome: silent
		  - {name: hung up, turns: [hangup: yes], outcome: abandoned}
		  - {name: left, turns: [say: the station], outcome: abandoned, empty: many}
	S
	run -0 --separate-stderr simulate c.yaml
	[ "$output" = "ok 1 - to the station
ok 2 - nobody
ok 3 - hung up
ok 4 - left
1..4
# 4 of 4 as expected" ]
	[ "$stderr" = "" ]
}

@test "what is not as expected is told with its place, what was, and the words" {
	conversations <<-'S'
		  - {name: fine, turns: [say: the station]}
		  - name: wrong
		    turns:
		      - {say: the station, hears: Goodbye, state: bye, prompts: bye.say}
		    outcome: ordered
		    slots: {where: the airport}
	S
	run -65 --separate-stderr simulate c.yaml
	[ "$output" = "ok 1 - fine
not ok 2 - wrong
# c.yaml:7: 'Goodbye' was to be said; said was 'How many people?'
# c.yaml:7: the prompt 'bye.say' was expected; there was: many.say
# c.yaml:7: the state bye was expected; it is many
# c.yaml:5: the outcome was to be 'ordered', and is 'abandoned'
# c.yaml:5: the slot where was to be 'the airport', and is 'the station'
#   [hello, start]
# > Where to?
# < the station
#   [where = \"the station\"]
#   [many, slot]
# > How many people?
# * abandoned
1..2
# 1 of 2 as expected" ]
	[ "$stderr" = "sv-dialog: 1 of 2 conversations did not go as expected" ]
}

@test "everything that can be expected can fail" {
	while read -r turn; do
		conversations <<<"  - {name: x, turns: [say: the station, $turn]}"
		echo "# $turn"
		run -65 --separate-stderr simulate c.yaml
		[[ $output == "not ok 1 - x"* ]]
	done <<-'S'
		{say: three, hears: four}
		{say: three, matches: four}
		{say: three, never: station}
		{say: three, prompts: hello.say}
		{say: three, state: hello}
		{say: three, slots: {many: 4}}
		{say: three, slots: {sure: yes}}
		{say: three, empty: where}
		{say: three, over: yes, cut: no}
		{say: uh-huh, over: yes, cut: yes}
	S
	while read -r end; do
		conversations <<<"  - {name: x, turns: [say: the station], $end}"
		echo "# $end"
		run -65 --separate-stderr simulate c.yaml
	done <<-'S'
		outcome: ordered
		target: desk
		slots: {many: 3}
		empty: where
		never: Where to
	S
}

@test "words over a prompt cut it, or wait where it may not be cut" {
	conversations <<-'S'
		  - name: over
		    turns:
		      - {say: uh-huh, over: yes, cut: no, state: hello, empty: where}
		      - {say: the station, state: many}
		      - {keys: "3#", over: yes, cut: yes, slots: {many: 3}}
		      - {say: operator, over: yes, cut: yes}
		      - {say: operator, over: yes, cut: no}
		    outcome: handoff
		    target: desk
	S
	run -0 --separate-stderr simulate c.yaml
	[ "${lines[0]}" = "ok 1 - over" ]
}

@test "a turn after the end fails, and one that never ends has its limit" {
	conversations <<-'S'
		  - {name: after, turns: [say: operator, say: hello?]}
		  - {name: for ever, turns: [say: the station, say: three, {say: what, times: 10000}]}
	S
	sed -i 's/^no_input/max_turns: 20\nno_match: {tries: [What?]}\n&/' s.yaml
	run -65 --separate-stderr simulate c.yaml
	[[ $output == *"c.yaml:4: the conversation has ended before this turn"* ]]
	[[ $output == *"ok 2 - for ever"* ]]
	conversations <<-'S'
		  - name: round and round
		    turns: [{silence: yes, times: 10000}]
		    outcome: too_long
	S
	sed -i 's/^no_input.*/no_input: {tries: [Hello?], then: hello}/' s.yaml
	run -0 --separate-stderr simulate c.yaml
}

@test "-v shows what was said in all of them" {
	conversations <<<'  - {name: x, turns: [{silence: yes}, {keys: "1", over: yes}, say: a street]}'
	run -0 --separate-stderr simulate -v c.yaml
	[[ $output == *"# < (silence)"*"# < #1 (while we speak)"*"# < a street"* ]]
}

@test "JUnit has a suite for each file, and is well-formed" {
	conversations <<-'S'
		  - {name: "a <b> & \"c\"", turns: [say: "x < y & z"]}
		  - {name: bad, turns: [{say: x, state: bye}]}
	S
	cp c.yaml d.yaml
	run -65 --separate-stderr simulate --format junit -o out.xml c.yaml d.yaml
	[ "$output" = "" ]
	python3 - <<-'P'
		import xml.etree.ElementTree as tree
		root = tree.parse("out.xml").getroot()
		assert root.tag == "testsuites", root.tag
		assert root.attrib == {"tests": "4", "failures": "2"}, root.attrib
		suites = list(root)
		assert [s.get("name") for s in suites] == ["c.yaml", "d.yaml"]
		assert [s.get("failures") for s in suites] == ["1", "1"]
		cases = suites[0].findall("testcase")
		assert cases[0].get("name") == 'a <b> & "c"'
		assert cases[0].find("failure") is None
		assert "< x < y & z\n" in cases[0].find("system-out").text
		assert "state bye was expected" in cases[1].find("failure").get("message")
	P
	run -65 --separate-stderr simulate --format junit c.yaml
	[[ $output == '<?xml version="1.0"'* ]]
}

@test "the same file gives the same words every time" {
	simulate -v "$SV_ROOT/examples/conversations/sales-ru.yaml" >1
	simulate -v "$SV_ROOT/examples/conversations/sales-ru.yaml" >2
	cmp 1 2
}

@test "mistakes in a file are told with their place and a guess" {
	conversations <<-'S'
		  - name: x
		    turms: []
		    turns:
		      - {say: x, silence: yes}
		      - {say: x, stat: hello}
		      - {say: x, state: helo}
		      - {say: x, slots: {wher: y}}
		      - {say: x, prompts: hello.sey}
		      - {say: x, within: soon}
		      - {keys: abc}
		      - {hears: y}
		      - {say: x, cut: yes}
		      - {say: x, matches: "("}
		      - {say: x, tools: hammer}
		    outcome: orderd
		    target: desks
		    today: tomorrow
	S
	run -78 --separate-stderr simulate c.yaml
	[ "$output" = "" ]
	for line in "5:5: error: unknown key 'turms'; did you mean 'turns'?" \
		"7:9: error: a turn is one of say, silence, keys and hangup" \
		"8:18: error: unknown key 'stat'; did you mean 'state'?" \
		"9:25: error: the scenario has no state 'helo'; did you mean 'hello'?" \
		"10:26: error: the scenario has no slot 'wher'; did you mean 'where'?" \
		"11:27: error: the scenario has no prompt 'hello.sey'; did you mean 'hello.say'?" \
		"12:26: error: 'soon' is not a time" \
		"13:16: error: 'abc' are no keys" \
		"14:9: error: the caller does nothing in this turn" \
		"15:9: error: cut is for what is done over our words" \
		"16:27: error: not a regular expression" \
		"17:25: error: the scenario has no tool 'hammer'" \
		"18:14: error: the scenario has no outcome 'orderd'; did you mean 'ordered'?" \
		"19:13: error: the scenario has no target 'desks'; did you mean 'desk'?" \
		"20:12: error: 'tomorrow' is no day"; do
		echo "# $line"
		grep -qF "c.yaml:$line" <<<"$stderr"
	done
}

@test "a file that is none, a broken scenario and no file are refused" {
	run -66 --separate-stderr simulate no.yaml
	echo 'a: [' >c.yaml
	run -78 --separate-stderr simulate c.yaml
	[[ $stderr == *c.yaml:* ]]
	echo 'conversations: [{name: x, turns: [say: y]}]' >c.yaml
	run -78 --separate-stderr simulate c.yaml
	[[ $stderr == *"c.yaml:1: the key 'scenario' is missing"* ]]
	run -0 --separate-stderr simulate -s s.yaml c.yaml
	conversations <<<'  - {name: x, turns: [say: y]}'
	sed -i 's/next: many/next: money/' s.yaml
	run -78 --separate-stderr simulate c.yaml
	[[ $stderr == *"s.yaml:"*"money"* ]]
	rm s.yaml
	run -66 --separate-stderr simulate c.yaml
	run -64 --separate-stderr simulate
	run -64 --separate-stderr simulate --format html c.yaml
	run -64 --separate-stderr sv-dialog -o x -s s.yaml
	run -64 --separate-stderr sv-dialog -s s.yaml c.yaml
}

@test "a report that cannot be written is a failure" {
	conversations <<<'  - {name: x, turns: [say: y]}'
	run -74 --separate-stderr sh -c 'sv-dialog --simulate c.yaml >/dev/full'
	run -73 --separate-stderr simulate -o no/where c.yaml
	run -74 --separate-stderr simulate -o /dev/full c.yaml
	run -0 --separate-stderr simulate -o /dev/null c.yaml
	[ -c /dev/null ]
}

@test "a model talks with the caller, and runs tools" {
	cat >s.yaml <<-'S'
		name: shop
		version: "1"
		language: en
		start: hello
		model: {version: "1", prompt: You are Ann.}
		slots: {city: {type: text}}
		tools: {stock: {run: [./tool], about: What there is.}}
		states:
		  hello: {say: Hello!, talk: Help., tools: stock, fills: city, next: [{if: city, to: bye}]}
		  bye: {say: Goodbye., end: done}
	S
	printf '#!/bin/sh\ncat >/dev/null\necho "{\\"n\\":2}"\n' >tool
	chmod +x tool
	conversations <<-'S'
		  - name: asks
		    turns:
		      - {say: do you have windows, tools: stock, hears: There are two., prompts: hello.talk, state: hello}
	S
	cat >script <<-'S'
		{"match":"windows","tools":[{"name":"stock","arguments":"{}"}],"then":"There are two."}
	S
	export SV_RUN=$PWD/run SV_OPENAI_API_KEY=sk-peer SV_OPENAI_MODEL=gpt-test
	mkdir -p run
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
	run -0 --separate-stderr simulate -e openai c.yaml
	[ "${lines[0]}" = "ok 1 - asks" ]
	run -78 --separate-stderr simulate -e openai \
		"$SV_ROOT/examples/conversations/sales-en.yaml"
	[[ $stderr == *"has no model"* ]]
}
