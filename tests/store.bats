# Events into a store and reports from it: here an SQLite file.
bats_require_minimum_version 1.5.0

setup() {
	export TZ=Europe/Moscow
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state
	calls=$SV_ROOT/examples/events/calls.ndjson
	db=$PWD/calls.db
	away="postgresql://nobody@/none?host=$PWD/none"
	pid=
}

teardown() {
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null || true
}

ask() {
	sqlite3 -cmd '.timeout 10000' "$db" "$1"
}

# until COMMAND...: it is true soon
until_true() {
	timeout 30 bash -c 'until eval "$1"; do sleep 0.05; done' sh "$1"
}

# events N: as many of one call
events() {
	seq "$1" | jq -c '{v: 1, type: "test.event", call: "C1", seq: .,
		t: 0, time: "2026-11-21T10:00:00.000Z", stage: "test"}'
}

@test "a stream is passed on as it is and stored, fed again nothing more" {
	run -0 --separate-stderr sv-report ingest -d "$db" <"$calls"
	[ "$stderr" = "" ]
	cmp <(sv-report ingest -d "$db" <"$calls") "$calls"
	[ "$(ask 'SELECT count(*) FROM events')" -eq "$(wc -l <"$calls")" ]
	cmp <(ask 'SELECT line FROM events ORDER BY place') "$calls"
	[ "$(ask 'SELECT count(*) FROM calls')" -eq \
		"$(jq -r 'select(.call != "").call' "$calls" | sort -u | wc -l)" ]
	[ "$(ask 'SELECT count(*) FROM turns')" -eq \
		"$(grep -c '"type":"turn"' "$calls")" ]
	[ "$(ask 'SELECT count(*) FROM costs')" -eq \
		"$(grep -c '"type":"cost"' "$calls")" ]
}

@test "a call's row and its slots say what its events said" {
	sv-report ingest -d "$db" <"$calls" >passed
	id=$(jq -r 'select(.type == "dialog.end" and .outcome == "qualified").call' \
		"$calls" | head -n 1)
	jq -r --arg id "$id" 'select(.call == $id and .type == "call.start") |
		"\(.caller)|\(.direction)|qualified"' "$calls" >wanted
	ask "SELECT caller, direction, outcome FROM calls
		WHERE call = '$id'" | cmp - wanted
	jq -r --arg id "$id" 'select(.call == $id and .type == "dialog.slot") |
		"\(.slot)|\(.value)"' "$calls" | sort >wanted
	ask "SELECT name, value FROM slots WHERE call = '$id'
		AND raw IS NOT NULL" | sort >found
	[ -s found ]
	[ -z "$(comm -13 wanted found)" ]
}

# tagged: a call with a lead, what the CRM made of it, and tags
tagged() {
	local common='"v":1,"call":"C1","t":0,"time":"2026-11-21T10:00:00.000Z"'
	printf '{%s,%s}\n' \
		"$common" '"type":"dialog.end","stage":"dialog","seq":1,"outcome":"lead","scenario":"sales","version":"3","caller":"+79161234567","slots":{"имя":"Иван","phone":"+79160000001","need":"окна","floor":3,"email":null}' \
		"$common" '"type":"crm.sent","stage":"crm","seq":3,"kind":"lead","key":"C1:lead","made":{"lead":12,"contact":"5"}' \
		"$common" '"type":"crm.sent","stage":"crm","seq":4,"kind":"call","key":"C1:call"' \
		"$common" '"type":"crm.sent","stage":"crm","seq":5,"kind":"deal","key":"C1:deal","made":{"deal":7}' \
		"$common" '"type":"tag.sentiment","stage":"tag","seq":1,"value":"calm","confidence":0.9' \
		"$common" '"type":"tag.check","stage":"tag","seq":2,"value":true'
}

@test "leads and tags have tables of their own, in whatever pieces they come" {
	tagged >events
	for file in whole lines twice; do
		db=$PWD/$file.db
		case $file in
		whole) sv-report ingest -d "$db" <events ;;
		lines) while read -r line; do
			sv-report ingest -d "$db" <<<"$line"
		done <events ;;
		twice) cat events events | sv-report ingest -d "$db" ;;
		esac >passed
		[ "$(ask 'SELECT * FROM leads')" = 'C1|1795255200000|lead|sales|3|+79161234567|Иван|+79160000001|||окна|{"имя":"Иван","phone":"+79160000001","need":"окна","floor":3,"email":null}|12|5|7' ]
		[ "$(ask 'SELECT * FROM tags ORDER BY seq')" = 'C1|tag|1|1795255200000|sentiment|calm|{"value":"calm","confidence":0.9}
C1|tag|2|1795255200000|check|true|{"value":true}' ]
	done
}

