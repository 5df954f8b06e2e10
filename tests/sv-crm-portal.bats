# sv-crm and a Bitrix24 portal: how it is reached, what its answers mean, and
# how much it is asked.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export HOME=$BATS_TEST_TMPDIR SV_RUN=$BATS_TEST_TMPDIR/run
	export SV_STATE=$BATS_TEST_TMPDIR/state
	unset SV_BITRIX24_WEBHOOK_FILE SV_BITRIX24_CLIENT_ID
	unset SV_BITRIX24_CLIENT_SECRET SV_BITRIX24_CLIENT_SECRET_FILE
	unset https_proxy http_proxy
	lead='{"fields":{"TITLE":"Проба"}}'
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
}

control() {
	curl -sf "http://127.0.0.1:$port/control/$1"
}

order() {
	curl -sf -T - "http://127.0.0.1:$port/control/$1" <<<"$2" >/dev/null
}

authorize() {
	sv-crm authorize "$(control code | jq -r .code)" >authorized
}

# asked METHOD: how often the portal was, by its log
asked() {
	jq -s --arg name "/$1" 'map(select(.path | endswith($name))) | length' \
		log
}

@test "a method of the portal answers as one line" {
	portal
	run -0 --separate-stderr sv-crm rest profile
	[ "$(jq -r .result.NAME <<<"$output")" = Вадим ]
	[ -z "$stderr" ]
	run -0 --separate-stderr sv-crm rest crm.lead.add "$lead"
	[ "$output" = '{"method":"crm.lead.add","result":1}' ]
	run -0 --separate-stderr sv-crm rest crm.lead.list '{"select":["ID"]}'
	[ "$(jq -c '[.result[].ID, .total]' <<<"$output")" = '["1",1]' ]
}

@test "the webhook's key is told nowhere" {
	portal
	sv-crm -v -v rest profile >told 2>&1
	SV_BITRIX24_WEBHOOK=http://127.0.0.1:$port/rest/1/another-key/ \
		sv-crm -v -v rest profile >>told 2>&1 || true
	SV_BITRIX24_WEBHOOK=http://127.0.0.1:9/rest/1/peer-secret/ \
		sv-crm --log json rest profile >>told 2>&1 || true
	SV_BITRIX24_WEBHOOK=http://portal.example/rest/1/peer-secret/ \
		sv-crm rest profile >>told 2>&1 || true
	SV_BITRIX24_WEBHOOK=https://portal.example/peer-secret \
		sv-crm rest profile >>told 2>&1 || true
	sv-crm -n rest profile >>told 2>&1
	sv-crm -p webhook=https://portal.example/rest/1/peer-secret/ \
		rest profile >>told 2>&1 || true
	[ "$(wc -l <told)" -ge 7 ]
	run ! grep -e peer-secret -e another-key told
	run ! grep -r peer-secret run
}

@test "the webhook comes from a file that others cannot read" {
	portal
	printf '%sprofile.json\n' "$SV_BITRIX24_WEBHOOK" >hook
	unset SV_BITRIX24_WEBHOOK
	chmod 600 hook
	SV_BITRIX24_WEBHOOK_FILE=hook run -0 sv-crm rest profile
	chmod 644 hook
	SV_BITRIX24_WEBHOOK_FILE=hook run -78 --separate-stderr \
		sv-crm rest profile
	[[ $stderr == *"hook can be read or changed by everybody"* ]]
}

@test "without a portal, or with a wrong address, it says what to set" {
	unset SV_BITRIX24_WEBHOOK
	run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *"no portal is set: SV_BITRIX24_WEBHOOK_FILE is"* ]]
	SV_BITRIX24_WEBHOOK=https://portal.example/ run -78 --separate-stderr \
		sv-crm rest profile
	[[ $stderr == *"is https://HOST/rest/USER/KEY/" ]]
	SV_BITRIX24_WEBHOOK=http://portal.example/rest/1/abcdefgh/ \
		run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *"its key would be sent in the clear"* ]]
	SV_BITRIX24_WEBHOOK=https://portal.example/rest/1/abcdefgh/ \
		SV_BITRIX24_CLIENT_ID=x run -78 --separate-stderr \
		sv-crm rest profile
	[[ $stderr == *"a webhook and an application are set"* ]]
	SV_BITRIX24_CLIENT_ID=x run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *"SV_BITRIX24_CLIENT_SECRET"* ]]
	SV_BITRIX24_CLIENT_ID=x SV_BITRIX24_CLIENT_SECRET=y \
		run -77 --separate-stderr sv-crm rest profile
	[[ $stderr == *"there are no tokens yet"*"say sv-crm authorize" ]]
	SV_BITRIX24_RATE=0 run -64 --separate-stderr sv-crm rest profile
	[[ $stderr == *"rate is a number from 1"* ]]
}

