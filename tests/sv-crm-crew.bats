# sv-crm's processes: events pass whatever hangs, and whoever dies is replaced.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state
	unset SV_STORE SV_CRM_ENGINE SV_CRM_TIMEOUT SV_CRM_HOLD
	journal=$SV_STATE/journal.ndjson
	pid= locker=
}

teardown() {
	local child
	for child in $(children) $pid $locker; do
		kill -CONT "$child" 2>/dev/null || true
		kill -9 "$child" 2>/dev/null || true
	done
	umount disk 2>/dev/null || true
}

# calls FROM TO: whole calls of that number, one behind the other
calls() {
	jq -cn --argjson from "$1" --argjson to "$2" 'range($from; $to + 1) |
		"C\(.)" as $call |
		def event($type; $stage; $seq): {v: 1, $type, $call, $seq,
			t: ($seq * 1000), $stage,
			time: "2026-11-21T10:00:0\($seq).000Z"};
		event("call.start"; "capture"; 1) +
			{caller: "+79161234567", direction: "in"},
		event("asr.final"; "asr"; 1) +
			{utterance: 1, text: "нужен кондиционер"},
		event("dialog.end"; "dialog"; 1) +
			{outcome: "lead", slots: {name: "Иван"}},
		event("call.end"; "capture"; 2) +
			{reason: "hangup", duration_ms: 9000}'
}

counts() {
	jq -rs '[(map(select(.kind == "lead")) | length),
		(map(select(.kind == "call")) | length),
		(map(.key) | unique | length)] | join(" ")' "$journal"
}

# until_true COMMAND...: it is true soon
until_true() {
	timeout 30 bash -c 'until eval "$1"; do sleep 0.02; done' sh "$1"
}

# children: of the sv-crm that runs, the one that queues first
children() {
	[ -z "$pid" ] || ps -o pid= --ppid "$pid" 2>/dev/null | sort -n
}

# run_crm ARG...: sv-crm that reads what is written to fd 7
run_crm() {
	mkfifo feed
	sv-crm "$@" <feed >out 2>err 7>&- &
	pid=$!
	exec 7>feed
}

# end_crm: no more for it; its exit code
end_crm() {
	exec 7>&-
	wait "$pid"
}

sender() {
	children | sed -n 2p
}

# has_both: it queues and sends
has_both() {
	until_true "[ \"\$(ps -o pid= --ppid $pid | wc -l)\" -eq 2 ]"
}

passed() {
	grep -v '"stage":"crm"' out
}

@test "events pass and are queued while the CRM hangs" {
	run_crm
	has_both
	kill -STOP "$(sender)"
	calls 1 50 >&7
	until_true '[ "$(grep -c crm.queued out)" -eq 100 ]'
	calls 1 50 | cmp - <(passed)
	[ ! -s "$journal" ]
	kill -CONT "$(sender)"
	end_crm
	[ "$(counts)" = "50 50 100" ]
	[ ! -s err ]
}

@test "events pass while the process that queues hangs, and are queued later" {
	run_crm
	has_both
	keeper=$(children | head -n 1)
	kill -STOP "$keeper"
	calls 1 3000 >events
	cat events >&7
	until_true '[ "$(wc -l <out)" -eq 12000 ]'
	cmp events out
	kill -CONT "$keeper"
	end_crm
	[ "$(counts)" = "3000 3000 6000" ]
	cmp events <(passed)
}

@test "events pass while others hold the store, and are queued later" {
	run_crm
	has_both
	mkfifo hold
	sqlite3 "$SV_STATE/store.db" <hold >held 2>&1 7>&- &
	locker=$!
	exec 8>hold
	echo 'BEGIN EXCLUSIVE; SELECT 1;' >&8
	until_true '[ -s held ]'
	calls 1 20 >&7
	until_true '[ "$(wc -l <out)" -eq 80 ]'
	calls 1 20 | cmp - out
	echo 'COMMIT;' >&8
	exec 8>&-
	until_true '[ "$(grep -c crm.sent out)" -eq 40 ]'
	end_crm
	[ "$(counts)" = "20 20 40" ]
}

@test "who queues is killed at random: nothing is lost, nothing is there twice" {
	run_crm
	calls 1 400 >events
	has_both
	for ((round = 0; round < 8; round++)); do
		sed -n "$((round * 200 + 1)),$((round * 200 + 200))p" events >&7
		sleep "0.0$((RANDOM % 10))"
		kill -9 "$(children | head -n 1)" 2>/dev/null || true
	done
	end_crm
	[ "$(counts)" = "400 400 800" ]
	cmp events <(passed)
	[ "$(sv-crm outbox)" = "" ]
	grep -q 'another takes its place' err
}

@test "who sends is killed at random: each thing is there once" {
	run_crm
	calls 1 400 >events
	has_both
	for ((round = 0; round < 8; round++)); do
		sed -n "$((round * 200 + 1)),$((round * 200 + 200))p" events >&7
		sleep "0.0$((RANDOM % 10))"
		kill -9 $(children | tail -n 1) 2>/dev/null || true
	done
	end_crm
	[ "$(counts)" = "400 400 800" ]
	cmp events <(passed)
	[ "$(sv-crm outbox)" = "" ]
}

