# sv-dialog with a model, which a strict double of OpenAI's chat API plays.
bats_require_minimum_version 1.5.0
load dialog
load peers/doubles

setup() {
	doubles_setup
	dialog_setup
	model_setup
	unset "${!SV_SECOND_@}"
	cat >s.yaml <<-'S'
		name: windows
		version: "1"
		language: ru
		start: hello
		no_input: {after: 60s}
		no_match: {tries: [Простите?, Не понял.], then: manager}
		model:
		  version: "7"
		  prompt: Ты Анна из магазина «Окна».
		  failed: Одну секунду, повторите.
		slots:
		  city: {type: text}
		  ok: {type: yesno}
		  phone: {type: phone, anytime: yes}
		intents: {person: [оператор], price: [сколько стоит]}
		digressions: {person: {to: manager}}
		states:
		  hello:
		    say: Здравствуйте! Чем помочь?
		    talk: Отвечай про окна и узнай город.
		    fills: [city, phone]
		    next: [{if: city, to: sure}]
		  sure:
		    say: Записать вас на замер?
		    ask: ok
		    next: [{if: ok = yes, to: bye}, {intent: price, say: От тысячи.}, {to: bye}]
		  manager: {say: Соединяю., handoff: {target: sales, reason: просит, brief: "{city}"}}
		  bye: {say: До свидания., end: done}
	S
}

teardown() {
	dialog_teardown
	doubles_teardown
}

# model [OPTION ...] <<S: the double, with that script
model() {
	cat >script
	double chat --script script "$@"
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
}

texts() {
	jq -r 'select(.type == "dialog.say").text' out
}

# asked N: the Nth request's messages behind the system's, a line each
asked() {
	jq -c 'select(.answered)' chat.log | sed -n "$1p" |
		jq -c '.body.messages[1:][] | del(.tool_call_id, .tool_calls[]?.id)'
}

keeps_to_schema() {
	grep -v '"x.settle"' out >known
	"$SV_ROOT/tests/check-events" --known known
}

requests() {
	grep -c '"answered":true' chat.log
}