@test "-n shows the request, sends nothing, and needs no access" {
	unset SV_BITRIX24_WEBHOOK
	run -0 --separate-stderr sv-crm -n rest crm.lead.add "$lead"
	[ "$output" = '{"method":"crm.lead.add","params":{"fields":{"TITLE":"Проба"}}}' ]
	[ -z "$stderr" ]
	run -0 --separate-stderr sv-crm -n rest <<-END
		{"method":"crm.lead.get","params":{"id":5}}
		{"method":"crm.lead.get","params":{"id":[]}}
	END
	[ "$output" = '{"method":"batch","params":{"halt":0,"cmd":{"r0":"crm.lead.get?id=5","r1":"crm.lead.get?id[]="}}}' ]
}

@test "what is no request is refused" {
	portal
	run -64 --separate-stderr sv-crm rest crm.lead.add '[]'
	[[ $stderr == *"not a JSON object"* ]]
	run -64 --separate-stderr sv-crm rest 'crm.lead.add?x=1'
	[[ $stderr == *"is no method of a portal" ]]
	run -65 --separate-stderr sv-crm rest <<-END
		nonsense
		{"method":"profile"}
		{"method":"profile","params":[]}
	END
	[ "$(jq -r .method <<<"$output")" = profile ]
	[[ $stderr == *"line 1: this is not"* ]]
}

@test "each refusal has its exit code, and says what to do" {
	portal
	while read -r status code rc; do
		faults "$port" "refused:code=$code,status=$status"
		run -"$rc" --separate-stderr sv-crm rest crm.lead.add "$lead"
		[[ $stderr == "sv-crm: bitrix24: crm.lead.add: $code: "* ]]
	done <<-END
		401 NO_AUTH_FOUND 77
		401 expired_token 77
		403 INVALID_CREDENTIALS 77
		403 insufficient_scope 77
		403 WRONG_AUTH_TYPE 77
		403 ACCESS_DENIED 77
		404 ERROR_METHOD_NOT_FOUND 65
		405 ERROR_BATCH_METHOD_NOT_ALLOWED 65
		400 INVALID_REQUEST 78
		400 100 65
		500 INTERNAL_SERVER_ERROR 75
	END
	[ "$(control counts | jq '.faults.refused')" = 11 ]
	[ "$(asked crm.lead.add)" = 11 ]
}

@test "a portal that is blocked or closed is left alone by everybody" {
	portal
	faults "$port" refused:code=OVERLOAD_LIMIT,status=503
	run -69 --separate-stderr sv-crm rest profile
	[[ $stderr == *"ask its support" ]]
	run -75 --separate-stderr sv-crm rest scope
	[[ $stderr == *"has failed just now and is left alone"* ]]
	[ "$(asked scope)" = 0 ]
}

@test "a portal that is down is left alone, and found again when it is back" {
	portal
	kill "${started[0]}"
	wait "${started[0]}" || true
	for _ in 1 2 3 4 5; do
		run -69 --separate-stderr sv-crm rest crm.lead.add "$lead"
	done
	run -75 --separate-stderr sv-crm rest crm.lead.add "$lead"
	[[ $stderr == *"has failed just now and is left alone for "*" ms" ]]
	double bitrix24 --port "$port"
	until sv-crm rest profile >out 2>err; do
		[[ $(<err) == *"is left alone"* ]]
	done
}

@test "HTML goes out of what the portal says, Russian stays" {
	portal
	run -65 --separate-stderr sv-crm rest crm.lead.add \
		'{"fields":{"EMAIL":[{"VALUE":"нет"}]}}'
	[[ $stderr == *'Поле "E-mail" содержит некорректный адрес' ]]
	run ! grep '<' <<<"$stderr"
}

