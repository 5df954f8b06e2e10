# The double of Bitrix24, met by a client that is not ours: it refuses what the
# portal refuses, and forgets nothing.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
}

teardown() {
	doubles_teardown
}

# portal [OPTION ...]: it listens; $hook and $rest are where it is asked
portal() {
	double bitrix24 "$@"
	rest=http://127.0.0.1:$port/rest
	hook=$rest/1/peer-secret
}

# ask METHOD [JSON]: by the webhook; `answer` is what it says, $code the status
ask() {
	code=$(curl -s -o answer -w '%{http_code}' -H 'Content-Type: application/json' \
		-d "${2-"{}"}" "$hook/$1") || true
}

# app METHOD JSON: by the application, whose token is $token
app() {
	code=$(curl -s -o answer -w '%{http_code}' -H 'Content-Type: application/json' \
		-d "$(jq -c --arg token "$token" '. + {auth: $token}' <<<"$2")" \
		"$rest/$1") || true
}

# is JQ WORDS: what the answer says there
is() {
	local got
	got=$(jq -rc "$1" answer)
	[ "$got" = "$2" ] || {
		echo "# $1 is $got, not $2: $code $(<answer)" >&2
		return 1
	}
}

refused() {
	is .error "$2"
	[ "$code" = "$1" ]
}

control() {
	curl -sf "http://127.0.0.1:$port/control/$1"
}

order() {
	curl -sf -X PUT --data-binary "$2" "http://127.0.0.1:$port/control/$1"
}

# token GRANT=VALUE: of the server of tokens
grant() {
	code=$(curl -s -o answer -w '%{http_code}' -G \
		-d "grant_type=$1" -d client_id=local.peer \
		-d client_secret=peer-client-secret -d "$2" \
		"http://127.0.0.1:$port/oauth/token/")
}

# signed_in: $token of the application
signed_in() {
	grant authorization_code "code=$(control code | jq -r .code)"
	token=$(jq -r .access_token answer)
	refresh=$(jq -r .refresh_token answer)
}

lead() {
	ask crm.item.add "{\"entityTypeId\":1,\"fields\":{\"title\":\"Звонок\",\"originatorId\":\"sales-voice\",\"originId\":\"$1\",\"fm\":[{\"typeId\":\"PHONE\",\"valueType\":\"WORK\",\"value\":\"${2-+79161234567}\"}]}}"
}

@test "a webhook answers in its envelope, and who is wrong is refused" {
	portal
	ask profile
	[ "$code" = 200 ]
	is .result.ID 1
	is '.time | has("date_start")' true
	code=$(curl -s -o answer -w '%{http_code}' "$rest/1/wrong/profile")
	refused 401 NO_AUTH_FOUND
	code=$(curl -s -o answer -w '%{http_code}' "$rest/profile")
	refused 401 NO_AUTH_FOUND
	ask no.such.method
	refused 404 ERROR_METHOD_NOT_FOUND
	ask telephony.externalCall.register '{"USER_ID":1}'
	refused 403 WRONG_AUTH_TYPE
}

@test "JSON that is not called so is a form, and says nothing" {
	portal
	curl -s -o answer -d '{"entityTypeId":1,"fields":{"title":"x"}}' \
		"$hook/crm.item.add"
	is .error NOT_FOUND
	curl -s -o answer -d 'entityTypeId=1&fields[title]=x&fields[fm][0][typeId]=PHONE&fields[fm][0][value]=%2B79161234567' \
		"$hook/CRM.Item.Add.json"
	is .result.item.title x
	is .result.item.fm[0].value +79161234567
	curl -s -o answer -H 'Content-Type: application/json' -d '{' \
		"$hook/profile"
	is .error INVALID_REQUEST
}

@test "an empty map is a list, slashes are escaped, the older family speaks strings" {
	portal
	ask crm.duplicate.findbycomm '{"type":"PHONE","values":["+79990000000"]}'
	grep -qF '"result":[]' answer
	lead a/b
	grep -qF '"originId":"a\/b"' answer
	is '.result.item.id | type' number
	ask crm.lead.get '{"id":1}'
	is .result.ID 1
	is '.result.ID | type' string
	is .result.PHONE[0].VALUE +79161234567
	is '.result.OPPORTUNITY' null
	ask crm.lead.update '{"id":1,"fields":{"OPPORTUNITY":15000}}'
	is .result true
	ask crm.lead.get '{"id":1}'
	is .result.OPPORTUNITY 15000.00
	ask crm.lead.get '{"id":7}'
	refused 400 ""
}

