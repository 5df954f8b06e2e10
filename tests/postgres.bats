# The store in PostgreSQL: a server of our own, on a socket in a folder.
bats_require_minimum_version 1.5.0

setup_file() {
	export server=$SV_ROOT/tests/peers/postgres
	export base=$BATS_FILE_TMPDIR/postgres
	SV_DSN=$("$server" start "$base" 2>"$BATS_FILE_TMPDIR/why") ||
		skip "$(<"$BATS_FILE_TMPDIR/why")"
	export SV_DSN
}

teardown_file() {
	[ ! -s "$base/data/postmaster.pid" ] || "$server" stop "$base"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	[ -s "$base/data/postmaster.pid" ] || "$server" again "$base"
	psql -qX "$SV_DSN" -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' \
		2>/dev/null
	export SV_STATE=$PWD/state SV_STORE=$SV_DSN
	journal=$SV_STATE/journal.ndjson
}

teardown() {
	[ ! -s "$BATS_TEST_TMPDIR/tls/data/postmaster.pid" ] ||
		"$server" stop "$BATS_TEST_TMPDIR/tls"
}

# calls N: that many calls, whole
calls() {
	local i
	for ((i = 1; i <= $1; i++)); do
		jq -cn --arg call "C$i" '
			def event($type; $stage; $seq): {v: 1, $type, $call,
				$seq, t: ($seq * 1000), $stage,
				time: "2026-11-21T10:00:0\($seq).000Z"};
			event("call.start"; "capture"; 1) +
				{caller: "+79161234567", direction: "in"},
			event("asr.final"; "asr"; 1) +
				{utterance: 1, text: "нужен кондиционер"},
			event("dialog.end"; "dialog"; 1) +
				{outcome: "lead", slots: {name: "Иван"}},
			event("call.end"; "capture"; 2) +
				{reason: "hangup", duration_ms: 9000}'
	done
}

counts() {
	jq -rs '[(map(select(.kind == "lead")) | length),
		(map(select(.kind == "call")) | length),
		(map(.key) | unique | length)] | join(" ")' "$journal"
}

@test "it holds what SQLite holds, in the same words" {
	SV_TEST_POSTGRES=$SV_DSN run "$SV_UNIT/store"
	[ "$status" -eq 0 ]
	[[ $output != *"not ok"* ]]
}

@test "its audit log is the same chain" {
	SV_TEST_POSTGRES=$SV_DSN run "$SV_UNIT/audit"
	[ "$status" -eq 0 ]
	[[ $output != *"not ok"* ]]
}

@test "a stream becomes leads and calls, fed again nothing more" {
	calls 20 >events
	sv-crm <events >out
	[ "$(counts)" = "20 20 40" ]
	grep -v '"stage":"crm"' out | cmp - events
	sv-crm <events | grep -v '"stage":"crm"' | cmp - events
	[ "$(counts)" = "20 20 40" ]
	[ "$(sv-crm outbox list sent | wc -l)" -eq 40 ]
	[ "$(sv-crm outbox)" = "" ]
}

@test "two processes send each thing once" {
	calls 40 >events
	sv-crm <events >out1 &
	sv-crm <events >out2
	wait $!
	sv-crm send
	[ "$(counts)" = "40 40 80" ]
}

@test "killed at random, and the database with it, each call is there once" {
	calls 60 >events
	for ((round = 0; round < 8; round++)); do
		: >out
		sv-crm <events >out 2>&1 &
		pid=$!
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(wc -l <out)" -lt "$2" ]; do :; done' sh \
			$pid $((RANDOM % 300 + 20))
		[ $((round % 3)) -ne 1 ] || "$server" stop "$base"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		[ $((round % 3)) -ne 1 ] || "$server" again "$base"
	done
	run -0 --separate-stderr sv-crm <events
	[ "$stderr" = "" ]
	[ "$(counts)" = "60 60 120" ]
	[ "$(sv-crm outbox)" = "" ]
}