@test "a write whose answer is lost is not sent again, a read is" {
	portal
	faults "$port" lost:times=1
	sv-crm rest <<<'{"method":"crm.lead.add","params":{"fields":{}}}' \
		>out 2>err || rc=$?
	[ "${rc-}" = 75 ]
	[ "$(jq -c '[.unknown, .result]' out)" = '[true,null]' ]
	[ "$(control state | jq '.lead | length')" = 1 ]
	faults "$port" lost:times=1
	run -0 sv-crm rest crm.lead.list
	[ "$(asked crm.lead.list)" = 2 ]
}

@test "what may have been done is told from what was not" {
	portal
	while read -r fault rc unknown; do
		rm -rf run # a breaker would be right to open
		faults "$port" "$fault"
		[ "$fault" = silent ] && answer=1s || answer=1m
		sv-crm -p "answer=$answer" rest >out 2>err <<-END || got=$?
			{"method":"crm.lead.add","params":{"fields":{}}}
		END
		echo "# $fault $got $(<out)" >&2
		[ "$got" = "$rc" ]
		[ "$(jq -r '.unknown // false' out)" = "$unknown" ]
	done <<-END
		gateway 75 true
		gateway-after 75 true
		internal 75 true
		truncated 75 true
		garbage 75 true
		html 75 true
		silent 75 true
		refused:code=ERROR_CORE,status=400 65 false
		refused:code=NO_AUTH_FOUND,status=401 77 false
	END
	SV_BITRIX24_WEBHOOK=http://127.0.0.1:9/rest/1/peer-secret/ \
		sv-crm rest >out 2>err <<<'{"method":"crm.lead.add"}' || got=$?
	[ "$got" = 69 ]
	[ "$(jq -r '.unknown // false' out)" = false ]
}

@test "slow bodies, whole seconds and a wrong type are read all the same" {
	portal --fault slow:times=1 --fault text:times=1 --fault rebuilt:times=1
	for _ in 1 2 3; do
		run -0 sv-crm rest crm.status.list
		[ "$(jq '.result | length > 10' <<<"$output")" = true ]
	done
}

@test "too many requests are sent again when the bucket has sunk" {
	portal --fault query-limit:times=2
	run -0 --separate-stderr sv-crm rest crm.lead.add "$lead"
	[ "$output" = '{"method":"crm.lead.add","result":1}' ]
	[ "$(asked crm.lead.add)" = 3 ]
}

@test "a method whose time is used up waits, the others go on" {
	portal
	faults "$port" operation-limit:method=crm.lead.add,times=1
	run -75 --separate-stderr sv-crm rest crm.lead.add "$lead"
	[[ $stderr == *OPERATION_TIME_LIMIT* ]]
	faults "$port"
	portal --operating-limit 1 --cost crm.lead.add=5
	{
		for i in $(seq 50); do
			echo '{"method":"crm.lead.add","params":{"fields":{}}}'
		done
		echo '{"method":"crm.lead.add","params":{"fields":{}}}'
		echo '{"method":"crm.lead.list"}'
	} | sv-crm rest >out 2>err || rc=$?
	[ "${rc-}" = 75 ]
	# the first was good, then it is refused, and then not asked any more
	[ "$(head -1 out | jq .result)" = 1 ]
	[ "$(sed -n 2p out | jq -r .error)" = OPERATION_TIME_LIMIT ]
	[ "$(sed -n 2p out | jq '.wait_ms > 1000')" = true ]
	[[ $(sed -n 51p out) == *"has used up its time at the portal"* ]]
	[ "$(tail -1 out | jq '.result | length')" = 1 ]
	[ "$(control state | jq '.lead | length')" = 1 ]
}

