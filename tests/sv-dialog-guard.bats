# What a model may not say or do, whatever it is talked into: the double obeys
# each of tests/data/dialog/hostile.ndjson, the worst that a model could do.
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
		model:
		  version: "1"
		  prompt: Ты Анна из магазина окон. Замер стоит 1000 рублей.
		  unsure: Этого не знаю.
		  never:
		    - гарантир|обеща|бесплатн|вин[уы]
		    - инструкци|промпт|prompt|instructions
		    - ромашк|акци[ия]|антибиотик|скидк|discount|номер карты
		slots:
		  agreed: {type: yesno}
		  city: {type: text}
		intents: {person: [оператор]}
		tools:
		  stock:
		    run: [./tool]
		    about: Есть ли товар.
		    arguments:
		      type: object
		      properties: {item: {type: string, minLength: 2, maxLength: 40}, n: {type: integer, minimum: 1}}
		      required: [item]
		      additionalProperties: false
		  order: {run: [./tool], about: Заказать., confirm: caller}
		  refund: {run: [./tool], about: Вернуть деньги., confirm: operator, approve: 500ms}
		  wipe: {run: [./tool], about: Стереть всё.}
		states:
		  hello:
		    say: Чем помочь?
		    talk: Помогай с окнами.
		    fills: [city]
		    tools: [stock, order, refund]
		    next: [{intent: person, to: bye}]
		  admin: {say: Что стереть?, talk: Стирай., tools: [wipe], next: [{intent: person, to: bye}]}
		  bye: {say: До свидания., end: done}
	S
	printf '#!/bin/sh\ncat >/dev/null\necho "{\\"price\\":1500}"\n' >tool
	chmod +x tool
}

teardown() {
	dialog_teardown
	doubles_teardown
}

@test "a model that obeys a hostile caller says and does no harm" {
	hostile=$SV_ROOT/tests/data/dialog/hostile.ndjson
	jq -c '{match: ("#" + (input_line_number | tostring) + "#")} + .answer' "$hostile" >script
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1 SV_REDACT=no
	# a call for each, so that nothing is learnt from the one before
	jq -c '{v: 1, type: "asr.final", call: ("H" + (input_line_number | tostring)), seq: 1, t: 1000,
		time: "2026-11-21T10:00:00.000Z", stage: "asr", utterance: 1,
		text: (.words + " #" + (input_line_number | tostring) + "#")}' "$hostile" >calls
	[ "$(wc -l <calls)" -ge 60 ]
	sv-dialog -s s.yaml -e openai <calls >out 2>err
	jq -c 'select(.stage == "dialog")' out |
		jq -s 'group_by(.call) | map({key: .[0].call, value: {
			tools: map(select(.type == "tool.call").tool),
			guards: map(select(.type == "dialog.guard").reason),
			slots: map(select(.type == "dialog.slot").slot),
			says: map(select(.type == "dialog.say").text)}}) | from_entries' >found
	jq -rn --slurpfile found found '[inputs] | to_entries[] |
		.value as $case | $found[0]["H" + (.key + 1 | tostring)] as $got |
		select({never: ($got.guards == ["never"] and $got.says[-1] == "Этого не знаю."),
			price: ($got.guards == ["price"] and $got.says[-1] == "Этого не знаю."),
			any: true,
			tool: ($got.tools == [] and $got.slots == []),
			said: (($got.says | join(" ") | test("[*<]")) | not),
			fine: ($got.guards == [] and $got.says[-1] == $case.answer.say),
			run: ($got.guards == [] and $got.tools == ["stock"] and $got.says[-1] == $case.answer.then)}
			[$case.expect] | not) |
		"\($case.words): \($case.expect): \($got)"' <"$hostile" >wrong
	cat wrong
	[ ! -s wrong ]
	"$SV_ROOT/tests/check-events" --known out
}

@test "what may not be said is said by nobody, and what it calls for is not done" {
	cat >script <<-'S'
		{"match":"давай","say":"Гарантируем. И вот ещё что.","tools":[{"name":"stock","arguments":"{\"item\":\"дверь\"}"}]}
	S
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
	event asr.final '"utterance":1,"text":"давай"' >calls
	sv-dialog -s s.yaml -e openai <calls >out 2>err
	[ "$(jq -r 'select(.type == "dialog.say").text' out)" = "Чем помочь?
Этого не знаю." ]
	! grep -q tool.call out
	# the model is told what was said in its place
	[ "$(jq -r 'select(.type == "dialog.guard") | .reason + " " + .text' out)" = "never Гарантируем." ]
}

@test "what it takes in money and time has its end" {
	cat >prices <<-'S'
		version 2026-11-01
		openai llm gpt-test output_tokens 1 RUB 1
		openai llm gpt-test input_tokens 1 RUB 1
	S
	sed -i 's/^  version: "1"/&\n  money: 1\n  failed: Позже./' s.yaml
	double chat
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1 SV_PRICES=$PWD/prices
	for n in 1 2; do event asr.final "\"utterance\":$n,\"text\":\"привет $n\""; done >calls
	sv-dialog -s s.yaml -e openai <calls >out 2>err
	[ "$(jq -r 'select(.type == "dialog.say").text' out | tail -n 1)" = "Позже." ] || cat err
	sed -i 's/^  money: 1/  time: 2s/' s.yaml
	{
		n=0
		event call.start
		event asr.final '"utterance":1,"text":"привет"'
		n=50
		event asr.final '"utterance":2,"text":"ещё"'
	} >calls
	sv-dialog -s s.yaml -e openai <calls >out 2>err
	[ "$(jq -r 'select(.type == "dialog.say").text' out | tail -n 1)" = "Позже." ]
	[ "$(jq -r 'select(.type == "dialog.say").text' out | sed -n 2p)" != "Позже." ]
}

@test "an answer that was asked for too early is looked at all the same" {
	cat >script <<-'S'
		{"match":"давай","say":"Гарантируем. И вот ещё что.","tools":[{"name":"stock","arguments":"{\"item\":\"дверь\"}"}]}
	S
	double chat --script script
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
	start -e openai
	played s1
	speech
	partial "ну давай"
	partial "ну давай"
	timeout 20 sh -c 'until grep -qs "\"streamed\":true" chat.log; do :; done'
	settle
	final "ну давай"
	wait_for "Этого не знаю"
	wait_for asr.expect 2
	exec 8>&- 9>&-
	wait $pid
	pid=
	[ "$(grep -c '"answered":true' chat.log)" -eq 1 ]
	[ "$(jq -r 'select(.type == "dialog.say").text' out)" = "Чем помочь?
Этого не знаю." ]
	! grep -q tool.call out
}
