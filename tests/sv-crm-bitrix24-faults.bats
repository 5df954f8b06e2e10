# sv-crm and a Bitrix24 that misbehaves: at the end each lead, call, recording,
# transcript, comment and task is there exactly once, and in order.
bats_require_minimum_version 1.5.0
load bitrix24

setup() {
	bitrix24_setup
	recordings 1 4
	calls 1 4 >events
}

teardown() {
	doubles_teardown
}

writes=(crm.item.add telephony.externalCall.register
	telephony.externalCall.finish telephony.externalCall.attachRecord
	telephony.call.attachTranscription crm.timeline.comment.add)

# each FAULT [MORE]: that fault, once at each kind of write
each() {
	local method
	for method in "${writes[@]}"; do
		printf '%s\n' "$1:method=$method,times=1${2:+,$2}"
	done
}

# stream FAULT...: the calls come while that goes wrong
stream() {
	local rc=0
	faults "$port" "$@"
	timeout 120 sv-crm "${bx[@]}" -t 3s <events >out 2>err || rc=$?
	[[ $rc =~ ^(0|69|75)$ ]] || {
		echo "# ended with $rc: $(tail -n 3 err)" >&2
		return 1
	}
	# the events went through whatever came
	grep -v '"stage":"crm"' out | cmp - events
}

# through FAULT...: the same, and then the rest is sent
through() {
	stream "$@"
	drained
	happened=$(ask_control counts | jq '[.faults[]] | add // 0')
}

# quiet: nothing was given up, and no secret told
quiet() {
	[ -z "$(cat err sent.err out 2>/dev/null | grep -E 'given up|peer-(client-)?secret')" ]
}

@test "when all is well, each call is there with all that is of it" {
	portal
	with_application
	timeout 60 sv-crm "${bx[@]}" <events >out
	grep -v '"stage":"crm"' out | cmp - events
	[ "$(waiting)" = 0 ]
	whole 4
	sv-crm "${bx[@]}" <events >out
	whole 4
}

@test "a connection reset before anything was read doubles and loses nothing" {
	portal
	with_application
	mapfile -t list < <(each reset)
	through "${list[@]}"
	[ "$happened" -ge 3 ]
	whole 4
	quiet
}

@test "an answer lost after the write was done does not do it twice" {
	portal
	with_application
	mapfile -t list < <(each lost)
	through "${list[@]}"
	[ "$happened" -ge 3 ]
	whole 4
	quiet
}

@test "every first write whose answer is lost, of every call, is found again" {
	portal
	with_application
	through lost:writes=yes,times=12
	[ "$happened" -ge 4 ]
	whole 4
}

@test "a 500 after the write was done does not do it twice" {
	portal
	with_application
	mapfile -t list < <(each internal)
	through "${list[@]}"
	[ "$happened" -ge 3 ]
	whole 4
	quiet
}

@test "502 without and 504 with the write done: once all the same" {
	portal
	with_application
	mapfile -t list < <(each gateway; each gateway-after)
	through "${list[@]}"
	[ "$happened" -ge 6 ]
	whole 4
	quiet
}

@test "answers cut off, cut short, slow or called something else" {
	portal
	with_application
	mapfile -t list < <(each truncated; each garbage; each text; each slow ms=1; each rebuilt)
	through "${list[@]}"
	[ "$happened" -ge 10 ]
	whole 4
	quiet
}

@test "a page of HTML in place of an answer is a trouble, no refusal" {
	portal
	with_application
	mapfile -t list < <(each html)
	through "${list[@]}" html:times=3
	[ "$happened" -ge 5 ]
	whole 4
	quiet
}

@test "a portal that is full is left alone, and gets it all later" {
	portal
	with_application
	through query-limit:times=4
	[ "$happened" -eq 4 ]
	whole 4
	quiet
}

@test "a method that has used its time up waits alone" {
	portal
	with_application
	stream operation-limit:method=attachRecord,skip=1,times=1
	[ "$(ask_control counts | jq '.errors.OPERATION_TIME_LIMIT')" -ge 1 ]
	[ "$(ask_control calls | jq -sc 'map([(.leads | length), .finished]) | unique')" \
		= '[[1,1]]' ]
	[ "$(ask_control calls | jq -s 'map(.records) | add')" -eq 1 ]
	order clock +601
	drained
	whole 4
	quiet
}

@test "an hour of 503: everything waits, nothing is given up" {
	portal
	with_application
	faults "$port" gateway:status=503
	run -75 timeout 60 sv-crm "${bx[@]}" -t 1s <events
	for ((i = 0; i < 2; i++)); do
		hurry
		timeout 20 sv-crm send "${bx[@]}" -t 1s >>out 2>>err || true
	done
	[ "$(sv-crm outbox list dead | wc -l)" = 0 ]
	[ "$(ask_control calls | wc -l)" = 0 ]
	order clock +3600
	through
	whole 4
	quiet
}

