# sv-crm -e bitrix24: what a call becomes in a portal, that it is there once, and
# the tools that conversations use
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export HOME=$BATS_TEST_TMPDIR SV_RUN=$BATS_TEST_TMPDIR/run
	export SV_STATE=$BATS_TEST_TMPDIR/state SV_CRM_ENGINE=bitrix24
	unset SV_BITRIX24_WEBHOOK_FILE SV_BITRIX24_CLIENT_ID SV_BITRIX24_MAP
	unset SV_BITRIX24_CLIENT_SECRET SV_BITRIX24_CLIENT_SECRET_FILE
	unset SV_STORE SV_CRM_TIMEOUT SV_CRM_HOLD https_proxy http_proxy
	export SV_BITRIX24_SETTLE=500ms # what is not answered is done or not
	printf 'RIFF%0200d' 0 >rec.wav
}

teardown() {
	doubles_teardown
}

# portal [OPTION...]: starts it, and the webhook is set
portal() {
	double bitrix24 --rate 1000 --burst 1000 "$@"
	export SV_BITRIX24_WEBHOOK=http://127.0.0.1:$port/rest/1/peer-secret/
	export SV_BITRIX24_RATE=1000 SV_BITRIX24_BURST=1000
}

# application [OPTION...]: the same, but that is what we are
application() {
	portal "$@"
	unset SV_BITRIX24_WEBHOOK
	export SV_BITRIX24_CLIENT_ID=local.peer
	export SV_BITRIX24_CLIENT_SECRET=peer-client-secret
	export SV_BITRIX24_OAUTH=http://127.0.0.1:$port
	sv-crm authorize "$(control code | jq -r .code)" >authorized
}

control() {
	curl -sf "http://127.0.0.1:$port/control/$1"
}

# by_hand METHOD PARAMS: a person does it
by_hand() {
	curl -sf -T - "http://127.0.0.1:$port/control/by-hand" \
		<<<"{\"method\":\"$1\",\"params\":$2}"
}

# state FILTER: of all that is there
state() {
	control state | jq -c "$1"
}

# call ID FILTER: what became of it
call() {
	control calls | jq -c "select(.call == \"$1\") | $2"
}

# asked METHOD: how often the portal was, by its log
asked() {
	control counts | jq ".methods[\"$1\"] // 0"
}

# event TYPE CALL SEQ STAGE FIELDS: one line
event() {
	printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":%d,"time":"2026-11-21T10:00:0%d.000Z","stage":"%s"%s}\n' \
		"$1" "$2" "$3" "$3"000 "$3" "$4" "${5:+,$5}"
}

# whole CALL [PHONE]: from ring to hang-up
whole() {
	event call.start "$1" 1 capture \
		"\"caller\":\"${2:-+79161234567}\",\"callee\":\"+74951112233\",\"direction\":\"in\",\"language\":\"ru\""
	event dialog.say "$1" 1 dialog '"say":"s1","text":"Здравствуйте!"'
	event asr.final "$1" 1 asr '"utterance":1,"text":"нужен кондиционер"'
	event dialog.end "$1" 2 dialog \
		'"outcome":"lead","slots":{"name":"Иван","need":"кондиционер","email":"ivan@mail.ru","budget":50000.5,"day":"2026-11-22","hour":"15:00","floor":3},"scenario":"sales-ru"'
	event call.end "$1" 2 capture \
		"\"reason\":\"hangup\",\"duration_ms\":9000,\"recording\":\"$PWD/rec.wav\""
}

missed() {
	event call.start "$1" 1 capture \
		"\"caller\":\"${2:-+79161234567}\",\"callee\":\"+74951112233\",\"direction\":\"in\""
	event call.end "$1" 2 capture '"reason":"hangup","duration_ms":0'
}

@test "a webhook's call: lead, activity, recording, transcript, comment, to-do" {
	portal
	whole C1 | sv-crm >out
	call C1 . >&2
	[ "$(call C1 '[.leads,.calls,.records,.transcripts,.comments,.activities]')" = \
		'[[1],[],0,0,3,2]' ]
	[ "$(call C1 '.order|join(" ")')" = \
		'"lead activity comment comment comment activity"' ]
}