@test "every report from the store is the one from the file" {
	sv-report ingest -d "$db" <"$calls" >passed
	for report in calls daily funnel latency costs variants \
		'daily --since 2026-11-19 --until 2026-11-19' \
		'calls --since 2026-11-20T10:00 --format csv' \
		'costs --format json --until 2026-11-19' \
		'transcript 01kaea4' 'daily --format html --redact no'; do
		# shellcheck disable=SC2086
		sv-report $report -d "$db" >stored
		if [[ $report == transcript* ]]; then
			sv-report $report "$calls" >read
		else
			# shellcheck disable=SC2086
			sv-report $report "$calls" >read
		fi
		[ -s read ]
		cmp stored read
	done
}

@test "an event is in the store while the stream goes on" {
	mkfifo feed
	sv-report ingest -d "$db" <feed >passed &
	pid=$!
	exec 7>feed
	events 1 >&7
	until_true "[ \"\$(sqlite3 $db 'SELECT count(*) FROM events' 2>&1)\" = 1 ]"
	[ "$(wc -l <passed)" -eq 1 ]
	exec 7>&-
	wait $pid
}

@test "events without a call or a number are stored once each" {
	cat >odd <<-'end'
		{"v":1,"type":"cost","seq":1,"t":0,"stage":"asr","amount":1}
		{"v":1,"type":"cost","seq":1,"t":0,"stage":"asr","amount":2}
		{"type":"note","call":"C1"}
		{"type":"note","call":"C1","seq":-4,"time":"1970-01-01T00:00:00Z"}
		{"type":"note","call":"C1","seq":"x","time":7}
	end
	sv-report ingest -d "$db" <odd | cmp - odd
	sv-report ingest -d "$db" <odd | cmp - odd
	ask 'SELECT line FROM events ORDER BY place' | cmp - odd
	[ "$(ask 'SELECT sum(amount) FROM costs')" = 3.0 ]
	[ "$(ask 'SELECT DISTINCT time FROM events')" = -1 ]
}