@test "what is unknown in fields is passed over, in a filter refused" {
	portal
	ask crm.item.add '{"entityTypeId":1,"fields":{"title":"x","nonsense":1}}'
	[ "$code" = 200 ]
	is '.result.item | has("nonsense")' false
	ask crm.item.list '{"entityTypeId":1,"filter":{"nonsense":1}}'
	refused 400 INVALID_ARG_VALUE
	ask crm.item.list '{"entityTypeId":1,"filter":{"=originId":"none"}}'
	grep -qF '"items":[]' answer
	ask crm.lead.list '{"filter":{"NONSENSE":1}}'
	is '.result | length' 1
	ask crm.item.add '{"entityTypeId":1,"fields":{"stageId":"GONE"}}'
	refused 400 CRM_FIELD_ERROR_VALUE_NOT_VALID
	ask crm.item.add '{"entityTypeId":1,"fields":{"fm":"+7916"}}'
	refused 400 100
	ask crm.item.add '{"entityTypeId":99,"fields":{"title":"x"}}'
	refused 400 NOT_FOUND
	ask crm.item.add '{"entityTypeId":1}'
	refused 400 100
}

@test "phones are added, changed and dropped by their numbers" {
	portal
	lead C1
	ask crm.item.update '{"entityTypeId":1,"id":1,"fields":{"fm":{"n0":{"typeId":"PHONE","valueType":"MOBILE","value":"8 (916) 000-00-01"},"1":{"value":""}}}}'
	is '[.result.item.fm[].value]' '["8 (916) 000-00-01"]'
	ask crm.lead.update '{"id":1,"fields":{"PHONE":[{"VALUE":"+79160000002"}]}}'
	ask crm.lead.get '{"id":1}'
	is '.result.PHONE | length' 2
	ask crm.duplicate.findbycomm '{"type":"PHONE","values":["+7 916 000 00 01"]}'
	is .result.LEAD '[1]'
	ask crm.duplicate.findbycomm '{"type":"PHONE","values":["+79161234567"]}'
	is .result '[]'
	ask crm.duplicate.findbycomm '{"values":["+79161234567"]}'
	refused 400 "Communication type is not defined"
}

@test "lists come in pages of 50, or behind the last number" {
	portal --burst 1000
	for ((i = 0; i < 4; i++)); do
		ask batch "$(jq -cn '{cmd: [range(30) | "crm.lead.add?fields[TITLE]=\(.)"]}')"
	done
	ask crm.item.list '{"entityTypeId":1,"order":{"id":"ASC"},"select":["id"]}'
	is '[.total, .next, (.result.items | length), .result.items[0]]' \
		'[120,50,50,{"id":1}]'
	ask crm.item.list '{"entityTypeId":1,"start":100,"select":["id"]}'
	is '[.total, .next, (.result.items | length)]' '[120,null,20]'
	ask crm.item.list '{"entityTypeId":1,"start":-1,"filter":{">id":100},"select":["id"]}'
	is '[.total, .next, (.result.items | length)]' '[0,null,20]'
	ask crm.item.list '{"entityTypeId":1,"filter":{"logic":"OR","0":{"title":"7"},"1":{"%title":"29"}}}'
	is .total 8
}

@test "a batch has 50 commands, none of them a batch, and refers back" {
	portal
	ask batch '{"halt":0,"cmd":{
		"lead":"crm.lead.add?fields[TITLE]=%D0%B0+%26+%D0%B1&fields[ORIGIN_ID]=C1",
		"find":"crm.lead.list?filter[ORIGIN_ID]=C1",
		"note":"crm.timeline.comment.add?fields[ENTITY_TYPE]=lead&fields[ENTITY_ID]=$result[find][0][ID]&fields[COMMENT]=x",
		"bad":"crm.lead.get?id=99","inner":"batch?cmd[]=profile"}}'
	[ "$code" = 200 ]
	is '[.result.result.lead, .result.result.note]' '[1,1]'
	is '.result.result.find[0].TITLE' 'а & б'
	is '.result.result_total.find' 1
	is '.result.result_error.bad.error' ''
	is '.result.result_error.inner.error' ERROR_BATCH_METHOD_NOT_ALLOWED
	is '.result.result_next' '[]'
	ask batch '{"halt":1,"cmd":["crm.lead.get?id=99","profile"]}'
	is '.result.result' '[]'
	is '.result.result_error | length' 1
	ask batch "$(jq -cn '{cmd: [range(52) | "profile"]}')"
	is '.result.result | length' 50
	is '.result.result_error | [to_entries[] | .value.error] | unique' \
		'["ERROR_BATCH_LENGTH_EXCEEDED"]'
}