@test "an application's call is registered, finished, with recording and text" {
	application
	whole C1 | sv-crm >out
	call C1 . >&2
	[ "$(call C1 '.order|join(" ")')" = \
		'"lead call activity finish record transcript comment activity"' ]
	[ "$(call C1 '[.leads,.finished,.records,.transcripts,.comments]')" = \
		'[[1],1,1,1,1]' ]
}

@test "who is known by their number in any spelling is linked, not doubled" {
	portal
	by_hand crm.contact.add \
		'{"fields":{"NAME":"Иван","PHONE":[{"VALUE":"8 (916) 123-45-67"}]}}'
	whole C1 | sv-crm >out
	whole C2 89161234567 | sv-crm >out
	[ "$(state '.contact|length')" -eq 1 ]
	[ "$(state '[.lead[].CONTACT_ID]')" = '[1,1]' ]
	# the address was added, once, and the number was not
	[ "$(state '[.contact[0].fm[].value]')" = \
		'["8 (916) 123-45-67","ivan@mail.ru"]' ]
}

@test "a portal without crm.item.* is asked the older way" {
	portal --without crm.item
	by_hand crm.contact.add \
		'{"fields":{"NAME":"Иван","PHONE":[{"VALUE":"8 (916) 123-45-67"}]}}'
	whole C1 | sv-crm >out
	call C1 . >&2
	[ "$(call C1 '.order|join(" ")')" = \
		'"lead activity comment comment comment activity"' ]
	[ "$(state '.lead[0].OPPORTUNITY')" = 50000.5 ]
	run -0 --separate-stderr sv-crm deal '{"phone":"+79990000000","name":"Анна"}'
	[ "$(jq -c .made <<<"$output")" = '{"contact":2,"deal":1}' ]
	[ "$(state '.deal[0].CONTACT_ID')" = 2 ]
	run -0 --separate-stderr sv-crm find '{"phone":"9990000000"}'
	[ "$(jq -c '[.contact.name,.deals[0].id]' <<<"$output")" = '["Анна",1]' ]
	run -0 --separate-stderr sv-crm check
	[[ "$output" == *"without crm.item.*"* ]]
}

@test "an address that is none does not cost the lead" {
	portal
	run -0 --separate-stderr sv-crm lead \
		'{"name":"Иван","phone":"тел. не помню","email":"иван собака мейл"}'
	[ "$(state '.lead[0].fm|map(.typeId)')" = '["PHONE"]' ]
}

@test "a missed call makes a task, and the call-back that went well closes it" {
	portal
	missed C1 | sv-crm >out
	[ "$(state '[.task[]|[.XML_ID,.STATUS,.UF_CRM_TASK]]')" = \
		'[["C1:task",2,["L_1"]]]' ]
	# somebody unknown became a lead, so that the call is somewhere
	[ "$(state '[.lead[]|[.ORIGIN_ID,.TITLE]]')" = '[["C1:call","+79161234567"]]' ]
	whole C2 | sv-crm >out
	[ "$(state '.task[0].STATUS')" = 5 ]
	[ "$(state '.task|length')" = 1 ]
}

@test "a task that was closed by hand is no failure" {
	portal
	missed C1 | sv-crm >out
	by_hand tasks.task.complete '{"taskId":1}'
	whole C2 | sv-crm >out
	run -0 sv-crm outbox
	[ "$output" = "" ]
}

@test "a stranger's call makes no lead where the map says so" {
	portal
	echo 'strangers: none' >map
	missed C1 | sv-crm -p map=map >out
	[ "$(state '[(.lead // [] | length),(.task|length)]')" = '[0,1]' ]
	run -0 sv-crm outbox
	[ "$output" = "" ]
}

