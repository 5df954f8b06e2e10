# Tools: programs that a model may have run in a conversation.
bats_require_minimum_version 1.5.0
load dialog
load peers/doubles

setup() {
	doubles_setup
	dialog_setup
	model_setup
	cat >s.yaml <<-'S'
		name: shop
		version: "1"
		language: ru
		start: hello
		no_input: {after: 60s}
		model: {version: "1", prompt: Ты Анна из магазина.}
		slots: {phone: {type: phone, anytime: yes}}
		intents: {person: [оператор]}
		tools:
		  stock:
		    run: [./tool, "$(touch bad)", "; touch bad"]
		    about: Есть ли товар и почём.
		    timeout: 2s
		    limit: 2
		    arguments:
		      type: object
		      properties:
		        item: {type: string, maxLength: 20}
		        n: {type: integer, minimum: 1}
		      required: [item]
		      additionalProperties: false
		  order:
		    run: [./tool]
		    about: Заказать.
		    confirm: caller
		    say: Секунду, оформляю.
		  refund:
		    run: [./tool]
		    about: Вернуть деньги.
		    confirm: operator
		    approve: 1s
		  secret: {run: [./tool], about: Не для всех.}
		states:
		  hello:
		    say: Чем помочь?
		    talk: Помогай.
		    tools: [stock, order, refund]
		    next: [{intent: person, to: bye}]
		  bye: {say: До свидания., end: done}
	S
	tool <<-'S'
		cat >input
		printf '%s\n' "$@" >arguments
		echo '{"ok":true,"price":1500}'
	S
}

teardown() {
	dialog_teardown
	doubles_teardown
}

# tool <<S: the program, a script
tool() {
	{ printf '#!/bin/sh\n' && cat; } >tool
	chmod +x tool
}

# uses NAME JSON [THEN]: the model makes that call when it hears "давай"
uses() {
	jq -nc --arg name "$1" --arg arguments "$2" --arg say "${3:-Готово.}" \
		'{match: "давай", tools: [{name: $name, arguments: $arguments}], "then": $say}' >script
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
}

# told: what the last tool's message to the model was
told() {
	jq -r 'select(.answered).body.messages[] | select(.role == "tool").content' chat.log | tail -n 1
}

result() {
	jq -c 'select(.type == "tool.result") | del(.v, .call, .seq, .t, .time, .stage, .type, .ms, .id)' out
}

@test "a tool gets its arguments on stdin, and its answer goes to the model" {
	uses stock '{"item":"дверь"}' "Дверь стоит полторы тысячи."
	said "давай"
	[ "$(<input)" = '{"item":"дверь"}' ]
	[ "$(told)" = '{"ok":true,"price":1500}' ]
	[ "$(jq -r 'select(.type == "dialog.say").text' out | tail -n 1)" = "Дверь стоит полторы тысячи." ]
	[ "$(result)" = '{"tool":"stock","code":0,"result":{"ok":true,"price":1500}}' ]
	[ "$(jq -c 'select(.type == "tool.call") | [.tool, .arguments]' out)" = '["stock",{"item":"дверь"}]' ]
	"$SV_ROOT/tests/check-events" --known out
}

