# sv-dialog as its user meets it: whole conversations by the shipped scenarios,
# bad input, checkpoints, --check, --graph and the terminal. Live calls are in
# sv-dialog-live.bats.
bats_require_minimum_version 1.5.0

ru=$SV_ROOT/examples/scenarios/sales-ru.yaml
en=$SV_ROOT/examples/scenarios/sales-en.yaml

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SV_CALL_ID SV_CALLER SV_SCENARIO SV_DIALOG_STATE SV_DIALOG_ENGINE
	export TZ=UTC
}

# caller CALL TEXT...: the events of a caller who says that, on a Saturday
caller() {
	local call=$1 n=0
	shift
	printf '{"v":1,"type":"call.start","call":"%s","seq":1,"t":0,"time":"2026-11-21T10:00:00.000Z","stage":"asr","caller":"+79160000001"}\n' "$call"
	for text; do
		n=$((n + 1))
		printf '{"v":1,"type":"asr.final","call":"%s","seq":%d,"t":%d,"time":"2026-11-21T10:01:00.000Z","stage":"asr","utterance":%d,"text":"%s"}\n' \
			"$call" $((n + 1)) $((n * 5000)) $n "$text"
	done
}

# keys CALL KEY...: keys pressed
keys() {
	local call=$1
	shift
	for key; do
		printf '{"v":1,"type":"dtmf","call":"%s","seq":1,"t":9000,"time":"2026-11-21T10:01:00.000Z","stage":"capture","digit":"%s"}\n' \
			"$call" "$key"
	done
}

# talk SCENARIO: from events on stdin to the file "out", kept for the last test
talk() {
	sv-dialog -s "$1" >out
	cat out >>"$BATS_FILE_TMPDIR/all"
}

prompts() {
	jq -r 'select(.type == "dialog.say").prompt' out | tr '\n' ' '
}

states() {
	jq -r 'select(.type == "dialog.state").state' out | tr '\n' ' '
}

end() {
	jq -c 'select(.type == "dialog.end") | {outcome, slots}' out
}

# a scenario of our own, whose states are given
scenario() {
	printf 'name: t\nversion: "1"\nlanguage: %s\nstart: a\n' "${1:-ru}"
	cat
}

# check: what --check says of the scenario on stdin, without the file's name
check() {
	cat >s.yaml
	sv-dialog --check -s s.yaml 2>err | sed 's/^s.yaml://'
}

@test "a Russian caller becomes a lead with all that was asked" {
	caller R1 "здравствуйте нужен кондиционер" "тысяч пятьдесят" \
		"меня зовут иван" \
		"восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь" \
		"да верно" "завтра" "в три часа дня" "да все правильно" |
		talk "$ru"
	[ "$(prompts)" = "greeting.say budget.say name.say phone.say \
phone.confirm_say day.say hour.say summary.say qualified.say " ]
	[ "$(end)" = '{"outcome":"qualified","slots":{"need":"install","budget":"50000 RUB","name":"Иван","phone":"+79161234567","day":"2026-11-22","hour":"15:00","all_right":true}}' ]
	[ "$(jq -c 'select(.type == "dialog.end") | [.turns, .scenario,
		.version, .language, .caller, .duration_ms]' out)" = \
		'[8,"sales-ru","1.0","ru","+79160000001",40000]' ]
	# the number is read back in groups
	jq -r 'select(.prompt == "phone.confirm_say").text' out |
		grep -F '+7 916 123-45-67'
	# the line is closed after the last word
	[ "$(tail -n 1 out | jq -r .type)" = call.hangup ]
}

@test "an English caller becomes a lead with all that was asked" {
	caller E1 "for work" "two hundred dollars" "my name is john" \
		"two one two five five five one two three four" "yes" \
		"tomorrow" "at three p m" "yes that is right" | talk "$en"
	[ "$(end)" = '{"outcome":"qualified","slots":{"need":"business","budget":"200 USD","name":"John","phone":"+12125551234","day":"2026-11-22","hour":"15:00","all_right":true}}' ]
	jq -r 'select(.prompt == "phone.confirm_say").text' out |
		grep -F '+1 212 555 1234'
}

@test "a silent caller is asked twice and then let go" {
	for language in ru en; do
		caller S1 "" "" "" | talk "$SV_ROOT/examples/scenarios/sales-$language.yaml"
		[ "$(prompts)" = "greeting.say every.no_input.1 \
every.no_input.2 silent.say " ]
		[ "$(end)" = '{"outcome":"no_input","slots":{}}' ]
	done
}

@test "a caller who is not understood gets a person" {
	caller N1 "абракадабра" "кукареку" "трям" | talk "$ru"
	[ "$(prompts)" = "greeting.say greeting.no_match.1 greeting.no_match.2 \
to_manager.say " ]
	[ "$(jq -c 'select(.type == "dialog.handoff") | [.target, .reason]' \
		out)" = '["sales","нужен человек"]' ]
	[ "$(jq -r .type out | tail -n 3 | tr '\n' ' ')" = \
		"dialog.handoff dialog.end call.transfer " ]
	caller N2 "blah blah" "la la la" "dum dum" | talk "$en"
	[ "$(end)" = '{"outcome":"handoff","slots":{}}' ]
}

@test "the count of not understanding begins anew with the next question" {
	caller N3 "кукареку" "ремонт" "как как" "Иван" | talk "$ru"
	[ "$(prompts)" = "greeting.say greeting.no_match.1 greeting.next.1.say \
name.say name.no_match.1 phone.say " ]
}

