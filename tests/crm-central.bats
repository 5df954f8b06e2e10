# Calls streamed into sv-crm while the portal misbehaves at random, sv-crm is
# killed and its database restarted: at the end each lead, call and recording is
# there exactly once, in order.
#
# SV_CRM_CENTRAL="CALLS KILLS RESTARTS" is how much of it; 1000 100 5 is the
# whole, which takes some minutes.
bats_require_minimum_version 1.5.0
load bitrix24

setup_file() {
	export server=$SV_ROOT/tests/peers/postgres
}

setup() {
	read -r n_calls n_kills n_restarts <<<"${SV_CRM_CENTRAL:-40 12 2}"
	seed=${SV_CRM_SEED:-$RANDOM} told=${SV_CRM_CENTRAL-}
	bitrix24_setup
	settle 1000
	RANDOM=$seed
	echo "# seed $seed" >&2
}

teardown() {
	doubles_teardown
	[ ! -s "$PWD/pg/data/postmaster.pid" ] || "$server" stop "$PWD/pg"
}

# One request in seven goes wrong. The token server is left alone: what it gave
# and nobody got is lost by its rules.
misbehave() {
	faults "$port" expired:rate=0.005,method=. reset:rate=0.02,method=. \
		lost:rate=0.03,method=. internal:rate=0.02,method=. \
		gateway:rate=0.01,method=. gateway-after:rate=0.01,method=. \
		truncated:rate=0.01,method=. garbage:rate=0.01,method=. \
		html:rate=0.005,method=. query-limit:rate=0.005,method=. \
		halfway:rate=0.02,method=batch \
		halfway:rate=0.01,method=batch,code=INTERNAL_SERVER_ERROR \
		somebody:rate=0.02,method=.add late:rate=0.02,ms=30,method=. \
		hold:rate=0.1,ms=300,writes=yes dropped:rate=0.03,ms=300,method=.
}

# round FROM TO NEW WHAT: sv-crm gets these calls' events, NEW of them for the
# first time, and is killed at any moment: while it passes them on and queues, or
# when so many were sent
round() {
	local pid what=. n=$((RANDOM % (5 * ($2 - $1 + 1) + 10 * $3)))
	[ $((RANDOM % 3)) -eq 0 ] || what=crm.sent n=$((RANDOM % (6 * $3 + 6)))
	calls "$1" "$2" >feed
	: >out
	setsid sv-crm "${bx[@]}" -t 3s <feed >out 2>>err &
	pid=$!
	timeout 2 sh -c 'while kill -0 "$1" 2>/dev/null &&
		[ "$(grep -c "$2" out)" -lt "$3" ]; do sleep 0.01; done' sh \
		$pid "$what" "$n" || true
	[ "$4" != restart ] || "$database"
	murder $pid
	wait $pid 2>/dev/null || true
	[ "$4" != restart ] || "$again"
}

# murder PID: all of it, who passes the events alone, or who sends first
murder() {
	! kill -0 "$1" 2>/dev/null || killed=$((killed + 1))
	case $((RANDOM % 3)) in
	0) kill -9 "$1" 2>/dev/null || true ;;
	1) pkill -9 -P "$1" 2>/dev/null || true ;;
	esac
	kill -9 -- "-$1" 2>/dev/null || true
}

# What was said of a token is believed: who is told to authorize does.
keep_access() {
	local rc=0
	timeout 60 sv-crm rest profile "${bx[@]}" >/dev/null 2>>err || rc=$?
	[ $rc -ne 77 ] || authorize
}

# what it was, for who asked for a size of his own
tell_how() {
	ask_control counts | jq -c --argjson kills "$killed" \
		--argjson restarts "$restarted" '{kills: $kills, $restarts,
		requests, faults: ([.faults[]] | add), by: .faults, overruns}' \
		>how
	[ -z "$told" ] || sed 's/^/# /' how >&3
}

central() {
	local i from new to=0 what killed=0 restarted=0
	portal --seed "$seed"
	with_application
	recordings 1 "$n_calls"
	misbehave
	while [ "$killed" -lt "$n_kills" ]; do
		from=$((to - 20 > 0 ? to - 20 : 1))
		new=$((n_calls * (killed + 1) / n_kills - to))
		to=$((to + new)) what=
		[ $((killed * n_restarts / n_kills)) -lt "$restarted" ] ||
			what=restart restarted=$((restarted + 1))
		round "$from" "$to" "$new" "$what"
		hurry
		keep_access
	done
	calls 1 "$n_calls" | timeout 600 sv-crm "${bx[@]}" >out 2>>err || true
	for ((i = 0; i < n_kills; i++)); do
		[ "$(waiting)" != 0 ] || break
		hurry
		keep_access
		timeout 60 sv-crm send "${bx[@]}" -t 3s >>sent 2>>err || true
	done
	faults "$port"
	drained
	tell_how
	whole "$n_calls"
	[ "$(sv-crm outbox list dead | wc -l)" = 0 ]
}

# SQLite has no server: somebody else keeps its file for a while
@test "in SQLite: killed at random, each call is there once, in order" {
	locked() {
		sqlite3 "$SV_STATE/store.db" 'BEGIN EXCLUSIVE' \
			'.shell sleep 0.3' ROLLBACK 2>/dev/null || true
	}
	database=locked again=true
	central
}

@test "in PostgreSQL: it is restarted, too" {
	SV_STORE=$("$server" start "$PWD/pg" 2>why) || skip "$(<why)"
	export SV_STORE
	stop_postgres() { "$server" stop "$PWD/pg"; }
	start_postgres() { "$server" again "$PWD/pg"; }
	database=stop_postgres again=start_postgres
	central
}