@test "those who take turns go on where the last process stopped" {
	portal
	echo 'responsible: [2, 3]' >map
	for i in 1 2 3 4; do
		run -0 sv-crm -p map=map lead "{\"phone\":\"+7916000000$i\"}"
	done
	[ "$(state '[.lead[].ASSIGNED_BY_ID]')" = '[2,3,2,3]' ]
}

@test "a try that failed does not take another turn" {
	portal --fault "reset:method=item.add,times=1"
	echo 'responsible: [2, 3]' >map
	run -75 --separate-stderr sv-crm -p map=map lead '{"phone":"+79160000001"}'
	sv-crm outbox retry "$(jq -r .key <<<"${lines[0]}")"
	sv-crm -p map=map send >out
	run -0 sv-crm -p map=map lead '{"phone":"+79160000002"}'
	[ "$(state '[.lead[].ASSIGNED_BY_ID]')" = '[2,3]' ]
}

@test "the first rule that holds says who is responsible" {
	portal
	cat >map <<-'END'
		timezone: "+03:00"
		responsible:
		  - when: {line: "+7495*", time: "sat 09:00-18:00"}
		    users: 2
		  - when: {slots.city: [Казань, Уфа]}
		    users: 3
		  - users: 1
	END
	whole C1 | sv-crm -p map=map >out # a Saturday, 13:00 in Moscow
	run -0 sv-crm -p map=map lead '{"phone":"+79160000001","slots":{"city":"Уфа"}}'
	run -0 sv-crm -p map=map lead \
		'{"phone":"+79160000002","callee":"+74951112233","time":"2026-11-21T16:00:00Z"}'
	[ "$(state '[.lead[].ASSIGNED_BY_ID]')" = '[2,3,1]' ]
}

@test "the map says what goes where, and what is made" {
	portal
	cat >map <<-'END'
		makes:
		  - when: {outcome: order}
		    make: deal
		  - make: lead
		companies: yes
		lead:
		  title: "Заявка {name}"
		  UF_CRM_1700000001: "{slots.floor}"
		  ufCrmCallNote: "этаж {slots.floor}, {slots.none}"
		  UF_CRM_1700000003: ["{need}", "{slots.none}", голос]
		  UTM_SOURCE: "{slots.utm_source|source}"
		  PHONE.HOME: "{phone|caller}"
		deal:
		  TITLE: "{need}"
		  CATEGORY_ID: 1
		  STAGE_ID: "C1:NEW"
		  OPPORTUNITY: "{budget}"
	END
	whole C1 | sed 's/"floor":3/"floor":3,"utm_source":"yandex"/' |
		sv-crm -p map=map >out
	[ "$(state '.lead[0]|[.TITLE,.UF_CRM_1700000001,.UF_CRM_CALL_NOTE,.UF_CRM_1700000003,.UTM_SOURCE,.fm[0].valueType]')" = \
		'["Заявка Иван","3","этаж 3",["кондиционер","голос"],"yandex","HOME"]' ]
	whole C2 +79160000002 | sed 's/"outcome":"lead"/"outcome":"order"/; s/"floor":3/"company":"ООО Ромашка"/' |
		sv-crm -p map=map >out
	[ "$(state '.deal[0]|[.TITLE,.CATEGORY_ID,.STAGE_ID,.CONTACT_ID,.COMPANY_ID]')" = \
		'["кондиционер",1,"C1:NEW",1,1]' ]
	[ "$(state '[.company[0].TITLE,.contact[0].COMPANY_ID]')" = \
		'["ООО Ромашка",1]' ]
	# the company is known by now
	run -0 sv-crm -p map=map deal '{"name":"Пётр","phone":"+79160000003","company":"ООО Ромашка"}'
	[ "$(state '[(.company|length),.contact[1].COMPANY_ID]')" = '[1,1]' ]
}

