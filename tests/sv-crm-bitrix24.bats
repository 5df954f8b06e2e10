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
	[ "$(call C1 '.order|join(" ")')" = \
		'"lead contact-update activity comment comment comment activity"' ]
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
	run -75 sv-crm -p map=map lead '{"phone":"+79160000001"}'
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
