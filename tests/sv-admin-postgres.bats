# sv-admin on a PostgreSQL store: a server of our own, as in postgres.bats
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
	psql -qX "$SV_DSN" -c 'DROP SCHEMA public CASCADE; CREATE SCHEMA public' \
		2>/dev/null
	export SV_STATE=$PWD/state SV_STORE=$SV_DSN
	here=$PWD
	old=$(date -u -d '400 days ago' +%F) new=$(date -u -d '2 days ago' +%F)
	cat >rules.yaml <<-EOF2
		folders: { recordings: "$here/rec", logs: "$here/logs" }
		keep: { recordings: 90d, transcripts: 90d, slots: 90d,
		  events: 90d, calls: 90d, costs: 90d, leads: 90d, outbox: 90d,
		  inbox: 90d }
	EOF2
}

stored() {
	psql -qAtX "$SV_DSN" -c "$1"
}

# call ID DAY PHONE
call() {
	jq -cn --arg call "$1" --arg day "$2" --arg phone "$3" \
		--arg rec "$here/rec/$1.flac" '
		def event($type; $stage; $seq): {v: 1, $type, $call, $seq,
			t: ($seq * 1000), $stage,
			time: "\($day)T10:00:0\($seq).000Z"};
		event("call.start"; "capture"; 1) + {caller: $phone,
			callee: "100", direction: "in", recording: $rec},
		event("asr.final"; "asr"; 1) + {utterance: 1, text: "алло"},
		event("dialog.slot"; "dialog"; 1) + {name: "name", value: "Иван"},
		event("dialog.end"; "dialog"; 2) + {outcome: "lead",
			slots: {name: "Иван"}},
		event("call.end"; "capture"; 2) +
			{reason: "hangup", duration_ms: 9000, recording: $rec}'
	mkdir -p "$here/rec"
	echo "sound of $1" >"$here/rec/$1.flac"
}

@test "months that are over go as a whole, young calls stay" {
	{
		call OLD "$old" +79161234567
		call NEW "$new" +79031112233
	} >events
	sv-report ingest <events >/dev/null
	month=events_$(date -u -d "$old" +%Y%m)
	[ "$(stored "SELECT count(*) FROM $month")" = 5 ]
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --format json
	[ "$(jq -c '[.kinds[] | select(.rows > 0) | [.kind, .rows]]' \
		<<<"$output")" = '[["recordings",1],["transcripts",1],["slots",4],["events",5],["calls",8]]' ]
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply --format json
	[ "$stderr" = "" ]
	[ "$(jq '.kinds[] | select(.kind == "events") | .rows' <<<"$output")" -ge 3 ]
	[ "$(stored "SELECT to_regclass('$month')")" = "" ]
	[ "$(stored 'SELECT string_agg(DISTINCT call, $$,$$) FROM events')" = NEW ]
	[ "$(stored 'SELECT string_agg(call, $$,$$) FROM calls')" = NEW ]
	[ "$(ls rec)" = NEW.flac ]
	sv-admin audit --verify
	# what comes late finds its month made again
	sv-report ingest <events >/dev/null
	[ "$(stored "SELECT count(*) FROM $month")" = 5 ]
}

@test "a month in which something waits for the CRM goes call by call" {
	{
		call WAITS "$old" +79161234567
		call GONE "$old" +79031112233
	} >events
	sv-report ingest <events >/dev/null
	sv-crm <events >/dev/null
	stored "UPDATE outbox SET state = 'dead' WHERE call = 'WAITS' AND kind = 'lead'"
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[[ $output == *"held: "* ]]
	[ "$(stored 'SELECT string_agg(DISTINCT call, $$,$$) FROM events')" = WAITS ]
	[ "$(ls rec)" = WAITS.flac ]
	stored "UPDATE outbox SET state = 'sent'"
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$(stored 'SELECT count(*) FROM events')" = 0 ]
}

@test "who reads a month is waited for a short time only, and told" {
	call OLD "$old" +79161234567 | sv-report ingest >/dev/null
	mkfifo ask
	psql -qAtX "$SV_DSN" <ask >answer &
	pid=$!
	exec 8>ask
	echo 'BEGIN; SELECT count(*) FROM events;' >&8
	timeout 20 sh -c 'until [ -s answer ]; do :; done'
	cat >some.yaml <<-EOF
		keep: { events: 90d, calls: forever }
	EOF
	run -75 --separate-stderr sv-admin retention --rules some.yaml --apply 8>&-
	[[ ${stderr_lines[0]} == "sv-admin: warning: events_"*" stays: store "*"lock timeout"* ]]
	exec 8>&-
	wait $pid
	run -0 --separate-stderr sv-admin retention --rules some.yaml --apply
}

@test "killed anywhere, and the database with it, the next run does the rest" {
	for ((i = 0; i < 40; i++)); do
		call "C$i" "$old" "+7916000$((1000 + i))"
	done >events
	call KEEP "$new" +79031112233 >>events
	sv-report ingest <events >/dev/null
	for ((round = 0; round < 8; round++)); do
		sv-admin retention --rules rules.yaml --apply >/dev/null 2>&1 &
		pid=$!
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(ls rec | wc -l)" -gt "$2" ]; do :; done' sh \
			$pid $((40 - 5 * round)) || true
		[ $((round % 4)) -ne 1 ] || "$server" stop "$base"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
		[ $((round % 4)) -ne 1 ] || "$server" again "$base"
	done
	# the server sees a moment later that the one who had the right is gone
	timeout 20 sh -c 'until sv-admin retention --rules rules.yaml --apply \
		>/dev/null 2>&1; do :; done'
	[ "$(ls -A rec)" = KEEP.flac ]
	[ "$(stored 'SELECT string_agg(DISTINCT call, $$,$$) FROM events')" = KEEP ]
	[ "$(stored 'SELECT string_agg(call, $$,$$) FROM calls')" = KEEP ]
	sv-admin audit --verify
}

@test "a number is forgotten in every table" {
	{
		call MINE "$new" "8 (916) 123-45-67"
		call OTHER "$new" +79031112233
	} >events
	sv-report ingest <events >/dev/null
	sv-crm <events >/dev/null
	mkdir logs && cp events logs/e.ndjson
	stored "CREATE TABLE memory (who TEXT, said JSONB);
		INSERT INTO memory VALUES ('89161234567', '{}'),
		('x', '{\"phone\": \"+7 916 123-45-67\"}'), ('y', '{}')"
	sv-admin keygen key >/dev/null
	SV_ADMIN_KEY_FILE=key run -0 --separate-stderr sv-admin forget \
		--rules rules.yaml --apply -o r.json 9161234567
	[ "$stderr" = "" ]
	for table in calls events outbox slots; do
		[ "$(stored "SELECT string_agg(DISTINCT call, ',') FROM $table")" = OTHER ]
	done
	[ "$(stored 'SELECT string_agg(who, $$,$$) FROM memory')" = y ]
	[ "$(ls rec)" = OTHER.flac ]
	cmp <(tail -n 5 events) logs/e.ndjson
	sv-admin verify --key key.pub -d "$SV_DSN" r.json
	jq -e '.tables.memory == 2 and .tables.calls == 1' r.json
}