@test "a greeting is not a riddle, and comes with an answer unnoticed" {
	caller G1 "алло" "добрый день" "здравствуйте нужна чистка" | talk "$ru"
	[ "$(prompts)" = "greeting.say digressions.hello greeting.reask \
digressions.hello greeting.reask budget.say " ]
	caller G2 "hello" "hi i need internet" | talk "$en"
	[ "$(prompts)" = "greeting.say digressions.hello greeting.reask \
budget.say " ]
}

@test "who has no time is let go, and who says goodbye too" {
	for text in "я за рулем перезвоните позже" "мне сейчас неудобно говорить"; do
		caller B1 "$text" | talk "$ru"
		[ "$(end)" = '{"outcome":"later","slots":{}}' ]
	done
	caller B2 "im driving call me back later" | talk "$en"
	[ "$(end)" = '{"outcome":"later","slots":{}}' ]
	for text in "все до свидания" "отстаньте" "нет спасибо"; do
		caller B3 "$text" | talk "$ru"
		[ "$(end)" = '{"outcome":"refused","slots":{}}' ]
	done
}

@test "wanting is not refusing: a negation has to deny the same word" {
	caller W1 "ага мне нужны установка и монтаж" | talk "$ru"
	[ "$(prompts)" = "greeting.say budget.say " ]
	caller W2 "мне не дорого нужно" "установка" | talk "$ru"
	[ "$(prompts)" = "greeting.say greeting.no_match.1 budget.say " ]
	caller W3 "установка" "бюджета нет" "ольга" | talk "$ru"
	[ "$(prompts)" = "greeting.say budget.say budget.next.1.say name.say \
phone.say " ]
}

@test "Saturday is not a robot" {
	caller D1 "установка" "сто тысяч" "лена" \
		"восемь девятьсот пять сто одиннадцать двадцать два тридцать три" \
		"да" "в субботу" | talk "$ru"
	[ "$(states)" = "greeting budget name phone day hour " ]
}

@test "a name is heard however it is put" {
	for text in "меня илья зовут" "зовите меня илья" \
		"меня зовут не иван а илья" "можно просто илья"; do
		caller I1 "ремонт" "$text" | talk "$ru"
		[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair","name":"Илья"}}' ]
	done
	for text in "you can call me mary" "its not sam its mary"; do
		caller I2 "family" "fifty dollars" "$text" | talk "$en"
		[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"family","budget":"50 USD","name":"Mary"}}' ]
	done
}

@test "a telephone number that comes in pieces is put together" {
	caller P1 "ремонт" "илья" "восемь девятьсот пять" \
		"сто одиннадцать" "двадцать два тридцать три" "да" | talk "$ru"
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair","name":"Илья","phone":"+79051112233"}}' ]
	# who dictates is not interrupted
	[ "$(prompts)" = "greeting.say greeting.next.1.say name.say phone.say \
phone.confirm_say day.say " ]
	caller P2 "family" "fifty dollars" "sam" "four one five" \
		"five five five two six seven one" "yes" | talk "$en"
	[ "$(end | jq -r .slots.phone)" = +14155552671 ]
	# what goes on otherwise was none
	caller P3 "ремонт" "илья" "сто двадцать три" "не дам" \
		"восемь девятьсот пять сто одиннадцать двадцать два тридцать три" |
		talk "$ru"
	prompts | grep -F "phone.reask phone.confirm_say "
	jq -r 'select(.prompt == "phone.confirm_say").text' out |
		grep -F '+7 905 111-22-33'
}

@test "an objection is answered, and the question comes back" {
	caller O1 "установка" "это дорого" "ну давайте" "сто тысяч" | talk "$ru"
	[ "$(states)" = "greeting budget objection_price \
objection_price_talk budget name " ]
	[ "$(prompts)" = "greeting.say budget.say objection_price_talk.say \
budget.reask name.say " ]
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"install","budget":"100000 RUB"}}' ]
}

@test "the same objection a second time ends the call politely" {
	caller O2 "установка" "дорого" "да" "все равно дорого" | talk "$ru"
	[ "$(end)" = '{"outcome":"refused","slots":{"need":"install"}}' ]
	caller O3 "family" "too expensive" "yes" "it is too expensive" |
		talk "$en"
	[ "$(end)" = '{"outcome":"refused","slots":{"need":"family"}}' ]
}

@test "each objection has its answer" {
	for text in "я подумаю" "у нас уже есть поставщик" "дорого"; do
		caller O4 "$text" "нет" | talk "$ru"
		[ "$(end | jq -r .outcome)" = refused ]
		caller O5 "$text" "да" "вентиляция" | talk "$ru"
		[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"ventilation"}}' ]
	done
	for text in "i will think about it" "we already have one" \
		"too expensive"; do
		caller O6 "$text" "no" | talk "$en"
		[ "$(end | jq -r .outcome)" = refused ]
		caller O7 "$text" "yes" "internet" | talk "$en"
		[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"internet"}}' ]
	done
}

@test "an offer by mail asks for the address and goes on" {
	caller M1 "пришлите на почту" "иван собака мейл точка ру" "да" \
		"ремонт" | talk "$ru"
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair","email":"ivan@mail.ru"}}' ]
	[ "$(prompts)" = "greeting.say ask_email.say email.confirm_say \
ask_email.next.1.say greeting.reask greeting.next.1.say name.say " ]
}

@test "who does not want is not persuaded" {
	caller F1 "мне не интересно" | talk "$ru"
	[ "$(end)" = '{"outcome":"refused","slots":{}}' ]
	caller F2 "not interested" | talk "$en"
	[ "$(end)" = '{"outcome":"refused","slots":{}}' ]
}