@test "a model answers, sentence by sentence, and is told what was said" {
	model --speed 40 <<-'S'
		{"match":"окна","say":"Пластиковые, т. е. тёплые. Есть и деревянные! Откуда вы?"}
	S
	said "какие у вас окна" "а двери"
	[ "$(texts | head -n 4)" = "Здравствуйте! Чем помочь?
Пластиковые, т. е. тёплые.
Есть и деревянные!
Откуда вы?" ]
	# the first was said before the answer was complete
	[ "$(jq -r 'select(.prompt == "hello.talk" or .type == "dialog.model").type' out | head -n 2 | uniq)" = dialog.say ]
	[ "$(asked 2)" = '{"role":"assistant","content":"Здравствуйте! Чем помочь?"}
{"role":"user","content":"какие у вас окна"}
{"role":"assistant","content":"Пластиковые, т. е. тёплые. Есть и деревянные! Откуда вы?"}
{"role":"user","content":"а двери"}' ]
	[ "$(jq -r 'select(.type == "dialog.model") | [.purpose, .engine, .reason, .prompt_version] | join(" ")' out | uniq)" = \
		"talk openai stop 7" ]
	jq -se 'map(select(.llm_ms) | .prompt_version == "7" and .llm_ms + .sentence_ms <= .dialog_ms + 2) | length > 0 and all' out
	[ "$(jq -r 'select(.type == "cost").unit' out | sort -u | tr '\n' ' ')" = "input_tokens output_tokens " ]
	keeps_to_schema
}

@test "what it fills leads on by the scenario's rules" {
	model <<-'S'
		{"match":"Твери","tools":[{"name":"fill","arguments":"{\"city\":\"Тверь\"}"}],"then":"Записала."}
	S
	said "я из Твери" "да"
	[ "$(texts)" = "Здравствуйте! Чем помочь?
Записала.
Записать вас на замер?
До свидания." ]
	[ "$(jq -c 'select(.type == "dialog.end").slots' out)" = '{"city":"Тверь","ok":true}' ]
	[ "$(jq -r 'select(.type == "dialog.state") | .state + " " + .reason' out)" = "hello start
sure condition
bye condition" ]
	# what the function answered went back to the model
	[ "$(asked 2 | tail -n 1)" = '{"role":"tool","content":"city: ok. "}' ]
}

@test "a value that is none is not taken, and the model is told" {
	model <<-'S'
		{"match":"номер","tools":[{"name":"fill","arguments":"{\"phone\":\"двенадцать\"}"}],"then":"Повторите номер."}
	S
	said "запишите мой номер"
	[[ $(asked 2 | tail -n 1) == *"phone: not a valid value"* ]]
	[ "$(texts | tail -n 1)" = "Повторите номер." ]
	[ "$(jq -c 'select(.type == "dialog.end").slots' out)" = '{}' ]
}

@test "an intent that it chooses is dealt with by the scenario" {
	model <<-'S'
		{"match":"живой","tools":[{"name":"choose","arguments":"{\"intent\":\"person\"}"}]}
	S
	said "хочу живого, живой души"
	[ "$(texts | tail -n 1)" = "Соединяю." ]
	[ "$(jq -r 'select(.type == "dialog.handoff").target' out)" = sales ]
	[ "$(requests)" -eq 1 ]
}

@test "what the rules know is not asked of a model" {
	model </dev/null
	said "оператор"
	[ "$(texts | tail -n 1)" = "Соединяю." ]
	[ ! -s chat.log ]
}

@test "no function of another state is done" {
	model <<-'S'
		{"match":"хитрость","tools":[{"name":"choose","arguments":"{\"intent\":\"price\"}"},{"name":"fill","arguments":"{\"ok\":\"yes\",\"city\":\"Тверь\"}"},{"name":"erase","arguments":"{}"}],"then":"Не вышло."}
	S
	said "хитрость"
	[ "$(jq -c 'select(.type == "dialog.end").slots' out)" = '{}' ]
	[ "$(texts | tail -n 1)" = "Не вышло." ]
}

@test "without a model the scenario goes by its rules" {
	event call.start >calls
	event asr.final '"utterance":1,"text":"оператор"' >>calls
	sv-dialog -s s.yaml <calls >out
	[ "$(texts | tail -n 1)" = "Соединяю." ]
	! grep -q dialog.model out
}

@test "where the rules do not understand, a model says what was meant" {
	sed -i 's/start: hello/start: sure/' s.yaml
	model <<-'S'
		{"match":"почём","say":"{\"intent\":\"price\",\"slots\":{\"ok\":null,\"phone\":null}}"}
		{"match":"пожалуй","say":"{\"intent\":null,\"slots\":{\"ok\":\"yes\",\"phone\":null}}"}
		{"match":"ла-ла","say":"{\"intent\":null,\"slots\":{\"ok\":null,\"phone\":null}}"}
	S
	said "и почём нынче" "ла-ла-ла" "пожалуй что так"
	[ "$(texts)" = "Записать вас на замер?
От тысячи.
Записать вас на замер?
Простите?
До свидания." ]
	[ "$(jq -r 'select(.type == "dialog.model").purpose' out | uniq)" = meaning ]
	[ "$(jq -c 'select(.type == "dialog.end").slots' out)" = '{"ok":true}' ]
	jq -se 'map(select(.body.response_format).body.response_format.json_schema.schema.required == ["intent","slots"]) | length > 0 and all' chat.log
}

@test "personal data goes out as placeholders, and is spoken as it is" {
	model <<-'S'
		{"match":"PHONE_1","say":"Ваш номер [PHONE_1], верно?"}
	S
	said "мой телефон 8 916 123-45-67"
	! grep -q 4567 chat.log
	! grep -q '45-67' chat.log
	[ "$(texts | tail -n 1)" = "Ваш номер +79161234567, верно?" ]
	rm chat.log
	SV_REDACT=no said "мой телефон 8 916 123-45-67"
	grep -q '45-67' chat.log
}

@test "a model that fails: so is told, then the caller is not understood" {
	model --fault status=500 </dev/null
	export SV_OPENAI_RETRIES=0
	said "что за окна" "ну окна же" "окна" "окна" 2>err
	[ "$(texts)" = "Здравствуйте! Чем помочь?
Одну секунду, повторите.
Не понял.
Соединяю." ]
	[ "$(jq -r 'select(.type == "dialog.end").outcome' out)" = handoff ]
	[ "$(jq -r 'select(.type == "dialog.model").reason' out | sort -u)" = failed ]
	grep -q 'openai' err
}

@test "another endpoint answers when the first fails" {
	model --fault status=503 </dev/null
	double_port=$port
	export SV_OPENAI_RETRIES=0 SV_SECOND_MODEL=gpt-test SV_SECOND_API_KEY=sk-peer
	double chat --dialect vllm --models gpt-test
	export SV_SECOND_URL=http://127.0.0.1:$port/v1
	[ "$port" -ne "$double_port" ]
	event call.start >calls
	event asr.final '"utterance":1,"text":"@say Тёплые окна."' >>calls
	sv-dialog -s s.yaml -e openai,second <calls >out
	[ "$(texts | tail -n 1)" = "Тёплые окна." ]
	[ "$(jq -r 'select(.type == "engine.failover") | .from + " " + .to' out)" = "openai second" ]
	[ "$(jq -r 'select(.type == "dialog.model").engine' out)" = second ]
	keeps_to_schema
}

@test "a call may take so many requests and no more" {
	sed -i 's/^  version: "7"/&\n  requests: 2/' s.yaml
	model <<-'S'
		{"match":"окн","say":"Да."}
	S
	said "окна" "окно" "окном" 2>err
	[ "$(texts | tail -n 2)" = "Да.
Одну секунду, повторите." ]
	[ "$(requests)" -eq 2 ]
	grep -q 'was asked 2 times' err
}

@test "a long talk is told in short, word by word only its end" {
	sed -i 's/^  version: "7"/&\n  context: 60\n  understand: no/' s.yaml
	model <<-'S'
		{"match":"^assistant:|^user:|assistant: Здрав","say":"Спрашивает про окна."}
		{"match":"окн","say":"Окна бывают пластиковые, деревянные и алюминиевые, все они тёплые и прочные."}
	S
	said "какие окна бывают у вас вообще" "окна какие ещё" "окна опять" "окна снова"
	[ "$(jq -r 'select(.type == "dialog.model").purpose' out | sort -u | tr '\n' ' ')" = "summary talk " ]
	tail -n 1 chat.log | jq -e '.body.messages[0].content | contains("Раньше в этом разговоре: Спрашивает про окна.")' ||
		sed -n '$p' chat.log >&2
	[ "$(asked "$(requests)" | wc -l)" -lt 6 ]
}

@test "in a call, sentences are said as they come, and a caller who breaks in stops them" {
	model --speed 5 <<-'S'
		{"match":"окна","say":"Да. Окна бывают разные и очень разные и всякие. А ещё у нас есть двери и балконы и лоджии. Всё."}
		{"match":"стой","say":"Слушаю вас."}
	S
	start -e openai
	played s1
	says "какие окна"
	wait_for '"say":"s2"'
	! grep -q dialog.model out
	playing s2
	speech
	wait_for tts.pause
	partial "стой"
	wait_for tts.cancel
	event tts.interrupted '"say":"s2","heard":"Да"' >&9
	settle
	final "стой стой"
	wait_for "Слушаю вас"
	wait_for '"reason":"stop"'
	hangup
	! grep -q балконы out
	[ "$(asked 2 | tail -n 2)" = '{"role":"assistant","content":"Да"}
{"role":"user","content":"стой стой"}' ]
	keeps_to_schema
}

@test "an answer is asked for before the caller has ended, and is there when they have" {
	model <<-'S'
		{"match":"^какие окна$","say":"Разные."}
	S
	start -e openai
	played s1
	speech
	partial "какие"
	partial "какие окна"
	partial "какие окна"
	timeout 20 sh -c 'until grep -qs "какие окна" chat.log; do :; done'
	settle
	! grep -q Разные out
	final "какие окна"
	wait_for Разные
	wait_for dialog.model
	hangup
	[ "$(requests)" -eq 1 ]
	[ "$(jq -r 'select(.type == "cost").speculative' out | uniq)" = null ]
}

@test "an answer to words that changed is thrown away, and its cost is told" {
	model <<-'S'
		{"match":"^какие окна$","say":"Разные."}
		{"match":"двери","say":"И двери."}
	S
	start -e openai
	played s1
	speech
	partial "какие окна"
	partial "какие окна"
	timeout 20 sh -c 'until grep -qs "какие окна" chat.log; do :; done'
	final "какие окна и двери"
	wait_for "И двери"
	wait_for '"speculative":true'
	hangup
	! grep -q Разные out
	[ "$(requests)" -eq 2 ]
	keeps_to_schema
}

@test "a filler is said when a model takes long" {
	sed -i 's/^slots:/filler: {say: [Минутку., Секунду.], after: 500ms}\n&/' s.yaml
	model <<-'S'
		{"match":"окна","say":"Разные.","faults":"late=3000"}
	S
	start -e openai
	played s1
	says "какие окна"
	wait_for filler.say
	wait_for Разные
	hangup
	[ "$(grep -c filler.say out)" -eq 1 ]
}

@test "a conversation that was killed goes on with what was said" {
	model <<-'S'
		{"match":"окна","say":"Разные."}
		{"match":"двери","say":"И двери."}
	S
	start -e openai
	played s1
	says "какие окна"
	wait_for dialog.model
	settle
	kill -9 $pid
	wait $pid || true
	exec 8>&- 9>&-
	ring -e openai
	says "а двери"
	wait_for "И двери"
	hangup
	[ "$(asked 2)" = '{"role":"assistant","content":"Здравствуйте! Чем помочь?"}
{"role":"user","content":"какие окна"}
{"role":"assistant","content":"Разные."}
{"role":"user","content":"а двери"}' ]
}

@test "who hangs up in the middle of an answer is told about once" {
	model --speed 5 <<-'S'
		{"match":"окна","say":"Да. Окна бывают разные и очень разные и всякие. А ещё у нас есть двери и балконы и лоджии. Всё."}
	S
	start -e openai
	played s1
	says "какие окна"
	wait_for '"say":"s2"'
	event call.end '"reason":"hangup"' >&9
	wait_for dialog.end
	hangup
	[ "$(grep -c '"dialog.end"' out)" -eq 1 ]
	! grep -q балконы out
}

@test "in the terminal a model talks, too" {
	model <<-'S'
		{"match":"окна","say":"Разные."}
	S
	run -0 --separate-stderr sv-dialog -T -s s.yaml -e openai <<<"какие окна"
	[[ $output == *"> Разные."* ]]
}

@test "what a scenario says wrong of a model is told with its place" {
	sed -i 's/^  version: "7"/  versoin: "7"/; s/^    talk: .*/    talk: ""/; s/^  sure:/&\n    fills: [ok]/' s.yaml
	run -78 --separate-stderr sv-dialog --check -s s.yaml
	[[ $output == *"unknown key 'versoin'"*"version"* ]]
	[[ $output == *"talk is empty"* ]]
	[[ $output == *"'sure' has fills, which are for a model: give it talk"* ]]
	run -78 --separate-stderr sv-dialog -e openai -s "$SV_ROOT/examples/scenarios/sales-ru.yaml" </dev/null
	[[ $stderr == *"has no model: nothing would be asked of 'openai'" ]]
}

@test "who called before is known: what they said, and what they left empty" {
	sed -i 's/^slots:/memory: {run: [sv-report, recall], slots: [city]}\n&/; s/  city: {type: text}/  city: {type: text, confirm: 0.5}/' s.yaml
	export SV_STORE=$PWD/calls.db
	{
		event call.start '"caller":"+79161234567"'
		event dialog.slot '"slot":"city","kind":"text","value":"Тверь"'
		event dialog.end '"outcome":"callback","slots":{"city":"Тверь"}'
	} | sed 's/"call":"L"/"call":"earlier"/' | sv-report ingest >/dev/null
	model <<-'S'
		{"match":"окна","say":"Разные."}
	S
	{
		event call.start '"caller":"89161234567"'
		event asr.final '"utterance":1,"text":"какие окна"'
	} >calls
	sv-dialog -s s.yaml -e openai <calls >out
	[ "$(jq -c 'select(.type == "dialog.memory") | [.calls, .slots]' out)" = '[1,["city"]]' ]
	jq -r 'select(.answered).body.messages[0].content' chat.log | grep -q 'callback, city: Тверь'
	! grep -q 79161234567 chat.log
	keeps_to_schema
}

@test "a memory that fails, or knows nothing, stops nothing" {
	model <<-'S'
		{"match":"окна","say":"Разные."}
	S
	for run in false '[sv-report, recall]' nowhere; do
		sed -i '/^memory/d; s/^slots:/memory: {run: '"$run"', slots: [city]}\n&/' s.yaml
		{
			event call.start '"caller":"89161234567"'
			event asr.final '"utterance":1,"text":"какие окна"'
		} >calls
		SV_STORE=$PWD/none.db sv-dialog -s s.yaml -e openai <calls >out 2>err
		[ "$(texts | tail -n 1)" = "Разные." ]
	done
}