@test "a bad line is told and the rest is stored" {
	{
		events 1
		echo 'no event'
		events 3 | tail -n 1
	} >mixed
	run -65 --separate-stderr sv-report ingest -d "$db" <mixed
	[ ${#lines[@]} -eq 3 ]
	jq -e '.type == "error" and .line == 2' <<<"${lines[1]}"
	[ "$(ask 'SELECT count(*) FROM events')" -eq 2 ]
}

@test "nothing at all makes an empty store, and a report on it" {
	run -0 --separate-stderr sv-report ingest -d "$db" </dev/null
	[ "$output$stderr" = "" ]
	run -0 sv-report daily -d "$db"
	cmp <(sv-report daily -d "$db") <(sv-report daily </dev/null)
}

@test "lines in any pieces are the same" {
	for size in 1 7 4096; do
		head -n 40 "$calls" | dd bs=$size 2>dd |
			sv-report ingest -d "$size.db" | cmp - <(head -n 40 "$calls")
		sqlite3 "$size.db" 'SELECT line FROM events ORDER BY place' |
			cmp - <(head -n 40 "$calls")
	done
}

@test "told to end, it stores what it has" {
	mkfifo feed
	sv-report ingest -d "$db" <feed >passed &
	pid=$!
	exec 7>feed
	events 100 >&7
	until_true '[ "$(wc -l <passed)" -eq 100 ]'
	kill -TERM $pid
	wait $pid
	exec 7>&-
	[ "$(ask 'SELECT count(*) FROM events')" -eq 100 ]
}

@test "a reader that leaves ends it quietly, with what it took stored" {
	events 20000 >many
	set +o pipefail
	{ sv-report ingest -d "$db" <many 2>err; echo $? >code; } | head -n 1 >first
	[ "$(cat code)" = 0 ]
	[ ! -s err ]
	[ "$(ask 'SELECT count(*) FROM events')" -ge 1 ]
}

@test "a full disk downstream is a failure, and what was read is stored" {
	events 10 >few
	run -74 --separate-stderr bash -c 'sv-report ingest -d "$1" <few >/dev/full' sh "$db"
	[[ $stderr == "sv-report: write "*": No space left on device" ]]
	[ "$(ask 'SELECT count(*) FROM events')" -ge 1 ]
}

@test "without a store everything passes, and it is told to feed it again" {
	run -75 --separate-stderr sv-report ingest -t 0ms -d "$away" <"$calls"
	cmp - "$calls" <<<"$output"
	[[ $stderr == *" events were not stored: feed them again" ]]
	run -0 sv-report ingest -d "$db" <"$calls"
	[ "$(ask 'SELECT count(*) FROM events')" -eq "$(wc -l <"$calls")" ]
}

@test "a store that comes late gets what came before it" {
	mkfifo feed
	db=$PWD/late/calls.db
	sv-report ingest -d "$db" <feed >passed 2>err &
	pid=$!
	exec 7>feed
	events 50 >&7
	until_true '[ "$(wc -l <passed)" -eq 50 ] && grep -q meanwhile err'
	mkdir late
	until_true '[ "$(sqlite3 late/calls.db "SELECT count(*) FROM events" 2>&1)" = 50 ]'
	exec 7>&-
	wait $pid
	[ "$(grep -c . err)" -eq 2 ]
	[[ $(tail -n 1 err) == *"the store works again" ]]
}

@test "what is kept for a store that is away has a ceiling" {
	jq -cn '("x" * 500000) as $pad | range(1; 41) | {v: 1, type: "test.event",
		call: "C1", seq: ., t: 0, stage: "test", $pad}' >large
	run -75 --separate-stderr bash -c 'sv-report ingest -t 0ms --memory 4 \
		-d "$1" <large >passed' sh "$away"
	cmp passed large
	[[ $stderr == *"events that wait for the store fill 4 MiB"* ]]
	[[ $stderr == *": 40 of 40 events were not stored: feed them again" ]]
}

@test "large events, more than are kept, wait for a store that is only slow" {
	jq -cn '("x" * 500000) as $pad | range(1; 41) | {v: 1, type: "test.event",
		call: "C1", seq: ., t: 0, stage: "test", $pad}' >large
	run -0 --separate-stderr bash -c 'sv-report ingest --memory 4 \
		-d "$1" <large >passed' sh "$db"
	[ "$stderr" = "" ]
	[ "$(ask 'SELECT count(*) FROM events')" -eq 40 ]
}

@test "killed, it leaves a store that the same stream makes whole" {
	events 30000 >many
	for least in 1 500 5000; do
		: >passed
		sv-report ingest -d "$db" <many >passed &
		pid=$!
		until_true "[ \"\$(wc -l <passed)\" -ge $least ]"
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	pid=
	sv-report ingest -d "$db" <many | cmp - many
	[ "$(ask 'SELECT count(*) FROM events')" -eq 30000 ]
}

@test "two streams into one store at the same time" {
	events 5000 >many
	sv-report ingest -d "$db" <many >one &
	pid=$!
	sv-report ingest -d "$db" <many >two
	wait $pid
	cmp one two
	[ "$(ask 'SELECT count(*) FROM events')" -eq 5000 ]
}

@test "the usual place, and what is no store" {
	run -0 sv-report ingest <"$calls"
	[ -s state/store.db ]
	SV_STORE=$db run -0 sv-report ingest <"$calls"
	[ -s "$db" ]
	run -66 --separate-stderr sv-report daily -d none.db
	[ "$stderr" = "sv-report: store none.db: there is none" ]
	echo "this is no database at all, is it" >text
	run -65 --separate-stderr sv-report daily -d text
	[ "$stderr" = "sv-report: store text: damaged, or no database: move it away to begin anew" ]
}

@test "a report with SV_STORE set still reads its pipe" {
	SV_STORE=none.db run -0 sv-report daily --format csv <"$calls"
	cmp - <(sv-report daily --format csv "$calls") <<<"$output"
}

@test "what cannot be is refused" {
	run -64 sv-report daily -d "$db" "$calls"
	[ "$output" = "sv-report: $calls: with --store no files" ]
	run -64 sv-report ingest "$calls"
	[ "$output" = "sv-report: ingest reads stdin, not files" ]
	run -64 sv-report ingest --memory 1 </dev/null
	[ "$output" = "sv-report: --memory 1: say 4 to 65536" ]
	run -64 sv-report ingest -d redis://localhost <"$calls"
	[[ $output == *"say sqlite:PATH or postgresql://HOST/NAME"* ]]
}