@test "an open lead of the same person is used again where the map says so" {
	portal
	echo 'reuse: yes' >map
	whole C1 | sv-crm -p map=map >out
	whole C2 | sv-crm -p map=map >out
	[ "$(state '.lead|length')" = 1 ]
	by_hand crm.lead.update '{"id":1,"fields":{"STATUS_ID":"JUNK"}}'
	whole C3 | sv-crm -p map=map >out
	[ "$(state '.lead|length')" = 2 ]
	[ "$(state '[.lead[0].fm[].value]')" = '["+79161234567","ivan@mail.ru"]' ]
}

@test "what a tool made during the call is the call's lead" {
	portal
	run -0 --separate-stderr sv-crm lead \
		'{"call":"C1","phone":"+79161234567","need":"ремонт"}'
	[ "$(jq -r .key <<<"$output")" != "" ]
	whole C1 | sv-crm >out
	[ "$(state '[.lead[]|[.TITLE,.NAME,(.fm|length)]]')" = \
		'[["кондиционер: Иван","Иван",2]]' ]
}

# --- nothing twice ---

# again: until nothing waits; what is not due yet is made due
again() {
	local i key
	for i in 1 2 3 4 5 6 7 8; do
		for key in $(sv-crm outbox list queued | cut -f 1); do
			sv-crm outbox retry "$key"
		done
		sv-crm "$@" send >>again.out 2>&1 || true
		[ -n "$(sv-crm outbox list queued)" ] || return 0
	done
	sv-crm outbox >&2
	return 1
}

@test "an answer lost after each write of a webhook's call: all is there once" {
	portal --fault 'lost:writes=yes,method=item.add,times=1' \
		--fault 'lost:writes=yes,method=activity.add,times=1' \
		--fault 'lost:writes=yes,method=comment.add,times=3' \
		--fault 'lost:writes=yes,method=todo.add,times=1'
	whole C1 | sv-crm >out 2>err || true
	again
	call C1 . >&2
	[ "$(call C1 '[.leads,.comments,.activities]')" = '[[1],3,2]' ]
	[ "$(control duplicates)" = '{}' ]
	[ "$(state '.contact // []|length')" = 0 ]
}

@test "an answer lost after each write of an application's call: all once" {
	application --fault 'lost:method=item.add,times=1' \
		--fault 'lost:method=finish,times=1' \
		--fault 'lost:method=attachRecord,times=1' \
		--fault 'lost:method=attachTranscription,times=1'
	whole C1 | sv-crm >out 2>err || true
	again
	call C1 . >&2
	[ "$(call C1 '[.leads,.finished,.records,.transcripts,.comments,.activities]')" = \
		'[[1],1,1,1,1,1]' ]
	[ "$(control duplicates)" = '{}' ]
}

@test "an answer lost after a task and after its end: one task, closed" {
	portal --fault 'lost:method=task.add,times=1' \
		--fault 'lost:method=task.complete,times=1'
	missed C1 | sv-crm >out 2>err || true
	again
	whole C2 | sv-crm >out 2>err || true
	again
	[ "$(state '[.task[].STATUS]')" = '[5]' ]
}

@test "a deal whose answer was lost has one contact and one company" {
	portal --fault 'lost:method=item.add,times=1'
	echo 'companies: yes' >map
	run -75 sv-crm -p map=map deal '{"name":"Пётр","company":"ООО Ромашка"}'
	again -p map=map
	[ "$(state '[(.deal|length),(.contact|length),(.company|length)]')" = \
		'[1,1,1]' ]
}

@test "a deal that failed halfway goes on with the contact it has made" {
	portal --fault 'halfway:after=1,times=1,method=item.add,code=INTERNAL_SERVER_ERROR'
	run -75 sv-crm deal '{"name":"Пётр"}'
	again
	[ "$(state '[(.deal|length),(.contact|length),.deal[0].CONTACT_ID]')" = \
		'[1,1,1]' ]
}

@test "what somebody deleted does not stop the rest of the call" {
	application
	whole C1 | head -4 | sv-crm >out
	by_hand crm.lead.delete '{"id":1}'
	whole C1 | sv-crm >out 2>err || true
	[ "$(call C1 '.finished')" = 1 ]
}