@test "a price question is answered in passing" {
	caller P1 "сколько это стоит" "обслуживание" | talk "$ru"
	[ "$(prompts)" = "greeting.say digressions.price greeting.reask \
budget.say " ]
	caller P2 "how much is it" "work" | talk "$en"
	[ "$(prompts)" = "greeting.say digressions.price greeting.reask \
budget.say " ]
}

@test "an answer and a question in one breath are both heard" {
	caller P3 "нужен кондиционер а сколько он стоит" | talk "$ru"
	[ "$(prompts)" = "greeting.say digressions.price budget.say " ]
	caller P4 "ремонт" "иван" \
		"девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь" \
		"да а какая гарантия" | talk "$ru"
	[ "$(prompts)" = "greeting.say greeting.next.1.say name.say phone.say \
phone.confirm_say digressions.warranty day.say " ]
}

@test "whoever asks for a person gets one, with what is known" {
	caller H1 "сломался кондиционер почините" "позовите человека" | talk "$ru"
	[ "$(jq -r 'select(.type == "dialog.handoff").target' out)" = sales ]
	caller H2 "work" "two hundred dollars" "mike" "operator" | talk "$en"
	[ "$(jq -r 'select(.type == "dialog.handoff").brief.wants' out)" = \
		"Mike needs work." ]
	[ "$(jq -r 'select(.type == "call.transfer").target' out)" = sales ]
	[ "$(jq -r 'select(.prompt == "to_manager.say").interruptible' out)" = \
		false ]
}

@test "a brief tells who, what, why, the open question and the last words" {
	caller H3 work "two hundred dollars" mike 'get me an operator\n\t \"please\"' |
		talk "$en"
	[ "$(jq -r 'select(.type == "dialog.handoff").brief.text' out)" = \
		"Mike needs work. Calling from +79160000001. \
Said: 'get me an operator 'please''. \
Not answered: 'Thank you, Mike. What number can we call you at?'. \
Reason: a person is needed." ]
	[ "$(jq -c 'select(.type == "dialog.handoff").brief | del(.text)' out)" = \
		"{\"caller\":\"+79160000001\",\"wants\":\"Mike needs work.\",\
\"slots\":{\"need\":\"business\",\"budget\":\"200 USD\",\"name\":\"Mike\"},\
\"confirmed\":[],\"question\":\"Thank you, Mike. What number can we call you at?\",\
\"said\":\"get me an operator 'please'\",\"reason\":\"a person is needed\"}" ]
}

@test "however long the words, a brief has 200 bytes at most and is whole" {
	long=$(printf 'слово %.0s' {1..60})
	caller H4 ремонт "${long}позовите человека" | talk "$ru"
	text=$(jq -r 'select(.type == "dialog.handoff").brief.text' out)
	[[ $text == "Интересует ремонт. Звонит +79160000001. Сказал(а): «…слово "*" позовите человека»."* ]]
	[ "$(printf %s "$text" | wc -c)" -le 200 ]
	[ "$(printf %s "$text" | wc -c)" -gt 150 ]
	printf %s "$text" | iconv -f utf-8 -t utf-8 >/dev/null
}

@test "a large budget goes to the head of sales" {
	caller B1 "вентиляция" "два миллиона рублей" "анна" \
		"8 916 123 45 67" "да" | talk "$ru"
	[ "$(jq -c 'select(.type == "dialog.handoff") | [.target, .brief.wants]' \
		out)" = '["key-accounts","Анна: вентиляция, бюджет 2000000 ₽, телефон +7 916 123-45-67."]' ]
}

@test "a wrong number is corrected in the same breath, or asked again" {
	caller C1 "ремонт" "Иван" \
		"восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь" \
		"нет восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят восемь" \
		"нет" "восемь девятьсот два ноль ноль ноль одиннадцать двадцать два" \
		"восемь девятьсот два сто одиннадцать двадцать два тридцать три" \
		"верно" | talk "$ru"
	[ "$(jq -c 'select(.slot == "phone") | [.value, .confirmed]' out |
		tail -n 2 | tr '\n' ' ')" = \
		'["+79021112233",false] ["+79021112233",true] ' ]
	[ "$(jq -r 'select(.slot == "phone").value' out | sed -n 2p)" = \
		+79161234568 ]
}

@test "what was wrong in the summary is asked again, and nothing else" {
	caller C2 "work" "fifty dollars" "john" \
		"two one two five five five one two three four" "yes" \
		"tomorrow at three p m" "no" "the name" "my name is peter" \
		"yes" | talk "$en"
	[ "$(end | jq -c '.slots | [.name, .phone, .hour]')" = \
		'["Peter","+12125551234","15:00"]' ]
	[ "$(prompts)" = "greeting.say budget.say name.say phone.say \
phone.confirm_say day.say summary.say fix.say name.say summary.say \
qualified.say " ]
}

@test "several answers in one utterance are all taken" {
	caller A1 "ремонт" \
		"меня зовут Иван телефон восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь" \
		"да" | talk "$ru"
	[ "$(end | jq -c '.slots')" = \
		'{"need":"repair","name":"Иван","phone":"+79161234567"}' ]
	# the number still had to be confirmed
	[ "$(prompts)" = "greeting.say greeting.next.1.say name.say \
phone.confirm_say day.say " ]
}

