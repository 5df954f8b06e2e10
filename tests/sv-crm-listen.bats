# sv-crm listen: a webhook is answered when it is on disk, and becomes an event
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export SV_STATE=$PWD/state SV_RUN=$PWD/run
	export SV_BITRIX24_APPLICATION_TOKEN=peer-application-token
	unset SV_STORE SV_CRM_ENGINE LISTEN_FDS LISTEN_PID LISTEN_FDNAMES
	token=auth[application_token]=peer-application-token
	server=
}

teardown() {
	doubles_teardown
	kill_all
	[ ! -d pg ] || "$peers/postgres" stop "$PWD/pg" || true
	! mountpoint -q "$PWD/disk" || umount "$PWD/disk"
	[ ! -e log ] || grep -v '^{' log | sed 's/^/# /' >&3 || true
}

# kill_all: kill -9 of both processes
kill_all() {
	[ -n "$server" ] || return 0
	kill -9 "$server" $(cat "/proc/$server/task/$server/children" \
		2>/dev/null) 2>/dev/null || true
	wait "$server" 2>/dev/null || true
	server=
}

# within SECONDS COMMAND ...: until it holds
within() {
	local end=$((SECONDS + $1))
	shift
	until "$@"; do
		[ $SECONDS -lt "$end" ] || return 1
		read -r -t 0.02 <> <(:) || true
	done
}

# serve [OPTION ...]: sv-crm listen, its events in ./out; $url is where
serve() {
	rm -f said
	sv-crm -v -u http://127.0.0.1:0/hook "$@" listen >>out 2>said 3>&- &
	server=$!
	within 20 grep -q 'listening on' said
	url=$(sed -n 's/.*listening on \(.*\)/\1/p' said | head -n 1)
}

# stop: as systemd would; it ends well
stop() {
	kill "$server"
	wait "$server"
	server=
	! grep -E 'Sanitizer|runtime error' said >&2
}

# post NAME=VALUE ...: a webhook with our token; prints the status
post() {
	local pair pairs=()
	for pair in "$@"; do
		pairs+=(--data-urlencode "$pair")
	done
	curl -s -o answer -w '%{http_code}\n' "${pairs[@]}" \
		--data-urlencode "$token" "$url"
}

# told N: that many events are told of
told() {
	[ "$(wc -l <out)" -ge "$1" ]
}

# click N: somebody clicks a number
click() {
	post event=ONEXTERNALCALLSTART "data[PHONE_NUMBER]=8 (916) 123-45-$((10 + $1))" \
		data[EXTENSION]=101 data[USER_ID]=7 data[CALL_ID]=externalCall."$1" \
		data[CRM_ENTITY_TYPE]=LEAD data[CRM_ENTITY_ID]=5
}

stored() {
	sqlite3 state/store.db "SELECT count(*) FROM inbox"
}