@test "a call whose end was not heard is found in the statistics, hours later" {
	application --fault 'lost:method=finish,times=1'
	whole C1 | sv-crm >out 2>err || true
	curl -sf -T - "http://127.0.0.1:$port/control/clock" <<<+7200 >/dev/null
	again
	[ "$(call C1 '[.finished,.records,.transcripts]')" = '[1,1,1]' ]
	[ "$(control duplicates)" = '{}' ]
}

@test "a call that was registered and not finished is finished later" {
	application --fault \
		'halfway:after=1,times=1,method=finish,code=INTERNAL_SERVER_ERROR'
	whole C1 | sv-crm >out 2>err || true
	curl -sf -T - "http://127.0.0.1:$port/control/clock" <<<+7200 >/dev/null
	again
	[ "$(call C1 '[(.calls|length),.finished]')" = '[1,1]' ]
}

@test "a killed sender's comment is found on who was known by the number" {
	portal
	by_hand crm.contact.add \
		'{"fields":{"NAME":"Иван","PHONE":[{"VALUE":"+79161234567"}]}}'
	missed C1 | sv-crm >out
	run -0 --separate-stderr sv-crm lead '{"key":"k1","phone":"+79161234567"}'
	# as if nothing had been noted of what was made
	sqlite3 "$SV_STATE/store.db" "UPDATE outbox SET state = 'queued',
		made = NULL, attempts = 1, next_due = 0"
	run -0 sv-crm send
	[ "$(state '[(.lead|length),(.activity|length),(.task|length),(.contact|length)]')" = \
		'[1,1,1,1]' ]
}

@test "a large recording is uploaded, one elsewhere fetched, another kind noted" {
	application
	{ printf RIFF; head -c 700000 /dev/urandom; } >rec.wav
	whole C1 | sv-crm >out
	[ "$(state '.record[0]|[.name,.bytes]')" = '["rec.wav",700004]' ]
	[ "$(state '.record[0].sha256')" = "\"$(sha256sum <rec.wav | cut -d ' ' -f 1)\"" ]
	whole C2 | sed 's|"recording":"[^"]*"|"recording":"https://rec.example.com/2.mp3"|' |
		sv-crm >out
	[ "$(state '.record[1].name')" = '"https://rec.example.com/2.mp3"' ]
	cp rec.wav rec.flac
	whole C3 | sed 's|rec.wav|rec.flac|' | sv-crm >out
	[ "$(state '[.comment[]|select(.FILES|length > 0)|.FILES[0].name]')" = \
		'["rec.flac"]' ]
}

@test "a recording that is not there yet is waited for, the rest of the call, too" {
	application
	mv rec.wav later.wav
	whole C1 | sv-crm >out 2>err || true
	[ "$(call C1 .records)" = 0 ]
	[ "$(call C1 .finished)" = 1 ]
	mv later.wav rec.wav
	again
	[ "$(call C1 '[.records,.transcripts,.comments]')" = '[1,1,1]' ]
}

@test "the hour that was agreed is that of the map's zone" {
	portal
	echo 'timezone: "+05:00"' >map
	whole C1 | sv-crm -p map=map >out
	[ "$(state '[.activity[]|select(.PROVIDER_ID == "CRM_TODO").DEADLINE]')" = \
		'["2026-11-22T13:00:00+03:00"]' ]
}

@test "calls of a filter take turns, too" {
	portal
	echo 'responsible: [2, 3]' >map
	{ whole C1 +79160000001; whole C2 +79160000002; } | sv-crm -p map=map >out
	whole C3 +79160000003 | sv-crm -p map=map >out
	[ "$(state '[.lead[].ASSIGNED_BY_ID]')" = '[2,3,2]' ]
	[ "$(state '[.activity[].RESPONSIBLE_ID]|sort')" = '[2,2,2,2,3,3]' ]
}