@test "a batch is one request, and each command has its own end" {
	portal
	sv-crm rest >out 2>err <<-'END' || rc=$?
		{"key":"lead","method":"crm.lead.add","params":{"fields":{"TITLE":"А & Б=В+Г%","COMMENTS":"строка\nещё","PHONE":[{"VALUE":"+7 916 123-45-67","VALUE_TYPE":"WORK"}]}}}
		{"method":"crm.lead.get","params":{"id":"$result[lead]"}}
		{"method":"crm.lead.get","params":{"id":999}}
		{"method":"nonsense.here"}
		{"method":"crm.lead.list","params":{"filter":{">ID":0},"select":["ID","TITLE"]}}
	END
	[ "${rc-}" = 65 ]
	[ "$(asked batch)" = 1 ]
	[ "$(jq -c '[.code, .error]' out | tr '\n' ' ')" = \
		'[null,null] [null,null] [65,""] [65,"ERROR_METHOD_NOT_FOUND"] [null,null] ' ]
	[ "$(sed -n 2p out | jq -r .result.TITLE)" = 'А & Б=В+Г%' ]
	[ "$(sed -n 2p out | jq -r .result.PHONE[0].VALUE)" = \
		'+7 916 123-45-67' ]
	[ "$(sed -n 5p out | jq .total)" = 1 ]
	[[ $(<err) == *"crm.lead.get: refused: Not found" ]]
}

@test "in a batch that went wrong nothing is written twice" {
	portal
	{
		echo '{"method":"crm.lead.add","params":{"fields":{"TITLE":"a"}}}'
		echo '{"method":"crm.lead.list"}'
		echo '{"method":"crm.lead.add","params":{"fields":{"TITLE":"b"}}}'
	} >lines
	faults "$port" halfway:after=1,code=INTERNAL_SERVER_ERROR,times=1
	sv-crm rest <lines >out 2>err || rc=$?
	[ "${rc-}" = 75 ]
	# the read was repeated by itself, the write waits for who knows better
	[ "$(jq -c '[.method, .code, .unknown]' out | tr '\n' ' ')" = \
		'["crm.lead.add",null,null] ["crm.lead.list",null,null] ["crm.lead.add",75,true] ' ]
	[ "$(control state | jq '.lead | length')" = 1 ]
	faults "$port" lost:times=1
	run -75 --separate-stderr sv-crm rest <lines
	[ "$(jq .unknown <<<"$output" | sort -u)" = true ]
	[ "$(control state | jq '.lead | length')" = 3 ]
	[ "$(asked batch)" = 3 ]
}

@test "a list comes to its end, page by page" {
	portal
	for i in $(seq 120); do
		echo "{\"method\":\"crm.lead.add\",\"params\":{\"fields\":{\"TITLE\":\"$i\"}}}"
	done | sv-crm rest >/dev/null
	run -0 --separate-stderr sv-crm list crm.lead.list '{"select":["ID"]}'
	[ "$output" = "$(seq 120 | sed 's/.*/{"ID":"&"}/')" ]
	[ "$(asked crm.lead.list)" = 3 ]
	[ "$(jq -c 'select(.path | endswith("crm.lead.list")).params |
		[.start, .filter[">ID"]]' log | tr '\n' ' ')" = \
		'[-1,0] [-1,50] [-1,100] ' ]
	run -0 --separate-stderr sv-crm list crm.item.list \
		'{"entityTypeId":1,"filter":{"<id":104},"select":["id","title"]}'
	[ "${#lines[@]}" = 103 ]
	[ "$(jq .id <<<"${lines[102]}")" = 103 ]
	run -0 --separate-stderr sv-crm list tasks.task.list
	[ -z "$output" ]
	run -0 --separate-stderr sv-crm -n list crm.lead.list
	[ "$output" = '{"method":"crm.lead.list","params":{"filter":{">ID":0},"order":{"ID":"ASC"},"start":-1}}' ]
	run -64 --separate-stderr sv-crm list crm.lead.list 5
}

@test "an application is authorized by a code, and asks as such" {
	application
	authorize
	[ "$(jq -r .portal authorized)" = "127.0.0.1:$port" ]
	[ "$(stat -c %a state/bitrix24-tokens.json)" = 600 ]
	run -0 sv-crm rest app.info
	[ "$(jq -r .result.CODE <<<"$output")" = local.peer ]
	sv-crm -v -v rest profile >told 2>&1
	cat authorized >>told
	run ! grep -e "$(jq -r .access_token state/*.json)" \
		-e "$(jq -r .refresh_token state/*.json)" \
		-e peer-client-secret told
	chmod 640 state/bitrix24-tokens.json
	run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *"chmod 600 it" ]]
}