@test "the bucket leaks, a batch counts as one, and what is over is refused" {
	portal --rate 2 --burst 5
	ask batch "$(jq -cn '{cmd: [range(40) | "profile"]}')"
	[ "$code" = 200 ]
	for i in 1 2 3 4; do ask profile; done
	[ "$code" = 200 ]
	for i in 1 2 3; do ask profile; done
	refused 503 QUERY_LIMIT_EXCEEDED
	[ "$(control counts | jq '.overruns > 0 and .worst_level > 5')" = true ]
	timeout 20 sh -c 'until [ "$(curl -s -o /dev/null -w "%{http_code}" "$1")" = 200 ]; do :; done' \
		sh "$hook/profile"
}

@test "a method that used its time up is refused alone, till its minute is out" {
	portal --cost crm.lead.list=300 --operating-limit 480
	ask crm.lead.list
	[ "$code" = 504 ]
	grep -q '<html>' answer
	ask crm.lead.list
	ask crm.lead.list
	refused 429 OPERATION_TIME_LIMIT
	ask batch '{"cmd":["crm.lead.list","profile"]}'
	is '.result.result_error["0"].error // .result.result_error[0].error' \
		OPERATION_TIME_LIMIT
	ask crm.lead.fields
	[ "$code" = 200 ]
	is '.time.operating' 0.01
	order clock +601
	ask crm.lead.list
	[ "$code" = 504 ]
}

@test "a code and a refresh token are good once, an access token for an hour" {
	portal
	grant authorization_code code=none
	refused 400 invalid_grant
	code=$(control code | jq -r .code)
	grant authorization_code "code=$code"
	is .expires_in 3600
	is .client_endpoint "http://127.0.0.1:$port/rest/"
	token=$(jq -r .access_token answer) refresh=$(jq -r .refresh_token answer)
	app profile '{}'
	is .result.ID 1
	grant authorization_code "code=$code"
	refused 400 invalid_grant
	order clock +3601
	app profile '{}'
	refused 401 expired_token
	grant refresh_token "refresh_token=$refresh"
	token=$(jq -r .access_token answer)
	app profile '{}'
	is .result.ID 1
	grant refresh_token "refresh_token=$refresh"
	refused 400 invalid_grant
	curl -s -o answer -d grant_type=refresh_token \
		"http://127.0.0.1:$port/oauth/token/"
	is .error invalid_request
	code=$(control code | jq -r .code)
	order clock +31
	grant authorization_code "code=$code"
	refused 400 invalid_grant
	[[ $(curl -s -o /dev/null -w '%{redirect_url}' -G -d client_id=local.peer \
		-d state=s1 -d response_type=code -d redirect_uri=http://127.0.0.1:9/back \
		"http://127.0.0.1:$port/oauth/authorize/") == \
		"http://127.0.0.1:9/back?code="*"state=s1"* ]]
}