@test "killed whole at random, and fed again, each call is there once" {
	calls 1 300 >events
	for ((round = 0; round < 15; round++)); do
		: >out
		sv-crm <events >out 2>err &
		pid=$!
		until_true "! kill -0 $pid 2>/dev/null ||
			[ \"\$(wc -l <out)\" -ge $((RANDOM % 1800)) ]"
		doomed=$(children)
		kill -9 $pid $doomed 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	run -0 --separate-stderr sv-crm <events
	[ "$stderr" = "" ]
	[ "$(counts)" = "300 300 600" ]
	[ "$(sv-crm outbox)" = "" ]
}

@test "of a filter that is killed what it handed over is queued all the same" {
	run_crm
	has_both
	calls 1 20 >&7
	until_true '[ "$(wc -l <out)" -ge 80 ]'
	kill -9 $pid
	wait $pid 2>/dev/null || true
	exec 7>&-
	until_true '[ "$(sv-crm outbox list all | wc -l)" -eq 40 ]'
	sv-crm send >/dev/null
	[ "$(counts)" = "20 20 40" ]
}

@test "of a filter that is killed the calls that go on still wait for their end" {
	run_crm
	has_both
	calls 1 1 >events
	head -n 3 events >&7
	until_true '[ "$(grep -c crm.queued out)" -eq 2 ]'
	orphans=$(children)
	kill -9 $pid
	wait $pid 2>/dev/null || true
	exec 7>&-
	for orphan in $orphans; do
		timeout 30 tail --pid="$orphan" -f /dev/null
	done
	sv-crm send >/dev/null
	tail -n 1 events | sv-crm >/dev/null
	[ "$(counts)" = "1 1 2" ]
	[ "$(jq -r 'select(.kind == "call") | "\(.reason) \(.caller)"' \
		"$journal")" = "hangup +79161234567" ]
}

@test "a call that goes on is in the store within seconds, whoever is killed" {
	run_crm
	has_both
	calls 1 1 >events
	head -n 2 events >&7
	until_true '[ -n "$(sqlite3 "$SV_STATE/store.db" "SELECT state FROM
		crm_call WHERE state IS NOT NULL" 2>&1)" ]'
	kill -9 $pid $(children)
	wait $pid 2>/dev/null || true
	exec 7>&-
	tail -n 2 events | sv-crm >/dev/null
	[ "$(jq -r 'select(.kind == "call") | "\(.caller) \(.transcript[0].text)"' \
		"$journal")" = "+79161234567 нужен кондиционер" ]
}

@test "SIGTERM to all of them loses nothing" {
	run_crm
	has_both
	calls 1 100 >&7
	until_true '[ "$(wc -l <out)" -ge 400 ]'
	kill -TERM $pid $(children)
	wait $pid
	exec 7>&-
	sv-crm send >/dev/null
	[ "$(counts)" = "100 100 200" ]
	[ ! -s err ]
}

@test "SIGTERM while the CRM hangs ends it soon, and what is due waits" {
	run_crm
	has_both
	kill -STOP "$(sender)"
	calls 1 5 >&7
	until_true '[ "$(grep -c crm.queued out)" -eq 10 ]'
	kill -TERM $pid
	timeout 60 tail --pid=$pid -f /dev/null
	wait $pid
	exec 7>&-
	[ "$(sv-crm outbox | wc -l)" -eq 10 ]
	sv-crm send >/dev/null
	[ "$(counts)" = "5 5 10" ]
}

@test "who reads the output sees its end, also when a child still hangs" {
	mkfifo feed pipe
	sv-crm <feed >pipe 2>err 7>&- &
	pid=$!
	cat pipe >out 7>&- &
	reader=$!
	exec 7>feed
	has_both
	hanging=$(sender)
	kill -STOP "$hanging"
	kill -9 $pid
	wait $pid 2>/dev/null || true
	timeout 30 tail --pid=$reader -f /dev/null
	exec 7>&-
	kill -9 "$hanging"
}

@test "what is told of an entry comes in its order" {
	calls 1 200 >events
	sv-crm <events >out
	jq -rs 'map(select(.stage == "crm")) | group_by(.call) |
		map(map(.seq) == [range(1; 5)] and
			(map(.type) | sort) == (map(.type))) | all' out |
		grep -qx true
}

@test "a store that comes late gets what came before it" {
	run_crm -d late/store.db -p file=journal
	calls 1 10 >&7
	until_true '[ "$(wc -l <out)" -eq 40 ] && [ -s err ]'
	mkdir late
	until_true '[ "$(grep -c crm.sent out)" -eq 20 ]'
	end_crm
	journal=journal
	[ "$(counts)" = "10 10 20" ]
	[ "$(wc -l <err)" -eq 1 ]
}