@test "an application is authorized by what its installation was given" {
	application
	authorize
	mv state/bitrix24-tokens.json old
	jq -c '{event:"ONAPPINSTALL", auth: .}' old |
		run -0 --separate-stderr sv-crm authorize
	jq -c '{event:"ONAPPINSTALL", auth: .}' old | sv-crm authorize >told
	[ "$(jq -r .portal told)" = "127.0.0.1:$port" ]
	run -0 sv-crm rest profile
	run -65 --separate-stderr sv-crm authorize <<<'{"auth":{}}'
	[[ $stderr == *"access_token, refresh_token and client_endpoint" ]]
	run -65 --separate-stderr sv-crm authorize <<<'nonsense'
	run -65 --separate-stderr sv-crm authorize <<-END
		{"AUTH_ID":"aaaaaaaaaaaa","REFRESH_ID":"bbbbbbbbbbbb",
		"client_endpoint":"http://portal.example/rest/"}
	END
	[[ $stderr == *"does not begin with https://" ]]
	jq -c . state/bitrix24-tokens.json >before
	sv-crm -n authorize >out <<-END
		{"AUTH_ID":"aaaaaaaaaaaa","REFRESH_ID":"bbbbbbbbbbbb",
		"DOMAIN":"portal.example","member_id":"m"}
	END
	jq -c . state/bitrix24-tokens.json | cmp - before
	sv-crm authorize >out <<-END
		{"AUTH_ID":"aaaaaaaaaaaa","REFRESH_ID":"bbbbbbbbbbbb",
		"DOMAIN":"portal.example","member_id":"m"}
	END
	[ "$(jq -r .client_endpoint state/bitrix24-tokens.json)" = \
		https://portal.example/rest/ ]
}

@test "a code or an application that is not known says what to do" {
	application
	run -77 --separate-stderr sv-crm authorize 0123456789abcdef
	[[ $stderr == *"invalid_grant"*"lives for 30 s"* ]]
	run ! grep 0123456789abcdef <<<"$stderr"
	SV_BITRIX24_CLIENT_SECRET=another-secret run -77 --separate-stderr \
		sv-crm authorize 0123456789abcdef
	[[ $stderr == *"invalid_client"*"check SV_BITRIX24_CLIENT_ID and"* ]]
	SV_BITRIX24_OAUTH=http://127.0.0.1:9 run -69 --separate-stderr \
		sv-crm authorize 0123456789abcdef
	run -0 sv-crm -n authorize 0123456789abcdef
	[ "$output" = '{"method":"oauth/token","params":{"grant_type":"authorization_code","client_id":"local.peer"}}' ]
	SV_BITRIX24_WEBHOOK=http://127.0.0.1:$port/rest/1/peer-secret/ \
		SV_BITRIX24_CLIENT_ID='' run -78 --separate-stderr \
		sv-crm authorize 0123456789abcdef
	[[ $stderr == *"a webhook needs no authorization"* ]]
}

@test "an expired token is renewed once, by one of all processes" {
	application
	authorize
	order expire ''
	pids=()
	for i in 1 2 3 4; do
		sv-crm rest crm.lead.add "$lead" >"out$i" 2>"err$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(control counts | jq -c '[.tokens.refreshed, .tokens.refused]')" = \
		'[1,0]' ]
	[ "$(control state | jq '.lead | length')" = 4 ]
	[ "$(stat -c %a state/bitrix24-tokens.json)" = 600 ]
}

@test "a token that expires in mid-batch costs no command" {
	application
	authorize
	faults "$port" halfway:after=2,times=1
	run -0 --separate-stderr sv-crm rest <<-'END'
		{"key":"a","method":"crm.lead.add","params":{"fields":{"TITLE":"раз"}}}
		{"method":"crm.lead.list"}
		{"method":"crm.lead.get","params":{"id":"$result[a]"}}
		{"method":"crm.lead.add","params":{"fields":{"TITLE":"два"}}}
	END
	[ "$(sed -n 3p <<<"$output" | jq -r .result.TITLE)" = раз ]
	[ "$(control state | jq -c '[.lead[].TITLE]')" = '["раз","два"]' ]
	[ "$(control counts | jq .tokens.refreshed)" = 1 ]
	[ "$(asked batch)" = 2 ]
}