@test "a deal's call is with its contact" {
	application
	echo 'makes: deal' >map
	whole C1 | sv-crm -p map=map >out
	[ "$(state '[.call[0].CRM_ENTITY_TYPE,.call[0].CRM_ENTITY_ID]')" = \
		'["CONTACT",1]' ]
	[ "$(state '.comment[0]|[.ENTITY_TYPE,.ENTITY_ID]')" = '["deal",1]' ]
}

# --- the tools ---

@test "the same input twice makes one, and says what it made" {
	portal
	asked='{"name":"Иван","phone":"8 (916) 123-45-67","budget":"150000 RUB"}'
	run -0 --separate-stderr sv-crm lead "$asked"
	first=$output
	[ "$(jq -c '[.state,.made.lead]' <<<"$first")" = '["sent",1]' ]
	run -0 --separate-stderr sv-crm lead <<<"$asked"
	[ "$output" = "$first" ]
	run -0 --separate-stderr sv-crm lead "${asked/150000/160000}"
	[ "$(jq .made.lead <<<"$output")" = 2 ]
	[ "$(state '[.lead[].OPPORTUNITY]')" = '[150000,160000]' ]
	run -0 --separate-stderr sv-crm lead '{"key":"k1","phone":"+79160000001"}'
	run -0 --separate-stderr sv-crm lead '{"key":"k1","phone":"+79160000002"}'
	[ "$output" = '{"key":"k1","state":"sent","made":{"lead":3}}' ]
	[ "$(state '.lead|length')" = 3 ]
}

@test "what cannot be sent waits in the outbox, and is told so" {
	portal --fault 'gateway:times=9'
	run -75 --separate-stderr sv-crm lead '{"key":"k1","phone":"+79160000001"}'
	[ "$output" = '{"key":"k1","state":"queued","made":{}}' ]
	[[ "$stderr" == "sv-crm: k1 waits in the outbox: "* ]]
	faults "$port"
	sv-crm outbox retry k1
	rm -rf "$SV_RUN" # the breaker's patience
	run -0 sv-crm send
	[ "$(state '.lead[0].ORIGIN_ID')" = '"k1"' ]
	# asked for once more, it says what became of it
	run -0 --separate-stderr sv-crm lead '{"key":"k1","phone":"+79160000001"}'
	[ "$output" = '{"key":"k1","state":"sent","made":{"lead":1}}' ]
}

@test "what the portal refuses for good is given up, with its words" {
	portal
	run -65 --separate-stderr sv-crm task '{"title":"Проба","responsible":99}'
	[ "$(jq -r .state <<<"$output")" = dead ]
	[[ "$stderr" == *"не найден"* ]]
}

@test "unknown keys are refused with those that are known" {
	portal
	run -65 --separate-stderr sv-crm lead '{"fone":"+79160000001"}'
	[ "$output" = "" ]
	[[ "$stderr" == "sv-crm: lead: unknown key 'fone'; did you mean 'phone'? (known are key, call, name, phone,"* ]]
	run -65 --separate-stderr sv-crm lead '{"phone":["+7"]}'
	[ "$stderr" = "sv-crm: lead: 'phone' is a text or a number" ]
	run -65 --separate-stderr sv-crm lead '{"name":"I","slots":"x"}'
	[ "$stderr" = "sv-crm: lead: 'slots' is an object" ]
	run -0 sv-crm -n lead '{"name":"I","slots":[],"utm":[],"fields":[]}'
	run -65 --separate-stderr sv-crm task '[1]'
	[ "$stderr" = "sv-crm: task: no JSON object: something else" ]
	run -65 --separate-stderr sv-crm find '{}'
	[ "$stderr" = "sv-crm: find: say phone, email or name" ]
	run -64 --separate-stderr sv-crm call '{}' '{}'
	[ "$(control counts | jq .requests)" = 0 ]
}