@test "what the portal tells becomes events, each with what it is about" {
	serve -p settle=0
	[ "$(click 1)" = 200 ]
	[ "$(post event=ONVOXIMPLANTCALLEND data[CALL_TYPE]=2 data[CALL_FAILED_CODE]=304 \
		data[PHONE_NUMBER]=79161234567 data[CALL_ID]=externalCall.9 data[PORTAL_USER_ID]=1 \
		data[PORTAL_NUMBER]=reg1 data[CRM_ACTIVITY_ID]=77 \
		'data[CALL_FAILED_REASON]=Пропущенный звонок' ts=1795270178 \
		auth[domain]=x.bitrix24.ru)" = 200 ]
	[ "$(post event=ONEXTERNALCALLBACKSTART data[PHONE_NUMBER]=+79161234567 \
		'data[TEXT]=Заказан обратный звонок' data[CRM_ENTITY_TYPE]=LEAD \
		data[CRM_ENTITY_ID]=15)" = 200 ]
	[ "$(post event=onCrmLeadUpdate data[FIELDS][ID]=12)" = 200 ]
	[ "$(post event=ONTASKADD data[FIELDS_BEFORE]=undefined data[FIELDS_AFTER][ID]=3)" = 200 ]
	[ "$(post event=ONCRMDYNAMICITEMDELETE data[FIELDS][ID]=4 data[FIELDS][ENTITY_TYPE_ID]=130)" = 200 ]
	[ "$(post event=ONVOXIMPLANTCALLEND data[CALL_TYPE]=1 data[CALL_FAILED_CODE]=200 \
		data[CALL_ID]=externalCall.10)" = 200 ]
	[ "$(post event=ONIMBOTMESSAGEADD 'data[A][]=1' 'data[A][]=ё' data[B]=)" = 200 ]
	within 20 told 8
	stop
	"$SV_ROOT/tests/check-events" --known out
	[ "$(jq -c 'del(.time, .v, .t, .stage)
		| .key |= sub("[0-9A-Z]{26}$|[0-9a-f]{32}$"; "…")' out)" = \
'{"type":"crm.click","seq":1,"key":"bitrix24:ONEXTERNALCALLSTART:externalCall.1","event":"ONEXTERNALCALLSTART","phone":"+79161234511","id":"externalCall.1","extension":"101","user":"7","entity":"LEAD","entity_id":"5"}
{"type":"crm.missed","seq":2,"key":"bitrix24:ONVOXIMPLANTCALLEND:externalCall.9","event":"ONVOXIMPLANTCALLEND","portal":"x.bitrix24.ru","happened":"2026-11-21T14:09:38.000Z","phone":"+79161234567","id":"externalCall.9","code":"304","reason":"Пропущенный звонок","line":"reg1","user":"1","activity":"77"}
{"type":"crm.callback","seq":3,"key":"bitrix24:ONEXTERNALCALLBACKSTART:…","event":"ONEXTERNALCALLBACKSTART","phone":"+79161234567","text":"Заказан обратный звонок","entity":"LEAD","entity_id":"15"}
{"type":"crm.lead","seq":4,"key":"bitrix24:ONCRMLEADUPDATE:…","event":"ONCRMLEADUPDATE","id":"12","change":"update"}
{"type":"crm.task","seq":5,"key":"bitrix24:ONTASKADD:…","event":"ONTASKADD","id":"3","change":"add"}
{"type":"crm.item","seq":6,"key":"bitrix24:ONCRMDYNAMICITEMDELETE:…","event":"ONCRMDYNAMICITEMDELETE","id":"4","change":"delete","kind":"130"}
{"type":"crm.event","seq":7,"key":"bitrix24:ONVOXIMPLANTCALLEND:…","event":"ONVOXIMPLANTCALLEND","data":{"CALL_TYPE":"1","CALL_FAILED_CODE":"200","CALL_ID":"externalCall.10"}}
{"type":"crm.event","seq":8,"key":"bitrix24:ONIMBOTMESSAGEADD:…","event":"ONIMBOTMESSAGEADD","data":{"A":{"0":"1","1":"ё"},"B":""}}' ]
	[ "$(jq -r .stage out | sort -u)" = listen ]
	# of what was told of nothing is kept but that it was
	[ "$(sqlite3 state/store.db "SELECT DISTINCT state || fields FROM inbox")" = told ]
}

@test "a portal's own webhooks are taken, and what we have made is our own" {
	serve -p settle=0
	[ -d "$peers/node_modules" ] || [ -f "$peers/bitrix24" ] || skip "no double"
	double bitrix24 --handler "$url"
	for n in 1 2 3; do
		printf '{"method":"crm.lead.add","params":{"fields":{"TITLE":"%s"}}}' "$n" |
			curl -sf -T - "http://127.0.0.1:$port/control/by-hand" >by-hand
	done
	within 20 told 3
	[ "$(jq -r '"\(.type) \(.change) \(.own)"' out | sort -u)" = "crm.lead add null" ]
	id=$(jq -rs '.[1].id' out)
	sqlite3 state/store.db "INSERT INTO outbox (key, kind, call, payload, rank, next_due, created, made)
		VALUES ('C:lead', 'lead', 'C', '{}', 0, 0, 0, '{\"lead\":$id,\"call\":\"externalCall.a_b\"}')"
	[ "$(post event=ONCRMLEADUPDATE data[FIELDS][ID]="$id")" = 200 ]
	[ "$(post event=ONCRMLEADUPDATE data[FIELDS][ID]="${id}0")" = 200 ]
	[ "$(post event=ONCRMDEALUPDATE data[FIELDS][ID]="$id")" = 200 ]
	for call in a_b axb %; do
		[ "$(post event=ONVOXIMPLANTCALLEND data[CALL_TYPE]=2 data[CALL_FAILED_CODE]=304 \
			"data[CALL_ID]=externalCall.$call")" = 200 ]
	done
	within 20 told 9
	stop
	[ "$(tail -n +4 out | jq -r '"\(.type) \(.own)"')" = "crm.lead true
crm.lead null
crm.deal null
crm.missed true
crm.missed null
crm.missed null" ]
}

@test "what sv-crm itself writes comes back as our own" {
	serve -p settle=1s
	double bitrix24 --handler "$url"
	export SV_BITRIX24_WEBHOOK=http://127.0.0.1:$port/rest/1/peer-secret
	jq -cn '{v: 1, call: "01KAEA4ZZZZZZZZZZZZZZZZZZZ", seq: 1, t: 0,
		time: "2026-11-21T10:00:09.000Z", stage: "dialog",
		type: "dialog.end", outcome: "lead",
		slots: {name: "Иван", phone: "+79160000001"}}' |
		sv-crm -e bitrix24 >sent
	[ "$(sv-crm outbox)" = "" ]
	printf '{"method":"crm.lead.add","params":{"fields":{"TITLE":"x"}}}' |
		curl -sf -T - "http://127.0.0.1:$port/control/by-hand" >by-hand
	within 20 grep -q '"type":"crm.lead".*"change":"add"' out
	made=$(jq -r 'select(.made.lead).made.lead' sent | head -n 1)
	within 20 eval '[ "$(grep -c "\"type\":\"crm.lead\"" out)" -ge 2 ]'
	stop
	[ "$(jq -r --arg id "$made" 'select(.type == "crm.lead" and .change == "add") |
		(.id == $id) == (.own == true)' out | sort -u)" = true ]
	jq -es --arg id "$made" 'any(.[]; .type == "crm.lead" and .id == $id)' out
}

@test "what is not from our portal is refused, stored nowhere, and no key is told" {
	export SV_BITRIX24_APPLICATION_TOKEN="one-token-of-two, peer-application-token"
	serve -p settle=0
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=1)" = 200 ]
	token=auth[application_token]=one-token-of-two
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=2 auth[access_token]=abc)" = 200 ]
	for token in auth[application_token]=peer-application-toke auth[application_token]= \
		auth[application_token]=peer-application-tokenn auth=peer-application-token \
		application_token=peer-application-token \
		'auth[application_token]=one-token-of-two, peer-application-token' \
		'auth[application_token][]=peer-application-token'; do
		[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=3)" = 403 ]
		[ "$(cat answer)" = "the token is not ours" ]
	done
	within 20 told 2
	stop
	[ "$(wc -l <out)" -eq 2 ]
	[ "$(stored)" -eq 2 ]
	! grep -rE 'token-of-two|peer-app|abc' out said state
	grep -q 'warning: a request is refused: the token is not ours' said
}

