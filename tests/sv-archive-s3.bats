# sv-archive with an S3-compatible store: a strict double, and its faults.
bats_require_minimum_version 1.5.0
load archive

CALL=01JDXR6T9Q2ZC8V4M7WJ5YBNKE
MIB=1048576

setup() {
	archive_setup
}

teardown() {
	doubles_teardown
}

# the requests of a kind that there were
asked() {
	control counts | jq ".requests[\"$1\"] // 0"
}

@test "a file is put, looked at, and then goes" {
	s3
	file spool/$CALL.flac 100000
	cp -p spool/$CALL.flac was
	touch -d 2026-01-31T12:00:00Z spool/$CALL.flac
	run -0 --separate-stderr sv-archive upload spool
	[ "$stderr" = "" ]
	[ "$(jq -r .place <<<"$output")" = s3://calls ]
	[ "$(objects)" = 2026/01/31/$CALL.flac ]
	same 2026/01/31/$CALL.flac was
	[ ! -e spool/$CALL.flac ]
	[ "$(control counts | jq -c '[.requests, .refused]')" = \
		'[{"head":2,"put":1,"uploads":1},["NoSuchKey"]]' ]
	[ "$(control objects | jq -r '.[].meta.sha256')" = \
		"$(sha256sum <was | cut -d ' ' -f 1)" ]
	sv-archive get $CALL | cmp - was
	sv-archive verify --full
}

@test "nothing in what is sent tells whose it is" {
	s3
	file "spool/Иванов +79161234567.wav" 100
	sv-archive upload spool >events
	! grep -qiE '9161234567|Иванов|%D0|spool' s3.log
	! control objects | grep -qE '9161234567|Иванов|spool'
}

@test "prefix, storage class and encryption are as they are set" {
	s3
	export SV_S3_PREFIX=sales/moscow
	file spool/a.flac 100
	sv-archive upload -p class=COLD -p sse=aws:kms -p sse-key=k/1 spool >events
	[ "$(jq -r .place events)" = s3://calls/sales/moscow ]
	[[ $(objects) = sales/moscow/20??/??/??/a.flac ]]
	[ "$(control objects | jq -c '.[] | [.storage, .sse, .sse_key]')" = \
		'["COLD","aws:kms","k/1"]' ]
	[[ $(sv-archive list --remote) = 20??/??/??/a.flac* ]]
	sv-archive get a | cmp - <(seq 1 100 | head -c 100)
}

@test "encryption that was asked for and not done is a failure" {
	s3 --no-sse yes
	file spool/a.flac 100
	run -69 --separate-stderr sv-archive upload -p sse=AES256 spool
	[[ $stderr = *"is not encrypted as was asked"* ]]
	[ -e spool/a.flac ]
}

@test "what is large goes in parts, sealed or not" {
	s3
	export SV_SEAL_KEY
	SV_SEAL_KEY=$(sv-archive keygen)
	file spool/sealed.flac $((17 * MIB + 5))
	cp spool/sealed.flac was
	sv-archive upload spool >events
	[ "$(asked part)" -eq 3 ]
	[ ! -e spool/sealed.flac ]
	sv-archive get sealed | cmp - was
	unset SV_SEAL_KEY
	cp was spool/plain.flac
	sv-archive upload spool >events
	[ "$(asked part)" -eq 6 ]
	sv-archive get plain | cmp - was
	# exactly at the limit it is still one
	head -c $((16 * MIB)) was >spool/limit.flac
	sv-archive upload spool >events
	[ "$(asked part)" -eq 6 ]
	[ "$(control uploads)" = '[]' ]
}

@test "an upload that was killed goes on where it was" {
	s3 --page 2
	export SV_SEAL_KEY
	SV_SEAL_KEY=$(sv-archive keygen)
	file spool/$CALL.flac $((41 * MIB))
	cp spool/$CALL.flac was
	faults "$port" silent:op=part,skip=4
	sv-archive upload spool >events 3>&- &
	pid=$!
	started+=($pid)
	timeout 60 sh -c "until curl -sf http://127.0.0.1:$port/control/counts |
		jq -e '.requests.part >= 5' >/dev/null; do sleep 0.05; done"
	kill -9 $pid
	wait $pid || true
	[ -e spool/$CALL.flac ]
	[ "$(state $CALL)" = local ]
	[ "$(objects)" = "" ]
	faults "$port"
	before=$(asked part)
	run -0 --separate-stderr sv-archive -v upload spool
	[[ $stderr = *"goes on with"* ]]
	[ $(($(asked part) - before)) -le 2 ]
	[ "$(asked create)" -eq 1 ]
	[ ! -e spool/$CALL.flac ]
	sv-archive get $CALL | cmp - was
}

@test "a file that is another by then is not mixed with what is there" {
	s3
	file spool/a.flac $((25 * MIB))
	faults "$port" 500:op=complete
	run -75 --separate-stderr sv-archive upload spool
	[ "$(control uploads | jq 'length')" -eq 1 ]
	faults "$port"
	# another beginning: all of it anew
	(printf x; tail -c +2 spool/a.flac) >new
	cp new spool/a.flac
	touch -d '1 minute ago' spool/a.flac
	sv-archive upload spool >events
	same "$(objects)" new
	# the same beginning, another end: its sums are its own all the same
	file spool/b.flac $((25 * MIB))
	faults "$port" 500:op=complete
	run -75 --separate-stderr sv-archive upload spool
	faults "$port"
	echo more >>spool/b.flac
	cp spool/b.flac new
	sv-archive upload spool >events
	same "$(objects | grep /b)" new
	sv-archive verify --full
	[ "$(control uploads)" = '[]' ]
}

@test "a file that changes while it is put is put again" {
	s3
	for key in "" "$(sv-archive keygen)"; do
		export SV_SEAL_KEY=$key
		file spool/a${#key}.flac $((25 * MIB))
		faults "$port" 503:retry-after=2,op=part,skip=1,times=1
		before=$(asked part)
		sv-archive upload spool >events 2>err 3>&- &
		pid=$!
		started+=($pid)
		timeout 60 sh -c "until curl -sf http://127.0.0.1:$port/control/counts |
			jq -e '.requests.part >= $before + 2' >/dev/null; do sleep 0.05; done"
		# behind our back: neither its length nor its time tells
		touch -r spool/a${#key}.flac stamp
		printf 'X' | dd of=spool/a${#key}.flac bs=1 seek=$((20 * MIB)) \
			conv=notrunc status=none
		touch -r stamp spool/a${#key}.flac
		rc=0
		wait $pid || rc=$?
		[ $rc -eq 75 ]
		grep -q "changed while it was read" err
		cp spool/a${#key}.flac was
		sv-archive upload spool >events
		sv-archive get a${#key} | cmp - was
		[ ! -e spool/a${#key}.flac ]
	done
}

@test "complete that says 200 and an error is not a success" {
	s3
	file spool/a.flac $((17 * MIB))
	faults "$port" error-200:op=complete
	run -75 --separate-stderr sv-archive upload spool
	[[ $stderr = *"InternalError"* ]]
	[ -e spool/a.flac ]
	faults "$port" error-200:op=complete,times=1
	sv-archive upload spool >events
	[ ! -e spool/a.flac ]
	sv-archive verify --full
}

# each OP...: with the fault once at each of these
each() {
	local fault=$1 op
	shift
	for op; do
		echo "# $fault $op" >&2
		faults "$port" "$fault,op=$op,times=1"
		rm -rf state
		seq 1 9 >"spool/${fault%%:*}-$op.flac"
		cp large "spool/large-${fault%%:*}-$op.flac"
		run -0 --separate-stderr sv-archive upload spool
		[ "$stderr" = "" ]
		[ "$(ls spool)" = "" ]
		faults "$port"
		sv-archive verify
	done
}

@test "what fails for a moment is done again" {
	s3
	file large $((17 * MIB))
	each 500:p=1 put part create complete head uploads
	each 503:retry-after=0 put complete
	each 400-timeout:p=1 part
	each html:p=1 head complete
	[ "$(objects | wc -l)" -eq 22 ]
}

@test "what is lost on the way, or cannot be read, is done again" {
	s3
	file large $((17 * MIB))
	each reset:p=1 put part create
	each lost:p=1 put part create complete
	each nonsense:p=1 create complete uploads
	[ "$(objects | wc -l)" -eq 20 ]
}

@test "what came cut short goes on where it was cut, and is what it was" {
	s3
	file spool/a.flac 3000000
	cp spool/a.flac was
	sv-archive upload spool >events
	faults "$port" cut:op=get,times=1
	sv-archive get a -o out
	cmp out was
	[ "$(asked get)" -eq 2 ]
	faults "$port" reset:op=get,times=1
	sv-archive get a | cmp - was
	faults "$port" cut:op=get
	rm out
	run -75 --separate-stderr sv-archive get a -o out
	[ ! -e out ]
	s3 --no-range yes
	rm -rf state
	cp was spool/a.flac
	sv-archive upload spool >events
	faults "$port" cut:op=get,times=1
	sv-archive get a | cmp - was
}

@test "a bit that turned on the way or there is found" {
	s3
	file spool/a.flac 300000
	sv-archive upload spool >events
	faults "$port" flip:op=get
	run -65 --separate-stderr sv-archive get a -o out
	[ ! -e out ]
	[[ $stderr = *"altered"* ]]
	run -65 --separate-stderr sv-archive verify --full
	[[ $output = *"damaged" ]]
	faults "$port"
	sv-archive verify --full
	key=$(objects)
	seq 1 300000 | head -c 299999 | curl -sf -T - \
		"http://127.0.0.1:$port/control/object/$key" >/dev/null
	run -65 --separate-stderr sv-archive verify
	[[ $output = *"damaged" ]]
}

@test "what rots while it is put is put again" {
	s3 --fault rot:op=put,times=1
	file spool/a.flac 300000
	cp spool/a.flac was
	sv-archive upload spool >events
	same "$(objects)" was
	[ ! -e spool/a.flac ]
	faults "$port" rot:op=part,times=1
	file spool/b.flac $((17 * MIB))
	cp spool/b.flac was
	run --separate-stderr sv-archive upload spool
	[ "$status" -eq 0 ] || sv-archive upload spool >events
	same "$(objects | grep /b)" was
	faults "$port" rot:op=put
	file spool/c.flac 1000
	run -75 --separate-stderr sv-archive upload spool
	[ -e spool/c.flac ]
}

@test "ETags that are no MD5 do not hinder" {
	s3 --kms yes
	file spool/a.flac 1000
	file spool/b.flac $((17 * MIB))
	sv-archive upload spool >events
	[ "$(ls spool)" = "" ]
	sv-archive verify --full
	# and the download that may be asked for reads all of it
	file spool/c.flac 1000
	before=$(asked get)
	sv-archive upload -p verify=download spool >events
	[ "$(asked get)" -gt "$before" ]
}

@test "a service without If-None-Match is used without" {
	s3 --no-conditional yes
	file spool/a.flac 1000
	file spool/b.flac $((17 * MIB))
	sv-archive upload spool >events
	[ "$(objects | wc -l)" -eq 2 ]
	[ "$(ls spool)" = "" ]
}

@test "another's object of that name is left as it is" {
	s3
	file spool/a.flac 1000
	touch -d 2026-01-31 spool/a.flac
	sv-archive upload spool >events
	echo "somebody's" | curl -sf -T - \
		"http://127.0.0.1:$port/control/object/2026/01/31/a.flac"
	rm -rf state
	file spool/a.flac 2000
	cp spool/a.flac was
	touch -d 2026-01-31 spool/a.flac
	sv-archive upload spool >events
	[ "$(jq -r .key events)" = 2026/01/31/a-2.flac ]
	[ "$(control object/2026/01/31/a.flac)" = "somebody's" ]
	same 2026/01/31/a-2.flac was
}

@test "an answer that was lost does not double anything" {
	s3 --fault lost:op=put,times=1 --fault lost:op=complete,times=1
	file spool/a.flac 1000
	file spool/b.flac $((17 * MIB))
	sv-archive upload spool >events
	[ "$(objects | wc -l)" -eq 2 ]
	[ "$(wc -l <events)" -eq 2 ]
	[ "$(ls spool)" = "" ]
}

@test "a clock that is wrong is told so" {
	s3 --clock 3600
	file spool/a.flac 100
	run -78 --separate-stderr sv-archive upload spool
	[[ $stderr = *"this machine's clock is 3"[56]??" s behind the service's: set it right" ]]
	curl -sf -T - "http://127.0.0.1:$port/control/clock" <<<-7200
	run -78 --separate-stderr sv-archive upload spool
	[[ $stderr = *"s ahead of the service's"* ]]
	[ -e spool/a.flac ]
	curl -sf -T - "http://127.0.0.1:$port/control/clock" <<<600
	sv-archive upload spool >events
	[ ! -e spool/a.flac ]
}

@test "keys, regions and buckets that are wrong are told apart" {
	s3
	file spool/a.flac 100
	SV_S3_SECRET=wrongwrongwrong run -77 --separate-stderr sv-archive upload spool
	[[ $stderr = *"check SV_S3_SECRET" ]]
	SV_S3_KEY_ID=OTHER run -77 --separate-stderr sv-archive upload spool
	SV_S3_TOKEN=ABCDEFGHIJ run --separate-stderr sv-archive upload spool
	[ "$status" -ne 0 ]
	SV_S3_SECRET=wrongwrongwrong run -77 --separate-stderr sv-archive list --remote
	[[ $stderr = *"SignatureDoesNotMatch"*"check SV_S3_SECRET" ]]
	SV_S3_REGION=us-east-1 run -78 --separate-stderr sv-archive list --remote
	[[ $stderr = *"the bucket is in region 'eu-test-1', not 'us-east-1'" ]]
	SV_S3_BUCKET=other run -78 --separate-stderr sv-archive list --remote
	[[ $stderr = *"NoSuchBucket"*"check SV_S3_BUCKET" ]]
	SV_S3_BUCKET= run -78 --separate-stderr sv-archive list
	[[ $stderr = *"no bucket"* ]]
	SV_S3_SECRET= run -78 --separate-stderr sv-archive list
	[[ $stderr = *"no SV_S3_SECRET"* ]]
	[ -e spool/a.flac ]
}

@test "a token is sent, and no secret is ever shown" {
	s3 --token TOKENTOKENTOKEN
	export SV_S3_TOKEN=TOKENTOKENTOKEN SV_SEAL_KEY
	SV_SEAL_KEY=$(sv-archive keygen)
	file spool/a.flac 100
	run -0 --separate-stderr sv-archive -vv upload spool
	[ "$(objects | wc -l)" -eq 1 ]
	for secret in SECRETSECRET TOKENTOKENTOKEN "${SV_SEAL_KEY#*:}"; do
		[[ $output$stderr != *$secret* ]]
		! sqlite3 state/store.db .dump | grep -qF "$secret"
	done
	! grep -qF "${SV_SEAL_KEY#*:}" s3.log
	! grep -qF SECRETSECRET s3.log
}

@test "lists of many pages are read to their end" {
	s3 --page 3
	for n in 1 2 3 4 5 6 7 8; do
		file spool/c$n.flac $((n * 10))
	done
	sv-archive upload spool >events
	[ "$(sv-archive list --remote | wc -l)" -eq 8 ]
	[ "$(sv-archive list --remote | cut -f 2 | tr '\n' ' ')" = \
		"10 20 30 40 50 60 70 80 " ]
}

@test "what nobody finished is taken away in time" {
	s3 --fault 500:op=complete
	file spool/a.flac $((17 * MIB))
	run -75 --separate-stderr sv-archive upload spool
	faults "$port"
	rm spool/a.flac
	file spool/b.flac 10
	sv-archive upload spool >events
	[ "$(control uploads | jq length)" -eq 1 ]
	curl -sf -T - "http://127.0.0.1:$port/control/age" <<<700000
	file spool/c.flac 10
	sv-archive upload spool >events
	[ "$(control uploads)" = '[]' ]
}

@test "a key that may not list begins anew, and one that may not look is told" {
	s3 --deny uploads,list
	file spool/a.flac $((17 * MIB))
	sv-archive upload spool >events
	[ ! -e spool/a.flac ]
	s3 --deny head
	rm -rf state
	file spool/a.flac 1000
	run -77 --separate-stderr sv-archive upload spool
	[ -e spool/a.flac ]
}

@test "the store away for a day costs nothing but the time" {
	s3
	sv-archive watch --every 50ms spool >events 2>err 3>&- &
	pid=$!
	started+=($pid)
	file spool/a.flac 1000
	timeout 60 sh -c 'while [ -e spool/a.flac ]; do sleep 0.05; done'
	faults "$port" 503
	file spool/b.flac 1000
	timeout 60 sh -c 'until grep -q "stay where they are" err; do sleep 0.05; done'
	[ -e spool/b.flac ]
	faults "$port"
	timeout 60 sh -c 'while [ -e spool/b.flac ]; do sleep 0.05; done'
	kill $pid
	wait $pid
	grep -q "s3://calls is there again" err
	[ "$(jq -r .call events | tr '\n' ' ')" = "a b " ]
	[ "$(wc -l <err)" -le 3 ]
}

@test "a service that never answers is given up" {
	s3 --fault silent
	file spool/a.flac 1000
	SV_S3_IDLE=300ms run -75 --separate-stderr sv-archive upload spool
	[[ $stderr = *"s3:"* ]]
	SV_S3_URL=http://127.0.0.1:1 run -75 --separate-stderr sv-archive upload spool
	[ -e spool/a.flac ]
}

@test "two at once keep each file once" {
	s3
	for n in {1..20}; do
		file spool/call$n.flac $((n * 1000))
	done
	for n in 1 2 3; do
		sv-archive watch --every 20ms spool >events.$n 2>err.$n 3>&- &
		started+=($!)
	done
	timeout 120 sh -c 'while [ "$(ls spool)" ]; do sleep 0.05; done'
	kill "${started[@]:1}"
	wait "${started[@]:1}"
	[ "$(objects | wc -l)" -eq 20 ]
	[ "$(cat events.? | jq -r .call | sort -u | wc -l)" -eq 20 ]
	[ "$(sqlite3 state/store.db "SELECT count(*) FROM objects
		WHERE state = 'verified'")" -eq 20 ]
	sv-archive verify --full
}

@test "killed again and again while the store misbehaves, it loses nothing" {
	s3 --fault any:p=0.15 --page 2
	export SV_SEAL_KEY
	SV_SEAL_KEY=$(sv-archive keygen)
	mkdir was
	for n in {1..12}; do
		file spool/call$n.flac $((n * 300000))
	done
	file spool/large.flac $((26 * MIB))
	cp spool/* was
	for round in {1..40}; do
		[ "$(ls spool)" ] || break
		sv-archive watch --every 20ms spool >>events 2>>err 3>&- &
		pid=$!
		started+=($pid)
		sleep 0.$((round * 37 % 90 + 10))
		kill -9 $pid || true
		wait $pid || true
		# at any time each is here, or there
		for path in was/*; do
			name=${path##*/}
			[ -e "spool/$name" ] ||
				[ "$(state "/$name")" = verified ]
		done
	done
	faults "$port"
	sv-archive upload spool >>events
	[ "$(ls spool)" = "" ]
	[ "$(objects | wc -l)" -eq 13 ]
	for path in was/*; do
		name=${path##*/}
		sv-archive get "${name%.flac}" | cmp - "$path"
	done
	[ "$(control uploads)" = '[]' ]
	# and nothing that we sent was ever refused
	[ "$(control counts | jq -c '.refused - ["NoSuchKey", "InternalError",
		"SlowDown", "PreconditionFailed", "NoSuchUpload"]')" = '[]' ]
}

@test "over TLS a certificate that is not trusted is refused" {
	"$SV_ROOT/tests/peers/certificates" certs
	s3 --tls certs/good.pem certs/good.key
	export SV_S3_URL=https://127.0.0.1:$port
	file spool/a.flac 100
	run -78 --separate-stderr sv-archive upload spool
	[ -e spool/a.flac ]
	sv-archive upload -p ca=certs/ca.pem spool >events
	[ ! -e spool/a.flac ]
}