@test "tokens that could not be stored are not asked for" {
	application
	authorize
	order expire ''
	run -74 bash -c 'trap "" XFSZ; ulimit -f 0; exec sv-crm rest profile'
	[[ $output == *"bitrix24-tokens.json: File too large" ]]
	[ "$(control counts | jq .tokens.refreshed)" = 0 ]
	run -0 sv-crm rest profile
	[ "$(control counts | jq .tokens.refreshed)" = 1 ]
	[ "$(ls state)" = $'bitrix24-tokens.json\nbitrix24-tokens.json.lock' ]
}

@test "a refresh token that is not taken any more asks for a person" {
	application
	authorize
	jq -c '.refresh_token = "zzzzzzzzzzzzzzzz"' state/bitrix24-tokens.json >t
	cat t >state/bitrix24-tokens.json
	order expire ''
	run -77 --separate-stderr sv-crm rest profile
	[[ $stderr == *"say sv-crm authorize" ]]
	run ! grep zzzz <<<"$stderr"
	echo '{"access_token":"x"}' >state/bitrix24-tokens.json
	run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *"are not all there: say sv-crm authorize again" ]]
}

@test "all processes together keep to the allowance, also when one is killed" {
	portal --rate 50 --burst 20
	order limits '{"rate":50,"burst":20}'
	export SV_BITRIX24_RATE=50 SV_BITRIX24_BURST=20
	pids=()
	for _ in 1 2 3 4 5 6 7 8; do
		for _ in $(seq 12); do
			sv-crm rest profile >>out 2>>err || true
		done &
		pids+=($!)
	done
	sv-crm rest profile >/dev/null & # dies wherever it is
	kill -9 $! || true
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(wc -l <out)" = 96 ]
	[ ! -s err ]
	[ "$(control counts | jq .overruns)" = 0 ]
	[ "$(control counts | jq '.errors | length')" = 0 ]
}

@test "TLS is verified" {
	"$peers/certificates" certs
	portal --tls certs/good.pem certs/good.key
	export SV_BITRIX24_WEBHOOK=https://127.0.0.1:$port/rest/1/peer-secret/
	run -78 --separate-stderr sv-crm rest profile
	[[ $stderr == *certificate* ]]
	run -0 sv-crm -p ca=certs/ca.pem rest profile
}

@test "a reader that left, a full disk, and a stop end it as they should" {
	portal
	run -74 --separate-stderr sh -c 'sv-crm rest profile >/dev/full'
	faults "$port" silent
	sv-crm rest profile >out 2>err &
	pid=$!
	until [ "$(asked profile)" -ge 1 ] ||
		curl -sf "http://127.0.0.1:$port/control/counts" |
		jq -e '.faults.silent > 0' >/dev/null; do :; done
	kill -TERM $pid
	wait $pid || rc=$?
	[ "${rc-}" = 75 ]
	run -75 --separate-stderr sv-crm -t 500ms rest profile
	[[ $(<err) == *"told to stop before the portal has answered" ]]
}

@test "who waits for the allowance stops when told to, and nothing is lost" {
	portal
	export SV_BITRIX24_RATE=1 SV_BITRIX24_BURST=8
	for i in 1 2 3 4 5 6 7 8 9; do
		printf '{"v":1,"type":"dialog.end","call":"C%d","seq":1,"t":0,"time":"2026-11-21T10:00:00.000Z","stage":"dialog","outcome":"lead","slots":{"name":"Иван","phone":"+7916000000%d"}}\n' $i $i
	done >ev
	SV_BITRIX24_WEBHOOK='' sv-crm -e bitrix24 <ev >/dev/null 2>&1 || true
	sv-crm -e bitrix24 send >out 2>err &
	pid=$!
	until [ "$(control counts | jq '.requests > 3')" = true ]; do :; done
	# somebody who waits for it is served meanwhile
	run -0 sv-crm rest profile
	kill -TERM $pid
	wait $pid
	[ ! -s err ]
	[ "$(sv-crm outbox list dead)" = "" ]
	SV_BITRIX24_RATE=1000 SV_BITRIX24_BURST=1000 \
		sv-crm -e bitrix24 send >>out
	[ "$(control state | jq '.lead | length')" = 9 ]
	[ "$(control duplicates)" = '{}' ]
}