@test "without a token, or with one that others may read, it does not begin" {
	unset SV_BITRIX24_APPLICATION_TOKEN
	run -78 --separate-stderr sv-crm listen
	[[ $stderr == *"SV_BITRIX24_APPLICATION_TOKEN_FILE must be set"* ]]
	echo secret-of-all >token
	chmod 644 token
	SV_BITRIX24_APPLICATION_TOKEN_FILE=token run -78 --separate-stderr sv-crm listen
	[[ $stderr == *"chmod 640"* && $stderr != *secret-of-all* ]]
	export SV_BITRIX24_APPLICATION_TOKEN=x-token-x
	run -64 --separate-stderr sv-crm -u ftp://127.0.0.1 listen
	run -64 --separate-stderr sv-crm -u http://127.0.0.1:99999/ listen
	run -64 --separate-stderr sv-crm -u https://127.0.0.1:0/ listen
	run -64 --separate-stderr sv-crm -p country=ru listen
	[ "$stderr" = "sv-crm: country 'ru': a country is digits, as 7 or 375" ]
	run -64 --separate-stderr sv-crm -p colour=red listen
	[ "$stderr" = "sv-crm: -p colour: listen has no such setting" ]
	run -64 --separate-stderr sv-crm listen now
	run -64 --separate-stderr sv-crm --spool . --channel $'Local/1\nContext: x' listen
	run -69 --separate-stderr sv-crm -u http://192.0.2.1:0/ listen
	[[ $stderr == "sv-crm: listen on 192.0.2.1 port 0: "* ]]
}