@test "a call is registered once, finished once, and then gets the rest" {
	portal
	signed_in
	lead C1
	call='{"USER_ID":1,"PHONE_NUMBER":"+79161234567","TYPE":2,"CALL_START_DATE":"2026-11-21T10:00:00+03:00","EXTERNAL_CALL_ID":"C1"}'
	app telephony.externalCall.register "$call"
	id=$(jq -r .result.CALL_ID answer)
	is '[.result.CRM_ENTITY_TYPE, .result.CRM_ENTITY_ID, .result.CRM_CREATED_ENTITIES]' \
		'["LEAD",1,[]]'
	app telephony.externalCall.register "$call"
	is .result.CALL_ID "$id"
	app telephony.externalCall.attachRecord "{\"CALL_ID\":\"$id\",\"FILENAME\":\"a.mp3\",\"FILE_CONTENT\":\"AAAA\"}"
	refused 400 ERROR_CORE
	app telephony.externalCall.finish '{"CALL_ID":5,"USER_ID":1}'
	refused 400 INVALID_ARGUMENT
	app telephony.externalCall.finish "{\"CALL_ID\":\"$id\"}"
	refused 400 ERROR_CORE
	app telephony.externalCall.finish "{\"CALL_ID\":\"$id\",\"USER_PHONE_INNER\":\"101\",\"DURATION\":95}"
	is '[.result.CALL_FAILED_CODE, .result.CALL_STATUS, .result.CRM_ACTIVITY_ID]' \
		'["200",1,1]'
	app telephony.externalCall.finish "{\"CALL_ID\":\"$id\",\"USER_ID\":1,\"DURATION\":95}"
	refused 400 ERROR_CORE
	is .error_description "Call is not found (call should be registered prior to finishing"
	ask telephony.externalCall.attachRecord "{\"CALL_ID\":\"$id\",\"FILENAME\":\"a.ogg\",\"FILE_CONTENT\":\"AAAA\"}"
	refused 400 ERROR_CORE
	for i in 1 2; do
		ask telephony.externalCall.attachRecord "{\"CALL_ID\":\"$id\",\"FILENAME\":\"a.mp3\",\"FILE_CONTENT\":\"AAAA\"}"
		is .result.FILE_ID $i
	done
	said() {
		ask telephony.call.attachTranscription "{\"CALL_ID\":\"$id\",\"MESSAGES\":[{\"SIDE\":\"$1\",\"START_TIME\":$2,\"STOP_TIME\":$3,\"MESSAGE\":\"Алло\"}]}"
	}
	said Agent 0 1
	is .error_description "MESSAGES[0][SIDE] should be either Client or User"
	said User 0.5 1
	refused 400 ERROR_CORE
	said User 0 0
	refused 400 ERROR_CORE
	said User 0 1
	is .result.TRANSCRIPT_ID 1
	ask voximplant.statistic.get '{"FILTER":{"EXTERNAL_CALL_ID":"C1"}}'
	is '.result[0] | [.CALL_ID, .CALL_DURATION, .RECORD_FILE_ID, .TRANSCRIPT_ID]' \
		"[\"$id\",\"95\",\"2\",\"1\"]"
	[ "$(control calls | jq -c '[.leads, .calls, .finished, .records, .transcripts]')" \
		= '[[1],[1],1,1,1]' ]
	[ "$(control duplicates)" = "{}" ]
	said User 0 1
	[ "$(control duplicates | jq -c .transcript)" = "{\"$id\":2}" ]
	app telephony.externalCall.register "${call/TYPE\":2/TYPE\":7}"
	is .error_description "Unknown TYPE"
	order clock +1801
	app telephony.externalCall.register "$call"
	[ "$(jq -r .result.CALL_ID answer)" != "$id" ]
}

@test "a recording can be sent by itself, to where it is told" {
	portal
	signed_in
	app telephony.externalCall.register '{"USER_ID":1,"PHONE_NUMBER":"+79161234567","TYPE":2,"CRM_CREATE":1}'
	is '.result.CRM_CREATED_LEAD' 1
	id=$(jq -r .result.CALL_ID answer)
	app telephony.externalCall.finish "{\"CALL_ID\":\"$id\",\"USER_ID\":2}"
	is .result.CALL_FAILED_CODE 304
	ask telephony.externalCall.attachRecord "{\"CALL_ID\":\"$id\",\"FILENAME\":\"a.mp3\"}"
	url=$(jq -r .result.uploadUrl answer)
	is .result.fieldName file
	head -c 3000 /dev/urandom >sound
	curl -s -o answer -F "other=@sound;filename=a.mp3" "$url"
	is .error ERROR_CORE
	curl -s -o answer -F "file=@sound;filename=a.mp3" "$url"
	is .result.FILE_ID 1
	[ "$(control state | jq -r '.record[0].sha256')" = "$(sha256sum <sound | cut -d ' ' -f 1)" ]
}