@test "a dry run shows the requests and makes none" {
	run -0 --separate-stderr sv-crm -n lead '{"phone":"8 916 123-45-67","name":"Иван"}'
	[ "$(jq -r .method <<<"$output" | tr '\n' ' ')" = \
		'crm.duplicate.findbycomm crm.duplicate.findbycomm crm.duplicate.findbycomm crm.item.add ' ] ||
		[ "$(jq -r .method <<<"$output" | tr '\n' ' ')" = 'batch crm.item.add ' ]
	[ "$(tail -n 1 <<<"$output" | jq -c '.params.fields|[.title,.name,.fm[0].value]')" = \
		'["Иван","Иван","+79161234567"]' ]
	[ ! -e "$SV_STATE/store.db" ]
	run -0 --separate-stderr sv-crm -n task '{"phone":"8 916 123-45-67","title":"Проба"}'
	[ "$(tail -n 1 <<<"$output" | jq -r '[.method,.params.fields.TITLE]|join(" ")')" = \
		'tasks.task.add Проба' ]
}

@test "a task and a call by hand" {
	portal
	run -0 --separate-stderr sv-crm lead '{"phone":"+79161234567"}'
	run -0 --separate-stderr sv-crm task \
		'{"title":"Выслать прайс","phone":"89161234567","deadline":"2026-11-23 12:00","responsible":2}'
	[ "$(state '.task[0]|[.TITLE,.RESPONSIBLE_ID,.UF_CRM_TASK]')" = \
		'["Выслать прайс",2,["L_1"]]' ]
	run -0 --separate-stderr sv-crm call \
		'{"direction":"out","callee":"+79161234567","duration_ms":61000,"text":"Договорились"}'
	[ "$(state '.activity[0]|[.OWNER_ID,.DIRECTION,.COMMUNICATIONS[0].VALUE]')" = \
		'[1,2,"+79161234567"]' ]
	[ "$(state '.lead|length')" = 1 ]
}

@test "fields by hand stand above the map, and refer to nothing" {
	portal
	run -0 --separate-stderr sv-crm deal \
		'{"name":"$result[x]","budget":"150 000,50 ₽","fields":{"title":"$result[contact][item][id]","UF_CRM_1700000001":"да"}}'
	[ "$(state '.deal[0]|[.TITLE,.UF_CRM_1700000001,.OPPORTUNITY]')" = \
		'["$ result[contact][item][id]","да",150000.5]' ]
	[ "$(state '.contact[0].NAME')" = '"$ result[x]"' ]
	run -0 --separate-stderr sv-crm lead \
		'{"fields":{"PHONE":"+79161234567"},"utm":{"source":"yandex"}}'
	[ "$(state '.lead[0].UTM_SOURCE')" = '"yandex"' ]
	[ "$(state '.lead[0].fm[0].value')" = '"+79161234567"' ]
	run -65 --separate-stderr sv-crm lead '{"key":"$result[lead]"}'
}

@test "find tells contact, company, what is open, and who is responsible" {
	portal
	by_hand crm.company.add \
		'{"fields":{"TITLE":"ООО Ромашка","PHONE":[{"VALUE":"+74951112233"}]}}'
	by_hand crm.contact.add \
		'{"fields":{"NAME":"Иван","LAST_NAME":"Петров","COMPANY_ID":1,"ASSIGNED_BY_ID":2,"PHONE":[{"VALUE":"8 (916) 123-45-67"}],"EMAIL":[{"VALUE":"ivan@mail.ru"}]}}'
	by_hand crm.deal.add \
		'{"fields":{"TITLE":"Открытая","CONTACT_ID":1}}'
	by_hand crm.deal.add \
		'{"fields":{"TITLE":"Закрытая","CONTACT_ID":1,"STAGE_ID":"WON"}}'
	run -0 --separate-stderr sv-crm call '{"caller":"+79161234567","duration_ms":1000}'
	run -0 --separate-stderr sv-crm find '{"phone":"9161234567"}'
	[ "$(jq -c '[.phone,.contact,[.deals[].title],.leads]' <<<"$output")" = \
		'["+79161234567",{"id":1,"name":"Иван Петров","responsible":2},["Открытая"],[]]' ]
	[ "$(jq -c '[.responsible,.last_call.activity,.last_call.direction]' <<<"$output")" = \
		'[{"id":2,"name":"Мария Смирнова"},1,"in"]' ]
	run -0 --separate-stderr sv-crm find '{"email":"IVAN@mail.ru"}'
	[ "$(jq .contact.id <<<"$output")" = 1 ]
	run -0 --separate-stderr sv-crm find '{"name":"Петров"}'
	[ "$(jq .contact.id <<<"$output")" = 1 ]
	run -0 --separate-stderr sv-crm find '{"phone":"8 495 111-22-33"}'
	[ "$(jq -r .company.title <<<"$output")" = 'ООО Ромашка' ]
	run -0 --separate-stderr sv-crm find '{"phone":"+79990000000"}'
	[ "$(jq -c . <<<"$output")" = '{"phone":"+79990000000","leads":[],"deals":[]}' ]
}