@test "a form that is broken is refused, and no harm is done" {
	serve -p settle=0
	many=$(printf 'a%d=1&' {1..1001})
	deep=$(printf 'a%s=1' "$(printf '[b]%.0s' {1..9})")
	for body in '' 'event' '=1' 'event=%' 'event=%4' 'event=%zz' 'event=%00' 'event[=1' \
		'event[a=1' 'event[a]b=1' "$many" "$deep" "$(printf 'a%.0s' {1..200})=1" \
		"$token" "$token&event=" "$token&event=a%20b" "$token&event[x]=ONCRMLEADADD"; do
		run curl -s -o answer -w '%{http_code}' --data-binary "$body" "$url"
		[[ $output == 400 || ($output == 403 && $body != *token*) ]]
	done
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=1 $'data[\xff]=\xfe')" = 200 ]
	[ "$(post event=ONODD data=1)" = 200 ]
	within 20 told 2
	stop
	"$SV_ROOT/tests/check-events" --known out
	[ "$(stored)" -eq 2 ]
}

# status OPTION ...: of a request by curl
status() {
	curl -s -o answer -w '%{http_code}' "$@"
}

@test "it speaks HTTP as others do" {
	serve -p settle=0
	base=${url%/hook}
	[ "$(status "$base/health")" = 200 ]
	[ "$(cat answer)" = ok ]
	[ "$(status -I "$base/health")" = 200 ]
	[ "$(status "$base/")" = 404 ]
	[ "$(status "$url/x" -d "$token")" = 404 ]
	[ "$(status "$url")" = 405 ]
	[ "$(status -X DELETE "$base/health")" = 405 ]
	[ "$(status -H 'Content-Type: application/json' -d '{}' "$url")" = 415 ]
	[ "$(status -H 'Content-Type:' -d 'a=1' "$url")" = 415 ]
	[ "$(curl -si "$url" | tr -d '\r' | grep ^Allow)" = "Allow: POST" ]
	yes a | tr -d '\n' | head -c 140000 >large
	[ "$(status --data-binary @large "$url")" = 413 ]
	[ "$(status --data-binary @large -H 'Transfer-Encoding: chunked' "$url")" = 413 ]
	yes a | tr -d '\n' | head -c 40000 >head
	[ "$(status -H "X-Long: $(cat head)" -d "$token" "$url")" = 431 ]
	# who asks first is told to go on, but not with what is not taken
	lead="event=ONCRMLEADADD&data[FIELDS][ID]=1&$token"
	curl -sv -H 'Expect: 100-continue' -d "$lead" "$url" 2>verbose
	grep -q '< HTTP/1.1 100' verbose
	curl -sv -H 'Expect: 100-continue' --data-binary @large "$url" 2>verbose || true
	! grep -q '< HTTP/1.1 100' verbose
	# a length that is not known, a type with more behind it, one connection
	[ "$(status -H 'Transfer-Encoding: chunked' -d "$lead" "$url")" = 200 ]
	[ "$(status -H 'Content-Type: Application/X-WWW-Form-Urlencoded ; charset=UTF-8' \
		-d "$lead" "$url")" = 200 ]
	[ "$(status -0 -d "$lead" "$url")" = 200 ]
	[ "$(curl -s -o answer -o answer -o answer -w '%{http_code}:%{num_connects} ' -d "$lead" \
		"$url" "$url" "$base/health" -X POST)" = "200:1 200:0 405:0 " ]
	within 20 told 6
	stop
	[ "$(stored)" -eq 6 ]
}