@test "no shell sees what it is run with" {
	uses stock '{"item":"$(touch bad)"}'
	said "давай"
	[ "$(<arguments)" = '$(touch bad)
; touch bad' ]
	[ ! -e bad ]
}

@test "arguments that are not what the schema asks for run nothing" {
	for arguments in '{}' '{"item":1}' '{"item":"дверь","n":0}' '{"item":"дверь","x":1}' \
		'{"item":"ооооооооооооооооооооочень длинно"}' '{"item":' '[]'; do
		rm -f input chat.log
		uses stock "$arguments"
		said "давай"
		[ ! -e input ]
		! grep -q tool.call out
		[ -n "$(told)" ]
		kill "${started[-1]}"
	done
}

@test "a tool of another state, or of none, is not run" {
	for name in secret rm; do
		uses $name '{}'
		said "давай"
		[ ! -e input ]
		! grep -q tool.call out
		kill "${started[-1]}"
	done
}

@test "a tool that fails is told as failed" {
	tool <<<'echo "no connection" >&2; exit 75'
	uses stock '{"item":"дверь"}'
	said "давай" 2>err
	[ "$(told)" = '{"ok":false,"error":"it failed"}' ]
	[ "$(result)" = '{"tool":"stock","code":75,"error":"it failed"}' ]
	grep -q "no connection" err
}

@test "so is one that writes no JSON, too much, is not there, or takes too long" {
	while IFS='|' read -r script why; do
		tool <<<"$script"
		[ "$script" != none ] || rm tool
		rm -f chat.log
		uses stock '{"item":"дверь"}'
		said "давай"
		[ "$(told)" = "{\"ok\":false,\"error\":\"$why\"}" ] || {
			echo "$script: $(told)"
			false
		}
		kill "${started[-1]}"
	done <<-'S'
		echo hello|what it wrote is no JSON
		exit 0|what it wrote is no JSON
		yes|it wrote too much
		sleep 60|it took too long
		(sleep 60 & sleep 60) & wait|it took too long
		kill -9 $$|it was killed
		none|it could not be run
	S
}

@test "nothing of a tool outlives it" {
	tool <<<'sleep 1000 & echo $! >pid; echo {}'
	uses stock '{"item":"дверь"}'
	said "давай"
	timeout 10 sh -c 'while kill -0 "$(cat pid)" 2>/dev/null && ! grep -q "State:.Z" "/proc/$(cat pid)/status"; do :; done'
}

@test "a tool that does not read its input, or has no descriptor of ours, is fine" {
	tool <<<'[ ! -e /proc/$$/fd/7 ] && echo "{\"ok\":true}"'
	uses stock '{"item":"дверь"}'
	said "давай" 7>seven
	[ "$(told)" = '{"ok":true}' ]
}

@test "it is run so often in a call and no more" {
	uses stock '{"item":"дверь"}'
	said "давай" "давай раз" "давай два"
	[ "$(grep -c tool.call out)" -eq 2 ]
	[ "$(told)" = '{"ok":false,"error":"it was run often enough in this call"}' ]
}

@test "what the caller has to confirm is done after a yes, and not before" {
	uses order '{}' "Оформить заказ?"
	sed -i 's/давай/давай|спроси|^да$/' script
	kill "${started[-1]}"
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
	said "давай"
	! grep -q tool.call out
	[[ "$(told)" == *"ask for a yes"* ]]
	said "давай" "спроси ещё раз" "да"
	[ "$(grep -c tool.call out)" -eq 1 ]
	[ "$(jq -r 'select(.type == "tool.call" or .type == "asr.final") | .type + " " + (.text // "")' out | tail -n 2)" = "asr.final да
tool.call " ]
	grep -q 'Секунду, оформляю' out
}

@test "a model that changes what was agreed to has to ask again" {
	uses order '{}' "Хорошо?"
	cat >script <<-'S'
		{"match":"давай","tools":[{"name":"stock","arguments":"{\"item\":\"дверь\"}"}],"then":"Хорошо?"}
		{"match":"^да$","tools":[{"name":"stock","arguments":"{\"item\":\"окно\"}"}],"then":"Сделано."}
	S
	sed -i 's/^    limit: 2/&\n    confirm: caller/' s.yaml
	kill "${started[-1]}"
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
	said "давай" "да"
	! grep -q tool.call out
}

@test "what a person has to approve waits for them, and not for ever" {
	uses refund '{}'
	said "давай"
	! grep -q tool.call out
	[ "$(told)" = '{"ok":false,"error":"nobody has approved it in time"}' ]
	[ -z "$(ls run/approvals)" ]
}

@test "a person approves, or refuses" {
	sed -i 's/approve: 1s/approve: 60s/' s.yaml
	for answer in yes no; do
		uses refund '{}'
		said "давай" &
		timeout 20 sh -c 'until sv-admin approve | grep -q refund; do :; done'
		[ "$(sv-admin approve | cut -f 3-)" = "L	refund	{}" ]
		id=$(sv-admin approve --format json | jq -r '.[0].id')
		sv-admin approve "$id" $answer
		wait $!
		[ "$(grep -c tool.call out)" -eq $([ $answer = yes ] && echo 1 || echo 0) ]
		kill "${started[-1]}"
		rm chat.log
	done
}

@test "what waits for nobody cannot be approved" {
	run -0 sv-admin approve
	[ "$output" = "" ]
	run -66 --separate-stderr sv-admin approve 01ARZ3NDEKTSV4RRFFQ69G5FAV
	[[ $stderr == *"nothing waits as 01ARZ3NDEKTSV4RRFFQ69G5FAV"* ]]
	run -66 sv-admin approve ../x
	run -64 sv-admin approve x maybe
}

@test "personal data that was sent as placeholders reaches the tool as it is" {
	uses stock '{"item":"[PHONE_1]"}'
	said "давай, мой телефон 8 916 123-45-67"
	! grep -q 45-67 chat.log
	[ "$(jq -r .item input | tr -cd 0-9 | tail -c 10)" = 9161234567 ]
}

@test "in a call the caller who speaks while a tool runs is answered, and it goes to its end" {
	tool <<<'cat >input; until [ -e go ]; do sleep 0.02; done; echo "{\"ok\":true}"'
	sed -i 's/timeout: 2s/timeout: 60s/' s.yaml
	uses stock '{"item":"дверь"}'
	start -e openai
	played s1
	says "давай"
	wait_for tool.call
	says "подождите"
	wait_for "подождите"
	wait_for hello.talk
	touch go
	wait_for tool.result
	hangup
	[ "$(result)" = '{"tool":"stock","code":0,"result":{"ok":true}}' ]
	jq -r 'select(.answered).body.messages[] | select(.role == "tool").content' chat.log | grep -q "not known yet"
}

@test "a call that ends kills what it has running" {
	tool <<<'echo $$ >pid; sleep 1000'
	sed -i 's/timeout: 2s/timeout: 60s/' s.yaml
	uses stock '{"item":"дверь"}'
	start -e openai
	played s1
	says "давай"
	timeout 20 sh -c 'until [ -s pid ]; do :; done'
	event call.end '"reason":"hangup"' >&9
	wait_for dialog.end
	hangup
	! kill -0 "$(<pid)" 2>/dev/null
}

@test "what a scenario says wrong of tools is told with its place" {
	cat >t.yaml <<-'S'
		name: t
		version: "1"
		language: ru
		start: a
		model: {version: "1", prompt: x}
		tools:
		  fill: {run: [x], about: y}
		  "a b": {run: [x], about: y}
		  bad: {run: [x], about: y, arguments: {type: 5}}
		  none: {about: y, confirm: maybe}
		intents: {i: [x]}
		states:
		  a: {say: b, talk: c, tools: [bed], next: [{intent: i, to: z}]}
		  z: {say: b, end: x}
	S
	run -78 sv-dialog --check -s t.yaml
	[[ $output == *"'fill' is the name of a function"* ]]
	[[ $output == *"'a b' is no name of a tool"* ]]
	[[ $output == *"arguments are no JSON Schema"* ]]
	[[ $output == *"the key 'run' is missing"* ]]
	[[ $output == *"confirm is caller or operator, not 'maybe'"* ]]
	[[ $output == *"no tool 'bed'"* ]]
}