@test "what comes with a yes is taken too" {
	scenario <<-'S' >s.yaml
		slots: {phone: {type: phone, confirm: always}, name: {type: name}}
		states:
		  a: {say: [Номер?, Телефон?], ask: phone, next: b}
		  b: {say: [Имя?, Кто?], ask: name, next: c}
		  c: {say: "{name}, спасибо", end: ok}
	S
	caller A2 "8 916 123 45 67" "да и меня зовут Иван" | talk s.yaml
	[ "$(end)" = '{"outcome":"ok","slots":{"phone":"+79161234567","name":"Иван"}}' ]
}

@test "the number on the line can be used" {
	caller L1 "ремонт" "Иван" "запишите этот номер" | talk "$ru"
	[ "$(end | jq -r .slots.phone)" = +79160000001 ]
}

@test "a name can be corrected against the wrong one" {
	scenario <<-'S' >s.yaml
		slots: {name: {type: name, confirm: always}}
		states:
		  a: {say: [Как вас зовут?, Ваше имя?], ask: name, next: b}
		  b: {say: "{name}, спасибо", end: ok}
	S
	caller C3 "Иван" "нет, не Иван, а Игорь" "да" | talk s.yaml
	[ "$(end)" = '{"outcome":"ok","slots":{"name":"Игорь"}}' ]
	caller C4 "Иван" "сколько стоит" "нет" "Игорь" "да" | talk s.yaml
	[ "$(end)" = '{"outcome":"ok","slots":{"name":"Игорь"}}' ]
	caller C5 "не скажу" "пять" "12 12" | talk s.yaml
	[ "$(end)" = '{"outcome":"no_match","slots":{}}' ]
}

@test "only a doubtful answer is confirmed when the scenario says so" {
	scenario en <<-'S' >s.yaml
		slots: {name: {type: name, confirm: 0.6}}
		states:
		  a: {say: [Your name?, Who is it?], ask: name, next: b}
		  b: {say: "Hi {name}", end: ok}
	S
	caller D1 "john" | sed 's/"text"/"confidence":0.9,"text"/' | talk s.yaml
	[ "$(prompts)" = "a.say b.say " ]
	caller D2 "john" "yes" | sed 's/"text"/"confidence":0.5,"text"/' |
		talk s.yaml
	[ "$(prompts)" = "a.say name.confirm_say b.say " ]
}

@test "a time when nobody works is refused with the reason" {
	scenario <<-'S' >s.yaml
		slots: {hour: {type: time, min: "09:00", max: "20:00", invalid: Мы работаем с девяти.}}
		states:
		  a: {say: [Когда?, В какое время?], ask: hour, next: b}
		  b: {say: "Звоним в {hour}", end: ok}
	S
	caller T1 "в три часа ночи" "в десять утра" | talk s.yaml
	[ "$(prompts)" = "a.say hour.invalid b.say " ]
	[ "$(end)" = '{"outcome":"ok","slots":{"hour":"10:00"}}' ]
}

@test "keys fill numbers, answers and choices" {
	{
		caller K1
		keys K1 3
		caller K1 "Иван" | tail -n 1
		keys K1 8 9 1 6 1 2 3 4 5 6 7 2
		keys K1 8 9 1 6 '*' 9 1 6 1 2 3 4 5 6 8 1
	} | talk "$ru"
	[ "$(jq -c 'select(.type == "dialog.slot") | .value' out |
		tr '\n' ' ')" = \
		'"repair" "Иван" "+79161234567" "+79161234568" "+79161234568" ' ]
	[ "$(states)" = "greeting name phone day " ]
	{
		caller K2 work
		keys K2 2 5 0 '#'
	} | talk "$en"
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"business","budget":"250"}}' ]
}

@test "a caller who hangs up leaves what they told" {
	{
		caller X1 "ремонт"
		echo '{"v":1,"type":"call.end","call":"X1","seq":9,"t":9000,"time":"2026-11-21T10:01:00.000Z","stage":"asr","reason":"hangup"}'
		caller X1 "Иван" | tail -n 1
	} | talk "$ru"
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair"}}' ]
	# nobody is there any more: no hang-up, and no answer to what comes late
	[ "$(jq -r .type out | tail -n 1)" = asr.final ]
	! grep -q call.hangup out
}

@test "what is not ours passes byte for byte, in order" {
	{
		caller Y1
		printf '%s\n' '{"type" : "x.tomorrow",  "n": 0.10}' \
			'{"type":"crm.queued","call":"Y2","zz":"\u043f"}'
		caller Y1 "ремонт" | tail -n 1
	} >in
	sv-dialog -s "$ru" <in >out
	grep -v '"stage":"dialog"' out | cmp - in
	# and nobody talks to a call that has not begun
	! grep -q '"call":"Y2".*"stage":"dialog"' out
}

@test "two calls on one stream do not meet" {
	paste -d '\n' <(caller V1 "ремонт" "Иван") \
		<(caller V2 "вентиляция" "сто тысяч") | talk "$ru"
	[ "$(jq -c 'select(.type == "dialog.end") | [.call, .slots]' out |
		sort | tr '\n' ' ')" = \
		'["V1",{"need":"repair","name":"Иван"}] ["V2",{"need":"ventilation","budget":"100000 RUB"}] ' ]
}

@test "the second time an utterance comes it is not heard" {
	caller U1 "ремонт" "Иван" >in
	sed 2p in | talk "$ru"
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair","name":"Иван"}}' ]
}

@test "our own people's channel is not answered" {
	caller G1 "ремонт" | sed 's/"text"/"speaker":"agent","text"/' | talk "$ru"
	[ "$(end)" = '{"outcome":"abandoned","slots":{}}' ]
}