@test "comments, activities and tasks say what they lack" {
	portal --burst 100
	lead C1
	ask crm.timeline.comment.add '{"fields":{"ENTITY_TYPE":"lead","ENTITY_ID":9,"COMMENT":"x"}}'
	refused 400 OWNER_NOT_FOUND
	ask crm.timeline.comment.add '{"FIELDS":{"ENTITY_TYPE":"lead","ENTITY_ID":1,"COMMENT":"x"}}'
	refused 400 100
	ask crm.timeline.comment.add '{"fields":{"ENTITY_TYPE":"lead","ENTITY_ID":1,"COMMENT":"о звонке C1"}}'
	is .result 1
	ask crm.timeline.comment.list '{"filter":{"ENTITY_TYPE":"lead","ENTITY_ID":1}}'
	is '.result[0] | [.ID, .COMMENT]' '["1","о звонке C1"]'
	ask crm.activity.add '{"fields":{"OWNER_TYPE_ID":1,"OWNER_ID":1,"TYPE_ID":2,"SUBJECT":"x"}}'
	is .error_description "The field RESPONSIBLE_ID is not defined or invalid."
	ask crm.activity.add '{"fields":{"OWNER_TYPE_ID":1,"OWNER_ID":1,"TYPE_ID":2,"SUBJECT":"x","RESPONSIBLE_ID":1}}'
	is .error_description "The field COMMUNICATIONS is not defined or invalid."
	ask crm.activity.add '{"fields":{"OWNER_TYPE_ID":1,"OWNER_ID":1,"TYPE_ID":2,"SUBJECT":"x","RESPONSIBLE_ID":1,"ORIGIN_ID":"C1","COMMUNICATIONS":[{"VALUE":"+79161234567"}]}}'
	is .result 1
	ask crm.activity.list '{"filter":{"ORIGIN_ID":"C1"}}'
	is '.result[0] | [.ID, .SUBJECT]' '["1","x"]'
	ask crm.activity.todo.add '{"ownerTypeId":1,"ownerId":1}'
	refused 400 100
	ask crm.activity.todo.add '{"ownerTypeId":1,"ownerId":1,"deadline":"2026-11-22T10:00:00+03:00","title":"Перезвонить"}'
	is .result.id 2
	ask tasks.task.add '{"fields":{"TITLE":"x"}}'
	refused 400 ERROR_CORE
	is .error_description "Не указан исполнитель<br>"
	grep -qF '\u003Cbr\u003E' answer
	ask tasks.task.add '{"fields":{"TITLE":"x","RESPONSIBLE_ID":1,"UF_CRM_TASK":["L_1"],"XML_ID":"C1"}}'
	is '.result.task | [.id, .status]' '["1","2"]'
	ask tasks.task.list '{"filter":{"UF_CRM_TASK":"L_1","REAL_STATUS":2},"select":["ID","UF_CRM_TASK"]}'
	is '[.total, .result.tasks[0].ufCrmTask]' '[1,["L_1"]]'
	ask tasks.task.complete '{"taskId":1}'
	is .result.task.status 5
	ask tasks.task.complete '{"taskId":1}'
	refused 400 0
	[ "$(control calls | jq -c '[.comments, .activities, .tasks, .order]')" = \
		'[1,2,1,["lead","comment","activity","activity","task","done"]]' ]
}

@test "people, lists and fields are told as they are" {
	portal
	ask user.get '{"FILTER":{"ACTIVE":true}}'
	is '[.total, .result[1].UF_PHONE_INNER]' '[3,"102"]'
	ask crm.status.list '{"filter":{"ENTITY_ID":"STATUS"}}'
	is '[.result[].STATUS_ID]' '["NEW","IN_PROCESS","PROCESSED","CONVERTED","JUNK"]'
	ask crm.item.fields '{"entityTypeId":1}'
	is '.result.fields.stageId | [.type, .isReadOnly]' '["crm_status",false]'
	is '.result.fields | has("ufCrm_1700000001")' true
	ask crm.item.fields '{"entityTypeId":1,"useOriginalUfNames":"Y"}'
	is '.result.fields | has("UF_CRM_1700000001")' true
	ask crm.lead.fields
	is '.result.PHONE.isMultiple' true
	ask scope
	is '.result' '["crm","task","telephony","user"]'
	ask methods
	is '.result | index("crm.item.add") != null' true
}

@test "a portal that lacks methods or a scope says so" {
	portal --without crm.item. --scope crm,user
	lead C1
	refused 404 ERROR_METHOD_NOT_FOUND
	ask tasks.task.list
	refused 403 insufficient_scope
	ask crm.lead.add '{"fields":{"TITLE":"x"}}'
	is .result 1
}