# --- the map held against the portal ---

@test "check finds what the portal would ignore, with its place and a guess" {
	portal
	cat >map <<-'END'
		lead:
		  TITEL: "{name}"
		  UF_CRM_1700000009: "{need}"
		  SOURCE_ID: CALLS
		  DATE_CREATE: "{time}"
		  PHONE.MOBIL: "{phone}"
		  stageId: "{nam}"
		deal:
		  CATEGORY_ID: 1
		  STAGE_ID: NEW
		responsible: [2, 4, 77]
		strangers: nobody
		tasks: {}
	END
	run -78 --separate-stderr sv-crm -p map=map check
	[ "$stderr" = "sv-crm: map: 11 errors" ]
	echo "$output" >&2
	[ "$(grep -v '^bitrix24: ' <<<"$output")" = "map:2:3: error: the portal has no field 'TITEL' for a lead; did you mean 'TITLE'?
map:3:3: error: the portal has no field 'UF_CRM_1700000009' for a lead; did you mean 'UF_CRM_1700000001'?
map:4:14: error: the portal's list SOURCE has no 'CALLS'; did you mean 'CALL'?
map:5:3: error: 'DATE_CREATE' of a lead is the portal's own, it cannot be set
map:6:3: error: 'MOBIL' is no type of number or address; did you mean 'MOBILE'?
map:7:12: error: nothing is called 'nam' here; did you mean 'name'?
map:10:13: error: the portal's list DEAL_STAGE_1 has no 'NEW'
map:11:18: error: the portal has no active user 4
map:11:21: error: the portal has no active user 77
map:12:12: error: say lead or none
map:13:1: error: unknown key 'tasks'; did you mean 'task'?" ]
	run -78 --separate-stderr sv-crm -p map=map send
	[ "$stderr" = "sv-crm: map:7:12: nothing is called 'nam' here; did you mean 'name'? (and 2 more: see sv-crm check)" ]
}

@test "check tells an application from a webhook" {
	application
	run -0 --separate-stderr sv-crm check
	[ "${lines[0]}" = "bitrix24: 127.0.0.1:$port: application of user 1 (Вадим Валеев)" ]
}

@test "the example map fits a portal" {
	portal
	run -0 --separate-stderr sv-crm -p map="$SV_ROOT/examples/crm/bitrix24.yaml" check
	[ "${lines[0]}" = "bitrix24: 127.0.0.1:$port: webhook of user 1 (Вадим Валеев)" ]
	[[ "${lines[1]}" == *"/examples/crm/bitrix24.yaml: the portal has all that it names" ]]
}

@test "check tells of a scope that is missing, and of a key that is wrong" {
	portal --scope crm,user
	run -78 --separate-stderr sv-crm check
	[[ "$output" == *"error: the scope task is missing"* ]]
	[[ "$output" == *"warning: without the scope telephony"* ]]
	SV_BITRIX24_WEBHOOK=${SV_BITRIX24_WEBHOOK/peer-secret/other-secret}
	run -77 --separate-stderr sv-crm check
	[[ "$stderr" != *other-secret* ]]
	[[ "$output" != *other-secret* ]]
}
