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

@test "a password that is missing or wrong is told, and printed nowhere" {
	run -75 --separate-stderr sv-crm outbox \
		-d "postgresql://sales:hunter2@/nowhere?host=$base/none"
	[[ $output$stderr != *hunter2* ]]
	[[ $stderr == "sv-crm: store postgresql://$base/none/nowhere: "* ]]
	run -75 --separate-stderr sv-crm outbox \
		-d "postgresql://sales@/nowhere?host=$base"
	[[ $stderr == *'database "nowhere" does not exist'* ]]
}