@test "a request may come byte by byte" {
	serve -p settle=0
	body="event=ONCRMLEADADD&data%5BFIELDS%5D%5BID%5D=1&$token"
	address=${url#http://}
	exec 5<>"/dev/tcp/127.0.0.1/${address//[!0-9]*\/*/}" 2>/dev/null ||
		exec 5<>"/dev/tcp/127.0.0.1/$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$url")"
	text=$(printf 'POST /hook HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s' \
		"${#body}" "$body")
	for ((i = 0; i < ${#text}; i++)); do
		printf '%s' "${text:i:1}" >&5
	done
	read -r line <&5
	[ "$line" = $'HTTP/1.1 200 OK\r' ]
	exec 5>&-
	within 20 told 1
	stop
}

# on_socket REQUEST: what is answered until the server closes
on_socket() {
	local out port
	port=$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$url")
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	printf '%b' "$1" >&5
	timeout 20 cat <&5
	exec 5>&-
}

@test "what is no HTTP is refused, and the server goes on" {
	serve
	for text in 'GARBAGE\r\n\r\n' '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03' \
		'POST /hook HTTP/1.1\r\nContent-Length: x\r\n\r\n' \
		'POST /hook HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n' \
		'POST /hook HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'; do
		run on_socket "$text\\r\\n\\r\\n"
		[[ $output != *"200 OK"* ]]
	done
	[ "$(status "${url%/hook}/health")" = 200 ]
	stop
	[ "$(stored)" -eq 0 ]
}

@test "who does not finish a request is let go, and the others are served" {
	serve -p patience=300ms -p connections=4
	cat >trickle <<-'END'
		import socket, sys, time, urllib.request
		at = ("127.0.0.1", int(sys.argv[1]))
		idle = [socket.create_connection(at) for n in range(3)]
		slow = socket.create_connection(at)
		slow.settimeout(0.02)
		slow.sendall(b"POST /hook HTTP/1.1\r\n")
		# all places are taken: who comes now waits until they are let go
		print(urllib.request.urlopen("http://%s:%d/health" % at, timeout=20).read())
		try:  # a byte now and then is no help
		    while True:
		        slow.sendall(b"X: 1\r\n")
		        try:
		            if not slow.recv(1):
		                break
		        except TimeoutError:
		            pass
		except ConnectionError:
		    pass
		for one in idle:
		    print(one.recv(1))
	END
	run -0 timeout 20 python3 trickle "$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$url")"
	[ "$output" = "b'ok\n'
b''
b''
b''" ]
	stop
}

@test "what was answered with 200 is told of after kill -9 as well, under one key" {
	serve -p settle=0
	kill -STOP $(cat "/proc/$server/task/$server/children")
	for n in 1 2 3; do
		[ "$(click "$n")" = 200 ]
	done
	[ ! -s out ]
	kill_all
	serve -p settle=0
	within 20 told 3
	stop
	[ "$(jq -r .key out)" = "bitrix24:ONEXTERNALCALLSTART:externalCall.1
bitrix24:ONEXTERNALCALLSTART:externalCall.2
bitrix24:ONEXTERNALCALLSTART:externalCall.3" ]
	[ "$(jq -r .seq out | tr '\n' ' ')" = "1 2 3 " ]
}

@test "an event is told of at least once, whenever it is killed" {
	for n in {1..12}; do
		serve -p settle=0
		for i in 1 2 3; do
			[ "$(click "$n$i")" = 200 ]
		done
		[ $((n % 3)) -ne 0 ] || within 20 told $((n * 2))
		kill_all
	done
	serve -p settle=0
	within 20 all_told 36
	stop
	"$SV_ROOT/tests/check-events" --known out
	# one that is told of twice is the same
	[ "$(jq -c 'del(.time)' out | sort -u | wc -l)" -eq 36 ]
}

all_told() {
	[ "$(jq -r .key out | sort -u | wc -l)" -eq "$1" ]
}

@test "what comes twice is told of once where it has a name, and a change each time" {
	serve -p settle=0
	for n in 1 2; do
		[ "$(click 1)" = 200 ]
		[ "$(post event=ONVOXIMPLANTCALLEND data[CALL_TYPE]=2 data[CALL_FAILED_CODE]=603 \
			data[CALL_ID]=externalCall.9)" = 200 ]
		[ "$(post event=ONEXTERNALCALLBACKSTART data[PHONE_NUMBER]=+79161234567 \
			ts=5 event_handler_id=$n)" = 200 ]
		[ "$(post event=ONCRMLEADUPDATE data[FIELDS][ID]=1 ts=5)" = 200 ]
	done
	[ "$(post event=ONEXTERNALCALLBACKSTART data[PHONE_NUMBER]=+79161234567 ts=6)" = 200 ]
	within 20 told 6
	stop
	[ "$(jq -r .type out | sort | uniq -c | tr -s ' \n' ' ')" = \
		" 2 crm.callback 1 crm.click 2 crm.lead 1 crm.missed " ]
}

@test "a reader that does not read keeps no webhook from being stored" {
	mkfifo pipe
	exec 7<>pipe
	sv-crm -v -u http://127.0.0.1:0/hook -p settle=0 listen >pipe 2>said 3>&- 7>&- &
	server=$!
	within 20 grep -q 'listening on' said
	url=$(sed -n 's/.*listening on \(.*\)/\1/p' said)
	text=$(printf 'x%.0s' {1..4000})
	for n in {1..24}; do
		[ "$(post event=ONEXTERNALCALLBACKSTART "data[TEXT]=$text$n" ts="$n")" = 200 ]
	done
	[ "$(stored)" -eq 24 ]
	timeout 20 head -n 24 <&7 >out
	[ "$(jq -r .key out | sort -u | wc -l)" -eq 24 ]
	stop
	exec 7>&-
}

@test "a reader that left ends it quietly, and what is stored is for the next" {
	sv-crm -v -u http://127.0.0.1:0/hook listen > >(exec true) 2>said 3>&- &
	server=$!
	wait "$server"
	server=
	serve -p settle=10m
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=1)" = 200 ]
	kill_all
	[ ! -s out ]
	sqlite3 state/store.db "UPDATE inbox SET due = 0"
	serve
	within 20 told 1
	stop
}

@test "SIGTERM: what has begun is answered and told of, then it ends" {
	serve
	port=$(sed 's/.*:\([0-9]*\).*/\1/' <<<"$url")
	exec 5<>"/dev/tcp/127.0.0.1/$port"
	body="event=ONEXTERNALCALLSTART&data[CALL_ID]=1&data[PHONE_NUMBER]=1&$token"
	printf 'POST /hook HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n' \
		"${#body}" >&5
	[ "$(status "${url%/hook}/health")" = 200 ]
	kill "$server"
	within 20 sh -c "! curl -s -o /dev/null ${url%/hook}/health"
	printf '%s' "$body" >&5
	run timeout 20 cat <&5
	[[ $output == "HTTP/1.1 200 OK"*"Connection: close"*ok* ]]
	exec 5>&-
	wait "$server"
	server=
	[ "$(jq -r .type out)" = crm.click ]
}

@test "on a full disk the answer is 503, and then what is told is 200 again" {
	mkdir disk
	mount -t tmpfs -o size=400k tmpfs disk 2>/dev/null ||
		skip "mounting a small disk is not permitted here"
	serve -d disk/store.db -p settle=0
	filler=$(printf 'x%.0s' {1..20000})
	kill -STOP $(cat "/proc/$server/task/$server/children")
	for n in {1..40}; do
		code=$(post event=ONX "data[A]=$filler$n")
		[ "$code" = 200 ] || break
		last=$n
	done
	[ "$code" = 503 ]
	[ "$(cat answer)" = "not now" ]
	grep -q 'warning: a webhook is lost, as it cannot be stored' said
	mount -o remount,size=8m disk
	kill -CONT $(cat "/proc/$server/task/$server/children")
	[ "$(post event=ONY)" = 200 ]
	within 20 told $((last + 1))
	stop
	[ "$(jq -r .event out | sort | uniq -c | tr -s ' \n' ' ')" = " $last ONX 1 ONY " ]
}

@test "without its database the answer is 503, until it is back" {
	dsn=$("$peers/postgres" start "$PWD/pg") || skip "no PostgreSQL"
	serve -d "$dsn" -p settle=0
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=1)" = 200 ]
	within 20 told 1
	"$peers/postgres" stop "$PWD/pg"
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=2)" = 503 ]
	[ "$(status "${url%/hook}/health")" = 503 ]
	"$peers/postgres" again "$PWD/pg"
	within 20 eval '[ "$(status "${url%/hook}/health")" = 200 ]'
	[ "$(post event=ONCRMLEADADD data[FIELDS][ID]=3)" = 200 ]
	within 20 told 2
	stop
	[ "$(jq -r .id out | tr '\n' ' ')" = "1 3 " ]
}

@test "https with a certificate, and only so" {
	"$peers/certificates" certs
	run -64 --separate-stderr sv-crm --cert certs/good.pem --key certs/good.key listen
	chmod 644 certs/good.key
	run -78 --separate-stderr sv-crm -u https://127.0.0.1:0/ --cert certs/good.pem \
		--key certs/good.key listen
	[[ $stderr == *"chmod 640"* ]]
	chmod 600 certs/good.key
	run -78 --separate-stderr sv-crm -u https://127.0.0.1:0/ --cert certs/good.pem \
		--key certs/wrong.key listen
	serve -u https://127.0.0.1:0/hook --cert certs/good.pem --key certs/good.key
	[[ $url == https://* ]]
	[ "$(CURL_CA_BUNDLE=certs/ca.pem click 1)" = 200 ]
	run -60 curl -s "$url"
	run curl -s --max-time 10 -d "$token" "http${url#https}"
	[[ $output != *ok* ]]
	address=${url#https://}
	for version in 1 1_1 1_2 1_3; do
		run openssl s_client "-tls$version" -cipher ALL@SECLEVEL=0 \
			-connect "${address%/hook}" </dev/null
		case $version in
		1*_[23]) [[ $output == *"Verification error"* ]] ;;
		*) [[ $output == *"no peer certificate available"* ]] ;;
		esac
	done
	within 20 told 1
	stop
}

@test "beyond this machine without TLS is said to be open" {
	serve -u http://0.0.0.0:0/hook
	grep -q 'warning: 0.0.0.0 takes webhooks without TLS' said
	stop
}

@test "a socket from systemd is taken, and who knocks between two runs waits" {
	cat >activate <<-'END'
		import os, socket, sys
		s = socket.socket()
		s.bind(("127.0.0.1", 0))
		s.listen(10)
		open("port", "w").write(str(s.getsockname()[1]))
		if s.fileno() != 3:
		    os.dup2(s.fileno(), 3)
		os.set_inheritable(3, True)
		for n in "ab":
		    if not os.fork():
		        os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
		        open("pid", "w").write(str(os.getpid()))
		        os.execvp("sv-crm", ["sv-crm", "-v", "-p", "settle=0", "listen"])
		    os.wait()
		    open("between", "w").write(n)
	END
	python3 activate >out 2>said 3>&- &
	python=$!
	within 20 grep -q listening said
	url=http://127.0.0.1:$(<port)/
	[ "$(click 1)" = 200 ]
	server=$(<pid)
	kill "$server"
	[ "$(click 2)" = 200 ]
	within 20 told 2
	within 20 eval '[ "$(<pid)" != "$server" ]'
	server=$(<pid)
	kill "$server"
	wait "$python"
	server=
	[ "$(jq -r .id out | tr '\n' ' ')" = "externalCall.1 externalCall.2 " ]
}

@test "a click is a call file for Asterisk, whole and in its place" {
	mkdir spool
	serve --spool spool -p context=out -p 'caller="Click" <{extension}>' \
		-p variables=A=1,TO={phone} -p wait=45s -p retries=1
	[ "$(click 1)" = 200 ]
	within 20 told 1
	stop
	"$SV_ROOT/tests/check-events" --known out
	call=$(jq -r 'select(.placed).call' out)
	[ "$(ls -A spool | sort | tr '\n' ' ')" = ".sales-voice sv-$call.call " ]
	[ -z "$(ls -A spool/.sales-voice)" ]
	[ "$(stat -c %a "spool/sv-$call.call")" = 660 ]
	[ "$(cat "spool/sv-$call.call")" = "Channel: Local/101@from-internal
CallerID: \"Click\" <101>
MaxRetries: 1
RetryTime: 60
WaitTime: 45
Context: out
Extension: 79161234511
Priority: 1
Setvar: SV_CALL_ID=$call
Setvar: SV_PHONE=+79161234511
Setvar: SV_CRM_CALL=externalCall.1
Setvar: SV_CRM_USER=7
Setvar: A=1
Setvar: TO=+79161234511" ]
}

@test "nothing from the network gets into a call file but what one can dial" {
	mkdir spool
	serve --spool spool -p prefixes=+7,+375
	i=0
	while IFS= read -r case; do
		IFS='|' read -r phone extension user id <<<"$case"
		[ "$(post event=ONEXTERNALCALLSTART \
			"$(printf 'data[PHONE_NUMBER]=%b' "$phone")" \
			"$(printf 'data[EXTENSION]=%b' "$extension")" \
			"$(printf 'data[USER_ID]=%b' "$user")" \
			"$(printf 'data[CALL_ID]=%b%d' "$id" $((++i)))")" = 200 ]
	done <<-'END'
		8(916)123-45-67\nChannel: Local/1@x|101\nApplication: System|1\nData: rm|a\nSetvar: X=
		+79161234567|101;102|1|b
		+79161234567|101@evil|1|c
		+79161234567|${SHELL(id)}|1|d
		+79161234567|&PJSIP/9|1|e
		+79161234567||1|f
		112|101|1|g
		+12025550123|101|1|h
		;+79161234567|101|1|i
		+79161234567|101|1\nSet: Y=1|j
		+79161234567|101|1|k;l#m
		+79161234567|123456789|1|n
	END
	within 20 told 12
	stop
	[ "$(grep -hvE '^(Channel: Local/101@from-internal|MaxRetries: 0|RetryTime: 60|WaitTime: 30|Context: from-internal|Extension: 79161234567|Priority: 1|Setvar: SV_(CALL_ID=[0-9A-Z]{26}|PHONE=\+79161234567|CRM_USER=1|CRM_CALL=[a-z][0-9]+))$' \
		spool/*.call)" = "" ]
	[ "$(jq -r 'select(.placed | not).reason' out | LC_ALL=C sort | uniq -c | tr -s ' ')" = \
" 1 a number that may not be called
 1 no extension is known
 5 no extension that can be dialled
 3 no number that can be dialled" ]
}

@test "no more calls than allowed in a minute, and none that are late" {
	mkdir spool
	serve --spool spool -p calls=3
	for n in 1 2 3 4 5; do
		[ "$(click "$n")" = 200 ]
	done
	within 20 told 5
	kill_all
	serve --spool spool -p calls=3
	[ "$(click 6)" = 200 ]
	within 20 told 6
	stop
	[ "$(ls spool/*.call | wc -l)" -eq 3 ]
	[ "$(jq -r .reason out | sort | uniq -c | tr -s ' \n' ' ')" = \
		" 3 more than 3 calls a minute 3 null " ]
	serve --spool spool -p within=1m
	kill -STOP $(cat "/proc/$server/task/$server/children")
	[ "$(click 7)" = 200 ]
	kill_all
	sqlite3 state/store.db "UPDATE inbox SET received = received - 61000"
	serve --spool spool -p within=1m
	within 20 told 7
	stop
	[ "$(jq -rs '.[6].reason' out)" = "too late" ]
	[ "$(ls spool/*.call | wc -l)" -eq 3 ]
}

@test "each click is one call, whenever it is killed" {
	mkdir spool done
	# who takes calls out of the spool, as Asterisk does
	while [ ! -e over ]; do
		for file in spool/*.call; do
			[ ! -e "$file" ] || { echo "${file##*/}" >>placed && rm "$file"; }
		done
		read -r -t 0.005 <> <(:) || true
	done 3>&- &
	asterisk=$!
	for n in {1..15}; do
		serve --spool spool -p calls=1000
		[ "$(click "$n")" = 200 ]
		[ "$(click "$((n + 20))")" = 200 ]
		kill_all
	done
	serve --spool spool -p calls=1000
	within 20 all_told 30
	stop
	within 20 sh -c '! ls spool/*.call 2>/dev/null'
	touch over
	wait "$asterisk"
	[ "$(sort placed | uniq -d)" = "" ]
	[ "$(wc -l <placed)" -eq 30 ]
}

@test "neither of its processes can run another program" {
	serve
	! nm -D "$(command -v sv-crm)" | grep -q __asan_init ||
		skip "LeakSanitizer looks into its own process"
	for pid in "$server" $(cat "/proc/$server/task/$server/children"); do
		grep -qx $'Seccomp:\t2' "/proc/$pid/status"
		grep -qx $'NoNewPrivs:\t1' "/proc/$pid/status"
	done
	stop
}

@test "-n tells and shows, and keeps nothing" {
	mkdir spool
	serve -n --spool spool
	[ "$(click 1)" = 200 ]
	within 20 told 1
	stop
	[ "$(jq -c '[.type, .placed]' out)" = '["crm.click",false]' ]
	grep -qx 'Channel: Local/101@from-internal' said
	[ -z "$(ls -A spool)" ]
	[ ! -e state ]
}