@test "without a database the events pass, and it is told" {
	calls 3 >events
	"$server" stop "$base"
	run -75 --separate-stderr sv-crm <events
	[ "$output" = "$(<events)" ]
	[[ $stderr == *"store postgresql://$base/sales: "* ]]
	"$server" again "$base"
	sv-crm <events >/dev/null
	[ "$(counts)" = "3 3 6" ]
}

@test "a database that goes away under a stream loses no call" {
	calls 30 >events
	mkfifo feed
	sv-crm <feed >out 2>err &
	pid=$!
	exec 7>feed
	head -n 40 events >&7
	timeout 20 sh -c 'until [ "$(grep -c crm.sent out)" -ge 10 ]; do :; done'
	"$server" stop "$base"
	sed -n 41,80p events >&7
	timeout 20 sh -c 'until [ "$(grep -vc "\"stage\":\"crm\"" out)" -ge 80 ]; do :; done'
	"$server" again "$base"
	tail -n +81 events >&7
	exec 7>&-
	wait $pid || true
	sv-crm <events >/dev/null
	[ "$(counts)" = "30 30 60" ]
	grep -v '"stage":"crm"' out | cmp - events
}

# children: of the sv-crm that runs
children() {
	ps -o pid= --ppid "$pid" | sort -n
}

@test "events pass while the database hangs, and are queued later" {
	calls 30 >events
	mkfifo feed
	sv-crm <feed >out 2>err 7>&- &
	pid=$!
	exec 7>feed
	head -n 40 events >&7
	timeout 20 sh -c 'until [ "$(grep -c crm.sent out)" -eq 20 ]; do :; done'
	hung=$(ps -o pid= --ppid "$(head -n 1 "$base/data/postmaster.pid")")
	kill -STOP $hung
	tail -n +41 events >&7
	timeout 20 sh -c 'until [ "$(grep -vc "\"stage\":\"crm\"" out)" -eq 120 ]
		do :; done'
	kill -CONT $hung
	exec 7>&-
	wait $pid
	[ "$(counts)" = "30 30 60" ]
	grep -v '"stage":"crm"' out | cmp - events
	[ ! -s err ]
}

@test "its processes killed at random, each call is there once" {
	calls 200 >events
	mkfifo feed
	sv-crm <feed >out 2>err 7>&- &
	pid=$!
	exec 7>feed
	for ((round = 0; round < 8; round++)); do
		sed -n "$((round * 100 + 1)),$((round * 100 + 100))p" events >&7
		sleep "0.$((RANDOM % 3))"
		kill -9 "$(children | shuf -n 1)" 2>/dev/null || true
	done
	exec 7>&-
	wait $pid
	[ "$(counts)" = "200 200 400" ]
	grep -v '"stage":"crm"' out | cmp - events
	[ "$(sv-crm outbox)" = "" ]
}

@test "a password that is missing or wrong is told, and printed nowhere" {
	run -75 --separate-stderr sv-crm outbox \
		-d "postgresql://sales:hunter2@/nowhere?host=$base/none"
	[[ $output$stderr != *hunter2* ]]
	[[ $stderr == "sv-crm: store postgresql://$base/none/nowhere: "* ]]
	run -75 --separate-stderr sv-crm outbox \
		-d "postgresql://sales@/nowhere?host=$base"
	[[ $stderr == *'database "nowhere" does not exist'* ]]
}

# stored [ARG ...]: the answer of the database
stored() {
	psql -qXAt "${2-$SV_DSN}" -c "$1"
}