@test "a caller in the environment that is not UTF-8 is nobody" {
	echo '{"type":"asr.final","call":"NU","text":"ремонт"}' >in
	SV_CALLER=$'+7\xff' run -0 --separate-stderr sv-dialog -s "$ru" <in
	[ "$stderr" = "" ]
	[[ $output == *'"type":"dialog.end"'* ]]
}

@test "an event without a call belongs to SV_CALL_ID" {
	echo '{"type":"asr.final","text":"work"}' |
		SV_CALL_ID=W1 sv-dialog -s "$en" >out
	[ "$(jq -r 'select(.type == "dialog.end") | .call' out)" = W1 ]
}

@test "the words are chosen by the call, and not always the same" {
	for i in 1 2; do
		caller Q7 "ремонт" "Иван" | sv-dialog -s "$ru" |
			jq -c 'select(.type == "dialog.say") | [.text, .variant]' >say$i
	done
	cmp say1 say2
	for i in 1 2 3 4 5 6 7 8; do
		caller "Q$i"
	done | sv-dialog -s "$ru" |
		jq 'select(.type == "dialog.say").variant' | sort -u >variants
	[ "$(wc -l <variants)" -eq 2 ]
}

@test "a question asked again has other words" {
	caller Z1 "кто это" "кто это" | talk "$ru"
	[ "$(jq -r 'select(.prompt == "greeting.reask").text' out |
		sort -u | wc -l)" -eq 2 ]
}

@test "a call without an end ends by itself" {
	{
		sed 's/^start:/max_turns: 5\nstart:/' "$en"
	} >s.yaml
	caller J1 "who is this" "who is this" "who is this" "who is this" \
		"who is this" "who is this" | talk s.yaml
	[ "$(end)" = '{"outcome":"too_long","slots":{}}' ]
}

@test "closed questions hint what may be said" {
	caller I1 "дорого" | talk "$ru"
	jq -e -s 'map(select(.expect == "yesno"))[0] | .closed and
		(.hints | index("да") and index("нет") and index("оператор"))' out
	caller I2 | talk "$ru"
	jq -e -s 'map(select(.expect))[0] | .expect == "choice" and
		.closed == false and (.hints | index("вентиляция"))' out
}

@test "the same bytes in pieces of any size give the same" {
	caller PC "ремонт" "Иван" "8 916 123 45 67" "да" >in
	plain() { jq -c 'del(.time, .dialog_ms)' "$1"; }
	sv-dialog -s "$ru" <in >whole
	for size in 1 7 4096; do
		dd if=in bs=$size status=none | sv-dialog -s "$ru" >pieces
		diff <(plain whole) <(plain pieces)
	done
}

@test "nothing in is nothing out" {
	run --separate-stderr sv-dialog -s "$ru" </dev/null
	[ "$status" -eq 0 ]
	[ "$output$stderr" = "" ]
}

@test "bad lines are replaced, the call goes on, and the exit code tells" {
	{
		caller BL
		echo 'not json'
		printf '{"type":"asr.final","call":"BL","text":"\xff"}\n'
		head -c 1100000 /dev/zero | tr '\0' x
		echo
		echo '{"type":"asr.final","call":"BL","text":5,"utterance":"x"}'
		caller BL "ремонт" | tail -n 1
		printf '{"type":"asr.fin'
	} >in
	run -65 --separate-stderr sv-dialog -s "$ru" <in
	[ "$(jq -c 'select(.type == "error").line' <<<"$output" |
		tr '\n' ' ')" = "2 3 4 7 " ]
	[ "$(jq -c 'select(.type == "dialog.end").slots' <<<"$output")" = \
		'{"need":"repair"}' ]
}

@test "a full disk is not a success" {
	caller FD "ремонт" >in
	run -74 --separate-stderr sh -c 'sv-dialog -s "$1" <in >/dev/full' sh "$ru"
	[[ $stderr == sv-dialog:*"No space left"* ]]
}

@test "a reader that left ends us quietly" {
	run --separate-stderr bash -c 'set -o pipefail
		yes "{\"type\":\"asr.final\",\"call\":\"1\",\"text\":\"ремонт\"}" |
		sv-dialog -s "$1" | head -n 1 >first; echo ${PIPESTATUS[1]}' bash "$ru"
	[ "$output" = 0 ]
	[ "$stderr" = "" ]
}

@test "SIGTERM ends the conversation, and what was told is told" {
	mkfifo in
	sv-dialog -s "$ru" <in >out &
	exec 9>in
	caller TE "ремонт" >&9
	timeout 20 sh -c 'until grep -q name.say out; do :; done'
	kill -TERM $!
	wait $!
	exec 9>&-
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair"}}' ]
}

@test "a killed conversation goes on at its turn" {
	mkfifo in
	caller KL "ремонт" "Иван" "8 916 123 45 67" "да" >all
	sv-dialog --state ck -s "$ru" <in >one &
	exec 9>in
	head -n 3 all >&9
	timeout 20 sh -c 'until grep -q phone.say one; do :; done
		until grep -q sent ck/KL.dialog; do :; done'
	kill -9 $!
	wait $! || true
	exec 9>&-
	tail -n +4 all | sv-dialog --state ck -s "$ru" >two
	cat one two | tee -a "$BATS_FILE_TMPDIR/all" >out
	# no question twice, no answer lost
	[ "$(prompts)" = "greeting.say greeting.next.1.say name.say phone.say \
phone.confirm_say day.say " ]
	[ "$(end)" = '{"outcome":"abandoned","slots":{"need":"repair","name":"Иван","phone":"+79161234567"}}' ]
	[ -z "$(jq -r 'select(.stage == "dialog") | .seq' out | sort | uniq -d)" ]
	[ -z "$(jq -r 'select(.type == "dialog.say") | .say' out | sort |
		uniq -d)" ]
	# the call is over, and so is its checkpoint
	[ -z "$(ls ck)" ]
}