@test "it forgets nothing when it is killed" {
	portal --state state
	lead C1
	lead C2
	ask crm.item.delete '{"entityTypeId":1,"id":2}'
	kill -9 "${started[0]}"
	printf '["put","lead",9,{"ID' >>state
	started=()
	portal --state state
	ask crm.lead.list
	is '[.result[].ORIGIN_ID]' '["C1"]'
	lead C3
	is .result.item.id 3
	[ "$(control writes | wc -l)" -eq 4 ]
}

@test "faults happen before or after what is asked is done" {
	portal --burst 1000
	for fault in reset lost silent truncated; do
		faults "$port" "$fault:method=crm.item.add,times=1"
		run curl -s -m 2 -o answer -H 'Content-Type: application/json' \
			-d "{\"entityTypeId\":1,\"fields\":{\"originId\":\"$fault\"}}" "$hook/crm.item.add"
		[ "$status" -ne 0 ]
	done
	for fault in query-limit gateway html internal gateway-after garbage; do
		faults "$port" "$fault:writes=yes,times=1"
		lead "$fault"
		[ "$(jq 'has("result")' answer 2>/dev/null)" != true ]
	done
	for fault in late:ms=10 slow:ms=1 text rebuilt hold:ms=10; do
		faults "$port" "$fault"
		lead "$fault"
		is .result.item.originId "$fault"
	done
	faults "$port"
	ask crm.lead.list '{"select":["ORIGIN_ID"]}'
	is '[.result[].ORIGIN_ID] | join(" ")' "lost silent truncated internal gateway-after garbage late:ms=10 slow:ms=1 text rebuilt hold:ms=10"
	faults "$port" refused:code=OVERLOAD_LIMIT
	ask profile
	refused 503 OVERLOAD_LIMIT
	faults "$port" somebody:copy=yes
	lead twice
	[ "$(control duplicates)" = '{"lead":{"twice":2}}' ]
	faults "$port" halfway:after=1
	ask batch '{"cmd":["profile","profile"]}'
	is '[.result.result, .result.result_error] | map(length)' '[1,1]'
	run curl -sf -T - "http://127.0.0.1:$port/control/faults" <<<"nonsense"
	[ "$status" -ne 0 ]
}

@test "faults at random are the same for the same seed" {
	for i in 1 2; do
		portal --burst 1000 --seed 7 --fault gateway:rate=0.3
		for ((n = 0; n < 30; n++)); do
			ask profile
			printf '%s ' "$code"
		done >"codes$i"
	done
	cmp codes1 codes2
	grep -q 200 codes1
	grep -q 502 codes1
}

@test "its events are forms, sent once, with the application's token" {
	portal
	python3 - "$PWD" <<-'P' 3>&- &
		import http.server, sys
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_POST(self):
		        body = self.rfile.read(int(self.headers['content-length']))
		        open(sys.argv[1] + '/got', 'ab').write(body + b'\n')
		        self.send_response(200)
		        self.end_headers()
		    def log_message(self, *args): pass
		server = http.server.HTTPServer(('127.0.0.1', 0), Handler)
		open(sys.argv[1] + '/handler.new', 'w').write(str(server.server_port))
		import os
		os.rename(sys.argv[1] + '/handler.new', sys.argv[1] + '/handler')
		server.serve_forever()
	P
	started+=($!)
	timeout 20 sh -c 'until [ -s handler ]; do sleep 0.02; done'
	order handler "http://127.0.0.1:$(<handler)/"
	lead C1
	timeout 20 sh -c 'until [ -s got ]; do sleep 0.02; done'
	grep -q '^event=ONCRMLEADADD&.*data%5BFIELDS%5D%5BID%5D=1&.*application_token%5D=peer-application-token' got
	[ "$(order event '{"event":"ONEXTERNALCALLSTART","data":{"PHONE_NUMBER":"+79161234567","USER_ID":"1","CALL_ID":"x"}}' | jq -c .sent)" = '[{"status":200}]' ]
	grep -q '^event=ONEXTERNALCALLSTART&.*PHONE_NUMBER%5D=%2B79161234567' got
	[ "$(order event '{"event":"X","url":"http://127.0.0.1:1/"}' | jq -r '.sent[0].error')" = ECONNREFUSED ]
}