@test "a stream of calls is stored once, a month's events together" {
	calls 20 >events
	calls 3 | sed 's/2026-11-21/2027-02-28/; s/"C/"D/' >>events
	echo '{"v":1,"type":"note","call":"C1","seq":9,"t":0,"stage":"test"}' >>events
	run -0 --separate-stderr sv-report ingest <events
	[ "$stderr" = "" ]
	cmp - events <<<"$output"
	sv-report ingest <events | cmp - events
	stored 'SELECT line FROM events ORDER BY place' | cmp - events
	[ "$(stored 'SELECT count(*) FROM events_202611')" -eq 80 ]
	[ "$(stored 'SELECT count(*) FROM events_202702')" -eq 12 ]
	[ "$(stored 'SELECT count(*) FROM events_undated')" -eq 1 ]
	[ "$(stored "SELECT count(*) FROM calls WHERE outcome = 'lead'
		AND caller = '+79161234567' AND duration_ms = 9000")" -eq 23 ]
	[ "$(stored "SELECT count(*) FROM slots WHERE value = 'Иван'")" -eq 23 ]
	[ "$(stored "SELECT count(*) FROM leads WHERE name = 'Иван'
		AND outcome = 'lead' AND lead IS NULL")" -eq 23 ]
	for n in 1 2; do
		jq -cn '{v: 1, call: "C1", t: 0, time: "2026-11-21T10:00:09.000Z"} + (
			{type: "crm.sent", stage: "crm", seq: 9, kind: "lead",
				key: "C1:lead", made: {lead: 12}},
			{type: "tag.mood", stage: "tag", seq: 1, value: "calm"})' |
			sv-report ingest >passed
	done
	[ "$(stored "SELECT name || lead FROM leads WHERE call = 'C1'")" = Иван12 ]
	[ "$(stored 'SELECT call || tag || value FROM tags')" = C1moodcalm ]
}

@test "reports from the database are those from the file" {
	from=$SV_ROOT/examples/events/calls.ndjson
	sv-report ingest <"$from" >passed
	for report in calls daily funnel latency costs variants \
		'daily --since 2026-11-19 --until 2026-11-19'; do
		# shellcheck disable=SC2086
		cmp <(sv-report $report -d "$SV_DSN") <(sv-report $report "$from")
	done
	cmp <(sv-report transcript 01kaea4 -d "$SV_DSN") \
		<(sv-report transcript 01kaea4 "$from")
}

@test "two streams make a new month's partition at the same time" {
	calls 200 >events
	sv-report ingest <events >one &
	sv-report ingest <events >two
	wait $!
	cmp one two
	[ "$(stored 'SELECT count(*) FROM events')" -eq 800 ]
}

@test "a database that goes away under a stream delays and loses no event" {
	calls 100 >events
	mkfifo feed
	sv-report ingest -t 60s <feed >out 2>err &
	pid=$!
	exec 7>feed
	head -n 100 events >&7
	timeout 30 sh -c 'until [ "$(psql -qXAt "$SV_DSN" -c \
		"SELECT count(*) FROM events" 2>&1)" = 100 ]; do sleep 0.05; done'
	"$server" stop "$base"
	sed -n 101,300p events >&7
	timeout 30 sh -c 'until [ "$(wc -l <out)" -eq 300 ]; do sleep 0.05; done'
	"$server" again "$base"
	tail -n +301 events >&7
	exec 7>&-
	wait $pid
	cmp out events
	stored 'SELECT line FROM events ORDER BY place' | cmp - events
}

@test "without the database events pass, it is told, and fed again they are there" {
	calls 3 >events
	"$server" stop "$base"
	run -75 --separate-stderr sv-report ingest -t 0ms <events
	cmp - events <<<"$output"
	[[ $stderr == *": 12 of 12 events were not stored: feed them again" ]]
	"$server" again "$base"
	sv-report ingest <events >/dev/null
	[ "$(stored 'SELECT count(*) FROM events')" -eq 12 ]
}