@test "killed after any event and fed again, it says what it would have said" {
	caller KA "нужен кондиционер" "пятьдесят тысяч" "дорого" "да" \
		"меня зовут иван" "8 916 123 45 67" "да верно" >in
	ours() {
		jq -c 'select(.stage == "dialog") | del(.time, .dialog_ms)' "$@"
	}
	sv-dialog -s "$ru" <in >whole
	for n in 1 2 3 4 5 6 7; do
		mkfifo feed
		sv-dialog --state ck -s "$ru" <feed >part &
		exec 9>feed
		cat in >&9
		timeout 20 sh -c 'until [ "$(grep -c stage...asr part)" -ge $1 ]
			do :; done' sh $n
		kill -9 $!
		wait $! || true
		exec 9>&-
		rm feed
		cat part >>parts
	done
	sv-dialog --state ck -s "$ru" <in >>parts
	# events that were sent again are the same bytes
	diff <(ours whole) <(ours parts | awk '!seen[$0]++')
	[ -z "$(grep '"stage":"dialog"' parts | sort -u | jq .seq | sort |
		uniq -d)" ]
}

# left CALL TEXT...: the checkpoint that a killed sv-dialog leaves in ck
left() {
	caller "$@" >all
	rm -f in
	mkfifo in
	sv-dialog --state ck -s s.yaml <in >one &
	exec 9>in
	cat all >&9
	timeout 20 sh -c 'until [ "$(grep -c asr.expect one)" -ge $1 ] &&
		grep -q sent ck/*; do :; done' sh $#
	kill -9 $!
	wait $! || true
	exec 9>&-
}

@test "events that had not left are sent when it goes on" {
	cp "$ru" s.yaml
	left KU "ремонт"
	sed -i '/^sent$/d' ck/KU.dialog
	caller KU "ремонт" "Иван" | tail -n 1 |
		sv-dialog --state ck -s s.yaml >out
	[ "$(prompts)" = "greeting.next.1.say name.say phone.say " ]
	diff <(grep '"turn":2' one) <(grep '"turn":2' out)
}

@test "a checkpoint that is broken begins anew" {
	cp "$ru" s.yaml
	left KO "ремонт"
	for harm in '{"format":1' '' '[]' '{"format":1,"call":"KO"}'; do
		echo "$harm" >ck/KO.dialog
		run --separate-stderr sv-dialog --state ck -s s.yaml < <(
			caller KO "вентиляция")
		[ "$status" -eq 0 ]
		[ "$stderr" = "sv-dialog: warning: ck/KO.dialog is of another \
scenario or broken: the conversation begins anew" ]
		[ "$(jq -c 'select(.type == "dialog.end").slots' \
			<<<"$output")" = '{"need":"ventilation"}' ]
	done
}

@test "a new version of the scenario does not use an old number again" {
	cp "$ru" s.yaml
	left KV "ремонт"
	sed -i 's/version: "1.0"/version: "1.1"/' s.yaml
	caller KV "вентиляция" >in2
	run --separate-stderr sv-dialog --state ck -s s.yaml <in2
	[[ $stderr == *"another scenario"* ]]
	[ -z "$(jq -r 'select(.stage == "dialog") | .seq' one - <<<"$output" |
		sort | uniq -d)" ]
}

@test "checkpoints that cannot be written do not end the conversation" {
	mkdir -p state/CP.dialog.new
	caller CP "ремонт" "меня зовут Иван" >in
	run -73 --separate-stderr sh -c 'sv-dialog --state state -s "$1" <in >out' sh "$ru"
	[ "$(grep -c . out)" -gt 6 ]
	[[ $(end) == *'"need":"repair"'* ]]
	[[ ${stderr_lines[0]} == "sv-dialog: warning: create state/CP.dialog.new: Is a directory; going on without checkpoints" ]]
	[[ ${stderr_lines[1]} == "sv-dialog: not every turn could be saved: "* ]]
	[ ${#stderr_lines[@]} -eq 2 ]
	[ "$(ls state)" = CP.dialog.new ]
}

@test "a call named like a path gets a checkpoint of its own" {
	caller ../../etc/x "ремонт" | sv-dialog --state ck -s "$ru" >out
	[ "$(end | jq -r .outcome)" = abandoned ]
	[ ! -e etc ]
	[ -z "$(ls ck)" ]
}

@test "the shipped scenarios have neither errors nor warnings" {
	for file in "$ru" "$en"; do
		run --separate-stderr sv-dialog --check -s "$file"
		[ "$status" -eq 0 ]
		[ "$output$stderr" = "" ]
	done
}

@test "the scenario in sv-scenario(5) holds, and talks" {
	sed -n '/^name: callback/,/^\.Ed/p' "$SV_ROOT/man/sv-scenario.5" |
		sed '$d' >s.yaml
	run --separate-stderr sv-dialog --check -s s.yaml
	[ "$status" -eq 0 ]
	[ "$output$stderr" = "" ]
	caller MP "yes" "my name is john" "two one two five five five one two three four" "yes" | talk s.yaml
	[ "$(end)" = '{"outcome":"lead","slots":{"wants":true,"name":"John","phone":"+12125551234"}}' ]
}

@test "an unknown key is an error with its place and what was meant" {
	run -78 --separate-stderr sv-dialog -s <(sed 's/reask:/reesk:/' "$ru")
	[[ $stderr == *":$(grep -n reask: "$ru" | head -n 1 | cut -d : -f 1):5: unknown key 'reesk'; did you mean 'reask'? (and "*"more: see sv-dialog --check)" ]]
}

@test "--check names what cannot be" {
	run scenario <<-'S'
		slots: {n: {type: name}, m: {type: nam}}
		intents: {x: [привет]}
		states:
		  a: {say: "{k}?", ask: n, next: c}
		  b: {say: Пока, end: ok}
	S
	run check <<<"$output"
	[ "$output" = "5:36: error: unknown type 'nam'; did you mean 'name'?
8:12: error: no slot 'k' for the prompt
8:34: error: no state 'c'; did you mean 'a'?" ]
	[ "$(cat err)" = "sv-dialog: s.yaml: 3 errors" ]
}

@test "--check finds what nobody reaches, says or uses" {
	run check < <(scenario <<-'S'
		slots:
		  n: {type: name, confirm_say: "{n}?"}
		  u: {type: number}
		intents: {x: [привет], y: [пока]}
		digressions: {y: Пока-пока}
		states:
		  a: {say: Имя?, ask: n, next: b}
		  b: {say: Пока, end: ok, reask: Ау}
		  c: {say: Тут, next: b}
	S
	)
	[ "$output" = "6:32: warning: confirm_say is never said: the slot is never confirmed
7:3: warning: the slot 'u' is never asked for
8:11: warning: the intent 'x' is never used
11:12: warning: 'a' would ask again in the same words: add a variant, or reask
12:34: warning: reask is never said: the state does not listen
13:3: warning: nothing leads to the state 'c': its prompts are never said" ]
	[ "$(cat err)" = "" ]
}

@test "--check finds circles and states without a way out" {
	run check < <(scenario <<-'S'
		slots: {n: {type: name}, k: {type: number}}
		states:
		  a: {say: [Имя?, Кто?], ask: n, next: [{if: k > 3, to: b}, {to: c}, {to: d}]}
		  b: {say: Раз, next: c}
		  c: {say: Два, next: b}
		  d: {say: [Ну?, Да?], ask: n, next: d}
		  e: {say: Всё, end: ok}
	S
	)
	grep -F "5:26: error: the slot 'k' is used, but nothing fills it" <<<"$output"
	grep -F "7:3: error: from 'a' no way leads to an end" <<<"$output"
	grep -F "7:70: warning: this rule is never reached" <<<"$output"
	grep -F "8:3: error: 'b' comes back to itself without listening" <<<"$output"
	grep -F "10:3: error: from 'd' no way leads to an end" <<<"$output"
	grep -F "11:3: warning: nothing leads to the state 'e'" <<<"$output"
}

@test "--check finds answers that lead nowhere, and returns without a way" {
	run check < <(scenario <<-'S'
		slots: {y: {type: yesno}, n: {type: number}}
		states:
		  a: {say: [Да?, Нет?], ask: y, next: [{if: y = yes, to: b}, {if: y = no, to: c}]}
		  b: {say: [Раз?, Два?], ask: n, next: [{if: n > 5, to: c}]}
		  c: {say: Пока, next: [{if: y = maybe, to: return}, {to: e}]}
		  e: {say: Пока, end: ok}
	S
	)
	[ "$output" = "9:30: error: 'y' is yes or no, never 'maybe'" ]
	sed 's/maybe/no/' s.yaml >no.yaml
	run check <no.yaml
	[ "$output" = "8:3: warning: when no condition of 'b' holds the call ends as failed: add a last rule without one
9:42: error: there is nothing to return to: no digression leads to 'c'" ]
}

@test "--check finds what a voice cannot say" {
	run check < <(scenario <<-'S'
		states:
		  a: {say: "Код ٣", end: ok}
	S
	)
	[ "$output" = "6:12: error: a voice cannot say all of 'Код ٣': write it out" ]
}

# refused TEXT: what is on stdin is refused with that, in time
refused() {
	cat >bad.yaml
	run timeout 20 sv-dialog --check -s bad.yaml
	[ "$status" -eq 78 ]
	[[ $output == *"$1"* ]]
}

@test "hostile YAML is refused with its place" {
	refused "anchors (&) are not used here" <<<'name: &a x'
	refused "aliases (*) are not used here" <<<'name: *a'
	refused "tags (!) are not used here" <<<'name: !!binary x'
	refused "the key 'name' is here twice, first on line 1" < <(printf 'name: a\nname: b\n')
	refused "not UTF-8" < <(printf 'name: \xff\n')
	refused "not YAML: found character that cannot start any token" < <(printf 'name:\n\tx: 1\n')
	refused "nested too deeply" < <(head -c 100000 /dev/zero | tr '\0' '[')
	refused "nested too deeply" < <(for i in $(seq 20); do printf '%*sa:\n' $i ''; done)
	refused "larger than 1 MiB" < <(head -c 2000000 /dev/zero | tr '\0' '#')
	refused "the file is empty" </dev/null
	refused "a second document" < <(printf 'name: a\n---\nname: b\n')
	refused "states is to be a map of keys, not a text" <<<'states: 5'
	refused "language is to be ru or en" <<<'language: de'
	refused "the key 'states' is missing" <<<'name: a'
	refused "too many items" < <(echo 'states:'; yes ' - a' | head -n 60000)
	refused "not YAML" < <(head -c 3000 /dev/urandom | base64 -w 0 | sed 's/^/%/')
	refused "{ in a pattern" <<<'intents: {x: {patterns: ["((a{1,99}){1,99}){1,99}"]}}'
	refused "too many ( within each other" < <(printf 'intents: {x: {patterns: ["%s%s"]}}' '((((((((((((((((((((((((a' '+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+)+')
	refused "two of * + ? in a row" <<<'intents: {x: {patterns: ["a++++++++++++++++++++++++++"]}}'
	refused "not a regular expression" <<<'intents: {x: {patterns: ["((("]}}'
}

@test "a scenario that is not there, or none, is told" {
	run -66 --separate-stderr sv-dialog -s nowhere.yaml
	[[ $stderr == "sv-dialog: "*nowhere.yaml*"No such file"* ]]
	run -64 --separate-stderr sv-dialog
	[ "$stderr" = "sv-dialog: which scenario? give -s FILE" ]
	run -78 --separate-stderr sv-dialog -e magic -s "$ru"
	[[ $stderr == "sv-dialog: "*" has no model: nothing would be asked of 'magic'" ]]
	run sv-dialog -e help
	[[ $output == rules* ]]
}

@test "--graph writes DOT that graphviz reads" {
	scenario <<-'S' >s.yaml
		states:
		  a: {say: 'кавычка " и \ черта', next: 'b "b"'}
		  'b "b"': {say: Пока, end: ok}
	S
	for file in "$ru" "$en" s.yaml; do
		sv-dialog --graph -s "$file" >out.dot
		head -n 1 out.dot | grep -q '^digraph ".*" {$'
		# every string closes, every line is an edge, a node or a setting
		! grep -vE '^(digraph "([^"\\]|\\.)*" \{|\}|	(rankdir=LR|node \[.*\]|edge \[.*\]|"([^"\\]|\\.)*"( -> "([^"\\]|\\.)*")? \[([a-z]+=("([^"\\]|\\.)*"|[a-z]+)(, )?)+\]);)$' out.dot
		! command -v dot >/dev/null || dot -Tsvg out.dot >/dev/null
	done
}

@test "the terminal talks, shows and hangs up" {
	printf '%s\n' "нужен ремонт" ":slots" ":state" "Иван" "#89161234567" \
		"да" ":nonsense" ":quit" |
		run --separate-stderr sv-dialog -T -s "$ru"
	printf '%s\n' "нужен ремонт" ":slots" ":state" "Иван" "#89161234567" \
		"да" ":nonsense" ":quit" >in
	run --separate-stderr sv-dialog -T -s "$ru" <in
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[[ ${lines[0]} == "> "* ]]
	[ "${lines[1]}" = "< нужен ремонт" ]
	grep -Fx "  need: repair" <<<"$output"
	grep -Fx "  name, turn 2" <<<"$output"
	grep -F "+7 916 123-45-67" <<<"$output"
	grep -Fx "* abandoned" <<<"$output"
	grep -Fx "  phone: +79161234567" <<<"$output"
}

@test "the terminal shows intents and scores with -v" {
	printf '%s\n' "сколько стоит" >in
	run sv-dialog -T -v -s "$ru" <in
	grep -Fx "  [price 1.00]" <<<"$output"
	grep -Fx "  [greeting, start]" <<<"$output"
}

@test "the terminal refuses what is not UTF-8 and goes on" {
	printf '\xff\nремонт\n' >in
	run -65 --separate-stderr sv-dialog -T -s "$ru" <in
	grep -Fx "  need: repair" <<<"$output"
}

@test "the examples of the pages run" {
	cd "$SV_ROOT"
	for page in sv-dialog.1 sv-scenario.5; do
		while read -r line; do
			line=${line//\\en/\\n}
			echo "# $line"
			bash -o pipefail -c "$line"
		done < <(sed -n 's/^\$ //p' "man/$page")
	done
}

@test "every event of these conversations keeps to the schema" {
	"$SV_ROOT/tests/check-events" --known "$BATS_FILE_TMPDIR/all"
}

@test "--prompts writes each sentence that can be said in any call" {
	scenario en >p.yaml <<-'S'
		slots: {name: {type: name}}
		filler: {say: Just a moment.}
		states:
		  a: {say: ["Hello! Who is it?", "Hi there."], ask: name, next: b}
		  b:
		    say: "Thanks, {name}. One moment. Bye, {name}!"
		    handoff: {target: q, reason: r, brief: Not to be said.}
	S
	run -0 --separate-stderr sv-dialog --prompts -s p.yaml
	[ "$(jq -r .text <<<"$output")" = "Just a moment.
Hello!
Who is it?
Hi there.
One moment." ]
	"$SV_ROOT/tests/check-events" --known - <<<"$output"
}

@test "what was spoken before the call begins comes from the cache" {
	export SV_TTS_CACHE=$PWD/cache
	sv-dialog --prompts -s "$en" | sv-tts -r 8000 -e espeak -o /dev/null >/dev/null
	caller W1 "work" | sv-dialog -s "$en" |
		sv-tts -r 8000 -e espeak --events out -o /dev/null
	[ "$(jq -c 'select(.type == "tts.start").cached' out | sort -u)" = true ]
}

@test "keys and fillers that cannot be are told of" {
	scenario en >p.yaml <<-'S'
		keys: {"12": x, "0": nobody}
		filler: {after: 1ms}
		intents: {x: [y z]}
		states:
		  a: {say: [a, b], next: [{intent: x, to: b}]}
		  b: {end: ok}
	S
	run -78 --separate-stderr sv-dialog --check -s p.yaml
	[[ $output == *"'12' is no key: 0 to 9, * or #"* ]]
	[[ $output == *"no intent 'nobody'"* ]]
	[[ $output == *"after is to be from 500ms"* ]]
	[[ $output == *say* ]]
}
