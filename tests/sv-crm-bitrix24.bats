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