@test "owner, writer and reader may do what they need, and no more" {
	calls 3 >events
	sv-report ingest </dev/null
	roles=$SV_ROOT/examples/store/roles.sql
	psql -qX "$SV_DSN" -f "$roles"
	psql -qX "$SV_DSN" -f "$roles" # again does no harm
	stored 'DROP ROLE IF EXISTS w, r, o, x; CREATE ROLE x LOGIN;
		CREATE ROLE w LOGIN IN ROLE sales_writer;
		CREATE ROLE r LOGIN IN ROLE sales_reader;
		CREATE ROLE o LOGIN IN ROLE sales_owner' 2>&1
	w=${SV_DSN/sales@/w@} r=${SV_DSN/sales@/r@}
	o=${SV_DSN/sales@/o@}"&options=-c%20role%3Dsales_owner"

	# no table was forgotten
	[ "$(stored "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
		AND relnamespace = 'public'::regnamespace AND NOT relispartition
		AND NOT has_table_privilege('sales_writer', oid, 'INSERT')")" = migration ]

	# the writer: both programs, and a month nobody has had
	sv-report ingest -d "$w" <events >/dev/null
	sv-report ingest -d "$w" <events >/dev/null
	sv-crm -d "$w" <events >/dev/null
	[ "$(stored 'SELECT count(*) FROM events_202611')" -eq 12 ]
	[ "$(counts)" = "3 3 6" ]
	for no in 'DELETE FROM events' 'UPDATE events SET line = NULL' \
		'DROP TABLE events_202611' 'CREATE TABLE mine (a INT)' \
		'DELETE FROM calls' 'TRUNCATE costs' 'SELECT who FROM audit' \
		'UPDATE audit SET who = NULL' 'DELETE FROM audit'; do
		run ! stored "$no" "$w"
		[[ $output == *"permission denied"* || $output == *"must be owner"* ]]
	done

	# the reader: every report, and no more
	cmp <(sv-report daily -d "$r") <(sv-report daily events)
	cmp <(sv-report transcript C1 -d "$r") <(sv-report transcript C1 events)
	[ "$(stored "SELECT count(*) FROM audit WHERE action = 'look' AND subject = 'C1'")" -eq 1 ]
	run -77 --separate-stderr sv-report ingest -t 0ms -d "$r" <events
	[[ $stderr == *"permission denied"* ]]
	for no in 'SELECT payload FROM outbox' 'SELECT fields FROM inbox' 'INSERT INTO calls (call) VALUES (1)' \
		'SELECT events_month(1800000000000)' 'SELECT subject FROM audit' \
		'UPDATE audit SET who = NULL' 'DELETE FROM audit' \
		'CREATE TEMP TABLE mine (a INT)'; do
		run ! stored "$no" "$r"
		[[ $output == *"permission denied"* ]]
	done

	# the owner, and who is none of these
	sv-report ingest -d "$o" </dev/null
	run ! stored 'SELECT 1' "${SV_DSN/sales@/x@}"
	[[ $output == *"permission denied for database"* ]]
	stored 'DROP OWNED BY sales_owner CASCADE' 2>/dev/null
	stored 'DROP ROLE w, r, o, x'
	stored 'GRANT CONNECT, TEMPORARY ON DATABASE sales TO PUBLIC'
}

@test "TLS to the server is verified when the DSN says so" {
	"$SV_ROOT/tests/peers/certificates" "$PWD/pem"
	dsn=$("$server" start "$BATS_TEST_TMPDIR/tls" "$PWD/pem")
	calls 1 >events
	ca="sslrootcert=$PWD/pem/ca.pem"
	full="$dsn?sslmode=verify-full"
	run -0 --separate-stderr sv-report ingest -t 0ms -d "$full&$ca" <events
	[ "$stderr" = "" ]
	[ "$(stored 'SELECT version FROM pg_stat_ssl
		WHERE pid = pg_backend_pid()' "$full&$ca")" = TLSv1.3 ]
	run -75 --separate-stderr sv-report ingest -t 0ms \
		-d "$full&sslrootcert=$PWD/pem/other.pem" <events
	cmp - events <<<"$output"
	[[ $stderr == *"certificate verify failed"* ]]
	run -75 --separate-stderr sv-report ingest -t 0ms \
		-d "${full/localhost/elsewhere.example}&$ca&hostaddr=127.0.0.1" <events
	[[ $stderr == *'does not match host name "elsewhere.example"'* ]]
	"$server" stop "$BATS_TEST_TMPDIR/tls"
}