@test "a token that has expired is renewed, once" {
	portal
	with_application
	order expire ""
	through expired:method=attachRecord,times=1 \
		expired:method=comment.add,times=1
	whole 4
	quiet
	[ "$(ask_control counts | jq '.tokens.refreshed')" -le 3 ]
	[ -z "$(find "$SV_STATE" -type f -name '*bitrix*' -perm /077)" ]
}

@test "a token that expires in mid-batch costs what was not done alone" {
	portal
	with_application
	through halfway:times=1,after=1 halfway:times=1,after=1,skip=2 \
		halfway:times=1,after=0,skip=2
	[ "$happened" -eq 3 ]
	whole 4
	quiet
}

@test "a batch whose commands fail here and there is not sent again whole" {
	portal
	with_application
	through halfway:after=1,code=QUERY_LIMIT_EXCEEDED,times=2 \
		halfway:after=1,code=INTERNAL_SERVER_ERROR,times=2
	whole 4
	quiet
}

@test "somebody who puts the same person in at that moment is not our lead" {
	portal
	with_application
	through somebody:writes=yes,times=2,kind=lead \
		somebody:writes=yes,times=2,kind=contact
	[ "$happened" -ge 2 ]
	whole 4
	quiet
}

@test "killed while an answer is outstanding, again and again" {
	portal
	with_application
	for method in "${writes[@]}"; do
		faults "$port" "silent:method=$method"
		before=$(ask_control counts | jq '[.faults[]] | add // 0')
		setsid sv-crm "${bx[@]}" <events >out 2>err &
		pid=$!
		timeout 60 sh -c 'until [ "$(curl -sf "$1/counts" |
			jq "[.faults[]] | add // 0")" -gt "$2" ]; do
			kill -0 "$3" 2>/dev/null || exit 0; done' sh \
			"$control" "$before" $pid
		kill -9 -- "-$pid" || true
		wait $pid || true
		hurry
	done
	faults "$port"
	drained
	whole 4
}

@test "what the portal does after the connection was lost is not done twice" {
	settle 3000
	portal
	with_application
	mapfile -t list < <(each dropped ms=700)
	through "${list[@]}"
	[ "$happened" -ge 3 ]
	whole 4
	quiet
}

@test "what the portal does after its asker was killed is not done twice" {
	settle 3000
	portal
	with_application
	for method in crm.item.add comment.add; do
		faults "$port" "hold:ms=700,method=$method,times=1"
		setsid sv-crm "${bx[@]}" <events >out 2>err &
		pid=$!
		timeout 60 sh -c 'until [ "$(curl -sf "$1/counts" |
			jq ".faults.hold // 0")" -ge "$2" ]; do :; done' sh \
			"$control" $((++killed))
		kill -9 -- "-$pid" || true
		wait $pid || true
	done
	drained
	whole 4
}

@test "the portal killed and started again in the middle" {
	portal
	with_application
	through late:ms=50 &
	pid=$!
	timeout 60 sh -c 'until curl -sf "$1/calls" | grep -q K; do :; done' \
		sh "$control"
	kill -9 "${started[0]}"
	wait "${started[0]}" || true
	started=()
	was=$port
	portal --port "$was"
	wait $pid
	drained
	whole 4
}

@test "two processes at once send each thing once" {
	portal
	with_application
	faults "$port" lost:writes=yes,rate=0.2
	timeout 120 sv-crm "${bx[@]}" -t 5s <events >out1 2>err1 &
	timeout 120 sv-crm "${bx[@]}" -t 5s <events >out2 2>err2 || true
	wait $! || true
	faults "$port"
	drained
	whole 4
}

@test "a missed call is one task, and a call back closes it, whatever is lost" {
	portal
	with_application
	missed M1 +79160000001 >early
	faults "$port" lost:method=tasks.task.add,times=2
	timeout 60 sv-crm "${bx[@]}" -t 3s <early >out 2>err || true
	drained
	ask_control state >state.json
	[ "$(jq -c '[.task[] | .STATUS]' state.json)" = '[2]' ]
	calls 1 1 >back
	faults "$port" lost:method=tasks.task.complete,times=2
	timeout 60 sv-crm "${bx[@]}" -t 3s <back >out 2>err || true
	drained
	ask_control state >state.json
	[ "$(jq -c '[.task[] | .STATUS]' state.json)" = '[5]' ]
	[ "$(ask_control duplicates)" = "{}" ]
	quiet
}

@test "by a webhook, too, each call is there once" {
	portal
	with_webhook
	mapfile -t list < <(each lost; each internal; echo lost:method=activity.add)
	through "${list[@]}"
	whole 4 webhook
	[ "$(ask_control counts | jq '.errors.WRONG_AUTH_TYPE')" = null ]
	quiet
}
