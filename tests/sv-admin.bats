# sv-admin: what is kept and for how long, forgetting, audit, settings
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state SV_STORE=$PWD/store.db
	here=$PWD
	old=$(date -u -d '400 days ago' +%F) new=$(date -u -d '2 days ago' +%F)
	rules
}

# rules: everything goes after 90 days
rules() {
	cat >rules.yaml <<-EOF
		folders:
		  recordings: $here/rec
		  logs: [$here/logs]
		  checkpoints: $here/ck
		  caches: $here/cache
		keep:
		  recordings: 90d
		  transcripts: 90d
		  slots: 90d
		  events: 90d
		  calls: 90d
		  costs: 90d
		  leads: 90d
		  outbox: 90d
		  logs: 90d
		  checkpoints: 90d
		  caches: 90d
	EOF
}

# call ID DAY PHONE [OUTCOME]: the events of a call
call() {
	jq -cn --arg call "$1" --arg day "$2" --arg phone "$3" \
		--arg outcome "${4:-lead}" --arg rec "$here/rec/$1.flac" '
		def event($type; $stage; $seq): {v: 1, $type, $call, $seq,
			t: ($seq * 1000), $stage,
			time: "\($day)T10:00:0\($seq).000Z"};
		event("call.start"; "capture"; 1) +
			{caller: $phone, callee: "100", direction: "in",
			recording: $rec},
		event("asr.final"; "asr"; 1) +
			{utterance: 1, text: "нужен кондиционер"},
		event("dialog.slot"; "dialog"; 1) +
			{name: "name", value: "Иван"},
		event("cost"; "asr"; 2) + {engine: "speechkit", service: "asr",
			unit: "seconds", amount: 3},
		event("dialog.end"; "dialog"; 2) +
			{$outcome, scenario: "sales", slots: {name: "Иван"}},
		event("call.end"; "capture"; 2) +
			{reason: "hangup", duration_ms: 9000, recording: $rec}'
	mkdir -p "$here/rec"
	echo "sound of $1" >"$here/rec/$1.flac"
}

# fill: an old call and a young one
fill() {
	call OLD "$old" +79161234567 >events
	call NEW "$new" +79031112233 >>events
	sv-report ingest <events >passed
}

# files FOLDER ...: all of them, on one line
files() {
	find "$@" -type f | LC_ALL=C sort | paste -sd ' '
}

sql() {
	sqlite3 store.db "$1"
}

@test "nothing asked for, or something that is not there, is told" {
	run -64 --separate-stderr sv-admin
	[ "$stderr" = "sv-admin: what is to be done?: say retention, forget, verify, keygen, audit, config or approve" ]
	run -64 --separate-stderr sv-admin delete
	[ "$stderr" = "sv-admin: delete: say retention, forget, verify, keygen, audit, config or approve" ]
	run -64 --separate-stderr sv-admin retention
	[[ $stderr == "sv-admin: which rules? Say --rules FILE"* ]]
	run -66 --separate-stderr sv-admin retention --rules none.yaml
	[ "$stderr" = "sv-admin: open none.yaml: No such file or directory" ]
	run -64 --separate-stderr sv-admin forget 112
	[[ $stderr == "sv-admin: 112: not a number one can dial from outside"* ]]
}

@test "rules that are wrong are told with their places" {
	printf 'keep:\n  recordigs: 90d\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[ "$stderr" = "sv-admin: bad.yaml:2:3: nothing is called 'recordigs'; did you mean 'recordings'?" ]
	printf 'keep:\n  events: 90 days\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[ "$stderr" = "sv-admin: bad.yaml:2:11: not an age: say 12h, 90d, 8w, 2y or forever" ]
	printf 'keep:\n  events: 99999999999999d\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	printf 'keep:\n  costs:\n    - scenario: a\n      for: 1d\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[ "$stderr" = "sv-admin: bad.yaml:3:7: costs are of no scenario or outcome" ]
	printf 'keep:\n  slots:\n    - for: 1d\n    - outcome: lead\n      for: 2d\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[ "$stderr" = "sv-admin: bad.yaml:4:7: never used: the rule on line 3 fits all" ]
	printf 'folders:\n  logs: ../logs\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[ "$stderr" = "sv-admin: bad.yaml:2:9: a folder's absolute path is due here" ]
	sed 's/  calls: 90d/  calls: 30d/' rules.yaml >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[[ $stderr == *"bad.yaml:"*": error: calls may go after 30d, but their recordings are kept longer, and could not be found then"* ]]
	printf 'keep: [a, &x b]\n' >bad.yaml
	run -78 --separate-stderr sv-admin retention --rules bad.yaml
	[[ $stderr == "sv-admin: bad.yaml:1:11: anchors (&) are not used here" ]]
}

@test "a dry run shows what would go, and changes nothing" {
	fill
	mkdir logs && cp events logs/e.ndjson
	before=$(sha256sum store.db rec/* logs/*)
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --format json
	[ "$stderr" = "" ]
	[ "$(sha256sum store.db rec/* logs/*)" = "$before" ]
	[ "$(jq -c '.applied, [.kinds[] | select(.rows + .files > 0) |
		[.kind, .rows, .files]]' <<<"$output")" = 'false
[["recordings",1,1],["transcripts",1,0],["slots",4,0],["events",6,0],["calls",9,0],["costs",1,0],["logs",6,0]]' ]
	run -0 sv-admin retention --rules rules.yaml --apply -n
	[ "$(sha256sum store.db rec/* logs/*)" = "$before" ]
	[[ ${lines[-1]} == "nothing was deleted: --apply does it" ]]
}

@test "what is old goes from store, disk and logs, and nothing else" {
	fill
	mkdir logs ck cache
	{ cat events; echo 'no JSON'; } >logs/e.ndjson
	touch -d '5 days ago' logs/e.ndjson
	echo x | tee rec/stray.flac ck/A.dialog ck/B.dialog cache/p >/dev/null
	touch -d '100 days ago' rec/stray.flac rec/NEW.flac ck/A.dialog cache/p
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$stderr" = "" ]
	[ "$(files rec ck cache logs)" = "ck/B.dialog logs/e.ndjson rec/NEW.flac" ]
	[ "$(sql 'SELECT group_concat(call) FROM calls')" = NEW ]
	[ "$(sql "SELECT count(*) FROM events WHERE call = 'OLD'")" = 0 ]
	[ "$(sql 'SELECT count(*) FROM costs')" = 1 ]
	cmp <(sed -n 7,12p events; echo 'no JSON') logs/e.ndjson
	[ "$(stat -c %Y logs/e.ndjson)" -lt $(($(date +%s) - 400000)) ]
	! strings store.db* | grep 79161234567
	run -0 sv-admin audit --verify
	sv-admin audit --format json | jq -se 'map(select(.action == "retain" and
		.program == "sv-admin")) | length > 5'
	cmp <(sv-report daily -d store.db) <(tail -n 6 events | sv-report daily)
	# again there is nothing to do
	run -0 sv-admin retention --rules rules.yaml --apply --format json
	[ "$(jq '[.kinds[] | .rows + .files] | add' <<<"$output")" = 0 ]
}

@test "rules go by scenario and outcome, the first that fits" {
	call A "$old" +79160000001 lead >events
	call B "$old" +79160000002 refusal >>events
	call C "$old" +79160000003 "o'clock" >>events
	sv-report ingest <events >/dev/null
	cat >some.yaml <<-EOF
		folders: { recordings: "$here/rec" }
		keep:
		  recordings:
		    - { outcome: lead, for: forever }
		    - { scenario: [sales], outcome: [refusal, "o'clock"], for: 30d }
		    - for: 2y
	EOF
	run -0 sv-admin retention --rules some.yaml --apply
	[ "$(ls rec)" = A.flac ]
	[ "$(sql 'SELECT group_concat(call) FROM calls WHERE recording IS NOT NULL')" = A ]
}

@test "slots go, and the events that told them stay without" {
	fill
	cat >some.yaml <<-EOF
		keep: { slots: 90d }
	EOF
	run -0 sv-admin retention --rules some.yaml --apply
	[ "$(sql "SELECT count(*) FROM slots WHERE call = 'OLD'")" = 0 ]
	[ "$(sql "SELECT count(*) FROM events WHERE call = 'OLD'")" = 5 ]
	sql "SELECT line FROM events WHERE call = 'OLD' AND type = 'dialog.end'" |
		jq -e '.outcome == "lead" and .seq == 2 and has("slots") == false'
	sql "SELECT line FROM events WHERE call = 'NEW' AND type = 'dialog.end'" |
		jq -e .slots.name
}

@test "what the CRM has not got yet stays, with its call, and is told" {
	fill
	SV_CRM_ENGINE=journal sv-crm <events >/dev/null
	sql "UPDATE outbox SET state = 'dead', created = 1 WHERE call = 'OLD' AND kind = 'lead'"
	sql "UPDATE outbox SET created = 1 WHERE state = 'sent' AND call = 'NEW'"
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[[ $output == *"held: the CRM has not got yet what is theirs; see sv-crm outbox"* ]]
	[ "$(sql "SELECT count(*) FROM outbox WHERE call = 'OLD' AND kind = 'lead'")" = 1 ]
	[ "$(sql "SELECT count(*) FROM outbox WHERE call = 'NEW' AND created = 1")" = 0 ]
	[ -e rec/OLD.flac ]
	[ "$(sql "SELECT count(*) FROM events WHERE call = 'OLD'")" = 6 ]
	sql "UPDATE outbox SET state = 'sent', created = 1"
	run -0 sv-admin retention --rules rules.yaml --apply
	[ ! -e rec/OLD.flac ]
	[ "$(sql 'SELECT count(*) FROM outbox')" = 0 ]
}

@test "no file outside of the folders is touched, whatever the store says" {
	fill
	mkdir elsewhere
	echo precious | tee elsewhere/a "elsewhere/two
lines" rec/x >/dev/null
	ln -s "$here/elsewhere" rec/link
	ln -s "$here/elsewhere/a" rec/alink.flac
	for path in "$here/elsewhere/a" "$here/rec/../elsewhere/a" \
		"$here/rec/link/a" "$here/rec/alink.flac" "rec/x" "$here/rec" \
		"$here/rec/./x" "$here/recx" "$here/elsewhere/two
lines"; do
		sqlite3 store.db "UPDATE calls SET recording = '$path' WHERE call = 'OLD'"
		run -77 --separate-stderr sv-admin retention --rules rules.yaml --apply
		[[ ${stderr_lines[0]} == "sv-admin: warning: OLD stays: "* ]]
		[ "${stderr_lines[-1]}" = "sv-admin: 1 things stay that should go" ]
		[ "$(sql "SELECT count(*) FROM calls WHERE call = 'OLD'")" = 1 ]
	done
	[ "$(cat elsewhere/a elsewhere/two* rec/x | uniq -c | tr -s ' ')" = " 3 precious" ]
	[ -L rec/link ] && [ -L rec/alink.flac ]
}

@test "names with line breaks and odd bytes are files like others" {
	mkdir rec
	odd=$'rec/a\nb \xff.flac'
	echo x >"$odd"
	touch -d '100 days ago' "$odd"
	sv-report ingest </dev/null
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$(ls rec)" = "" ]
}

@test "a log that somebody writes keeps its lines" {
	fill
	mkdir logs
	cp events logs/e.ndjson
	exec 8>>logs/e.ndjson
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply --format json 8>&-
	[ "$(jq '.kinds[] | select(.kind == "logs") | .held' <<<"$output")" = 6 ]
	cmp events logs/e.ndjson
	exec 8>&-
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$(wc -l <logs/e.ndjson)" -eq 6 ]
}

@test "two never delete at once" {
	fill
	exec 8>store.db-admin
	flock 8
	run -75 --separate-stderr sv-admin retention --rules rules.yaml --apply 8>&-
	[[ $stderr == *"another process has the admin lock"* ]]
	run -0 sv-admin retention --rules rules.yaml 8>&-
	exec 8>&-
	run -0 sv-admin retention --rules rules.yaml --apply
}

@test "killed anywhere, the next run does the rest" {
	for ((i = 0; i < 60; i++)); do
		call "C$i" "$old" "+7916000$((1000 + i))"
	done >events
	call KEEP "$new" +79031112233 >>events
	sv-report ingest <events >/dev/null
	mkdir logs && cp events logs/e.ndjson
	for ((round = 0; round < 12; round++)); do
		sv-admin retention --rules rules.yaml --apply >/dev/null 2>&1 &
		pid=$!
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(ls rec | wc -l)" -gt "$2" ]; do :; done' sh \
			$pid $((60 - 5 * round)) || true
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$stderr" = "" ]
	[ "$(ls -A rec)" = KEEP.flac ]
	[ "$(ls -A logs)" = e.ndjson ]
	[ "$(sql 'SELECT group_concat(DISTINCT call) FROM events')" = KEEP ]
	[ "$(sql 'SELECT group_concat(call) FROM calls')" = KEEP ]
	[ "$(wc -l <logs/e.ndjson)" -eq 6 ]
	sv-admin audit --verify
}

@test "a key is made once, for its owner" {
	fill
	run -0 --separate-stderr sv-admin keygen key
	[ "$output" = "$(<key.pub)" ]
	[ "$(stat -c %a key)" = 600 ]
	[[ $(<key.pub) =~ ^[0-9a-f]{64}$ ]]
	run -73 --separate-stderr sv-admin keygen key
	run -78 --separate-stderr sv-admin forget --apply +79161234567
	[[ $stderr == "sv-admin: no key to sign with: make one with sv-admin keygen FILE, and set SV_ADMIN_KEY_FILE" ]]
	chmod 644 key
	SV_ADMIN_KEY_FILE=key run -78 --separate-stderr sv-admin forget --apply +79161234567
	[[ $stderr == *"can be read or changed by everybody"* ]]
}

# people: three calls; one by the number, one that was told it, one of others
people() {
	{
		call MINE "$new" "8 (916) 123-45-67"
		call TOLD "$new" +79035556677 | sed 's/кондиционер/& звоните 8-916-123 45 67/'
		call OTHER "$new" +79031112233
	} >events
	sv-report ingest <events >/dev/null
	sv-crm <events >/dev/null
	mkdir -p logs ck
	cp events logs/e.ndjson
	echo '{"slots":{"phone":"+79161234567"}}' >ck/X.dialog
	echo '{}' | tee ck/MINE.dialog >ck/OTHER.dialog
	sv-admin keygen key >/dev/null
	export SV_ADMIN_KEY_FILE=$here/key
}

@test "a number is forgotten in every spelling, and nobody else" {
	people
	before=$(sha256sum store.db rec/* logs/* ck/*)
	run -0 --separate-stderr sv-admin forget --rules rules.yaml 89161234567 --format json
	[ "$(jq -c '.ids | keys' <<<"$output")" = '["MINE","TOLD"]' ]
	[ "$(sha256sum store.db rec/* logs/* ck/*)" = "$before" ]
	run -0 --separate-stderr sv-admin forget --rules rules.yaml --apply \
		-o report.json "+7 916 123-45-67"
	[ "$stderr" = "" ]
	[ "$(sql 'SELECT group_concat(call) FROM calls')" = OTHER ]
	[ "$(sql 'SELECT group_concat(DISTINCT call) FROM outbox')" = OTHER ]
	[ "$(files rec ck logs)" = "ck/OTHER.dialog logs/e.ndjson rec/OTHER.flac" ]
	cmp <(tail -n 6 events) logs/e.ndjson
	! strings store.db* | grep -E '9161234567|916. 123-45-67'
	[ "$(ls -A state/forget)" = "" ]
	run -0 sv-admin verify report.json
	run -0 sv-admin verify -d store.db report.json
	! grep -E '9161234567|123-45-67|MINE|TOLD|Иван' report.json
	jq -e '.complete and .report == "forget" and .calls == 2 and .files == 4 and
		.lines == 12 and (.person | length) == 64' report.json
	sv-admin audit | grep -v 9161234567 | grep -c " forget "
	run -0 sv-admin forget --rules rules.yaml --format json 89161234567
	[ "$(jq '.calls + .rows + .files + .lines' <<<"$output")" = 0 ]
	run -73 sv-admin forget --rules rules.yaml --apply -o report.json 89161234567
}

@test "files of a call are found by ids with points, by -2, and by the number" {
	people
	call 1795270178.451 "$new" +79161234567 | sv-report ingest >/dev/null
	mkdir -p rec/1795270178.451
	touch rec/1795270178.451-2.flac rec/MINE-2.flac rec/OTHER-2.flac \
		rec/1795270178.451/caller.wav rec/1795270178.45.flac \
		rec/in-89161234567-1700000000.7.wav ck/1795270178.451.dialog
	sv-admin forget --rules rules.yaml --apply -q 89161234567
	[ "$(files rec ck)" = "ck/OTHER.dialog rec/1795270178.45.flac rec/OTHER-2.flac rec/OTHER.flac" ]
}

@test "a country that is none finds nobody, and is refused" {
	for country in ru 07 1234 "+7"; do
		run -64 --separate-stderr sv-admin forget --country "$country" 89161234567
		[[ "$stderr" == *"'$country': a country is digits, as 7 or 375"* ]]
	done
}

@test "what is packed is told, whatever packed it" {
	people
	for program in gzip bzip2 xz; do
		command -v $program >/dev/null || continue
		for folder in logs ck; do
			$program -c logs/e.ndjson >$folder/old.$program
			run -77 --separate-stderr sv-admin forget \
				--rules rules.yaml 89161234567
			[[ "$stderr" == *"$folder/old.$program: packed, and not searched: unpack it"* ]]
			rm $folder/old.$program
		done
	done
}

@test "what the CRM has is told, and stays there" {
	people
	sql "UPDATE outbox SET state = 'dead' WHERE call = 'MINE' AND kind = 'call'"
	sql "UPDATE outbox SET made = '{\"lead\":12,\"contact\":5}' WHERE kind = 'lead'"
	run -0 sv-admin forget --rules rules.yaml 89161234567
	[[ $output == *"lead {\"lead\": 12, \"contact\": 5}"* ]]
	run -0 sv-admin forget --rules rules.yaml --apply 89161234567 --format json
	jq -e '.verified and .unsent == 1 and .crm == [{entry: "lead", made: {lead: 12, contact: 5}}]' \
		<<<"$(sed '/^sv-admin:/d' <<<"$output")"
	sv-admin verify state/reports/*.json
}

@test "what leads are called in the CRM is told when the outbox knows no more" {
	people
	sql "UPDATE leads SET deal = '77' WHERE call = 'MINE'"
	run -0 sv-admin forget --rules rules.yaml 89161234567
	[[ $output == *"  call {\"deal\": \"77\"}"* ]]
}

@test "tables of later versions, and rows of no call, are searched, too" {
	people
	sql "CREATE TABLE memory (id INTEGER PRIMARY KEY, who TEXT, said TEXT);
		INSERT INTO memory (who, said) VALUES ('8 916 123 45 67', 'cold'),
		('+79031112233', 'hot');
		CREATE TABLE summary (call TEXT, words TEXT);
		INSERT INTO summary VALUES ('MINE', 'secret'), ('OTHER', 'fine')"
	run -0 sv-admin forget --rules rules.yaml --apply 89161234567
	[ "$(sql 'SELECT group_concat(said) FROM memory')" = hot ]
	[ "$(sql 'SELECT group_concat(words) FROM summary')" = fine ]
}

@test "forgetting that was killed is finished by the next run" {
	for ((i = 0; i < 30; i++)); do
		call "C$i" "$new" +79161234567
	done >events
	call OTHER "$new" +79031112233 >>events
	sv-report ingest <events >/dev/null
	mkdir logs
	cp events logs/a.ndjson
	# here nothing but the call id tells whose the lines are
	grep asr.final events >logs/b.ndjson
	sv-admin keygen key >/dev/null
	export SV_ADMIN_KEY_FILE=$here/key
	for ((round = 0; round < 10; round++)); do
		sv-admin forget --rules rules.yaml --apply 89161234567 >/dev/null 2>&1 &
		pid=$!
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(ls rec | wc -l)" -gt "$2" ]; do :; done' sh \
			$pid $((30 - 4 * round)) || true
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	run -0 sv-admin forget --rules rules.yaml --apply 89161234567
	[ "$(ls -A rec)" = OTHER.flac ]
	[ "$(sql 'SELECT group_concat(DISTINCT call) FROM events')" = OTHER ]
	[ "$(cat logs/*.ndjson | jq -r .call | sort -u)" = OTHER ]
	[ "$(ls -A logs | tr '\n' ' ')" = "a.ndjson b.ndjson " ]
	[ "$(ls -A state/forget)" = "" ]
	sv-admin audit --verify
}

@test "what cannot be forgotten now keeps the rows that name it" {
	people
	sql "UPDATE calls SET recording = '/nowhere/MINE.flac' WHERE call = 'MINE'"
	run -77 --separate-stderr sv-admin forget --rules rules.yaml --apply 89161234567
	[[ $stderr == *"MINE stays: /nowhere/MINE.flac: outside of the folders"* ]]
	[ "$(sql "SELECT count(*) FROM calls WHERE call = 'MINE'")" = 1 ]
	[ ! -e state/reports ]
	sql "UPDATE outbox SET state = 'queued', taken = 1 WHERE call = 'MINE'"
	sql "UPDATE calls SET recording = NULL WHERE call = 'MINE'"
	run -75 --separate-stderr sv-admin forget --rules rules.yaml --apply 89161234567
	[[ $stderr == *"call MINE is being sent to the CRM"* ]]
	[ "$(sql "SELECT count(*) FROM calls WHERE call = 'MINE'")" = 1 ]
}

@test "a report that was changed, or signed by others, is refused" {
	fill
	sv-admin keygen key >/dev/null
	sv-admin keygen other >/dev/null
	export SV_ADMIN_KEY_FILE=$here/key
	sv-admin retention --rules rules.yaml --apply -o r.json >/dev/null
	run -0 sv-admin verify r.json
	[[ $output == "r.json: good: retention, "*" by "*" at "* ]]
	SV_ADMIN_KEY_FILE= run -0 sv-admin verify --key key.pub <(jq -c . r.json)
	run -65 --separate-stderr sv-admin verify --key other.pub r.json
	[[ $stderr == "sv-admin: r.json: signed by another key, "* ]]
	for change in '.who = "nobody"' '.kinds[0].rows = 0' 'del(.left)' '.more = 1' \
		'.signature.value |= sub("^.."; "00")' '.time = "2020"'; do
		jq "$change" r.json >changed.json
		run -65 --separate-stderr sv-admin verify changed.json
		[[ $stderr == "sv-admin: changed.json: the signature does not fit: the report was changed" ]]
	done
	jq --arg key "$(<other.pub)" '.signature.key = $key' r.json >changed.json
	run -65 sv-admin verify changed.json
	sed 's/{/{"who": "x",/' r.json >twice.json
	run -65 sv-admin verify twice.json
	run -65 sv-admin verify key.pub
	run -64 --separate-stderr env -u SV_ADMIN_KEY_FILE sv-admin verify r.json
	# a log that lost its last lines does not fit the report any more
	run -0 sv-admin verify -d store.db r.json
	sql "DELETE FROM audit WHERE id = (SELECT max(id) FROM audit)"
	run -65 --separate-stderr sv-admin verify -d store.db r.json
	[[ $stderr == *"is missing"* ]]
}

@test "who looked at what is listed and checked" {
	fill
	sv-report transcript OLD -d store.db >/dev/null
	sv-report transcript NEW -d store.db >/dev/null
	sv-report daily -d store.db >/dev/null
	run -0 --separate-stderr sv-admin audit --format json
	[ "$(jq -r '[.action, .subject, .program, .detail.report] | join(" ")' \
		<<<"$output")" = "look OLD sv-report transcript
look NEW sv-report transcript" ]
	me=$(id -un)
	[ "$(sv-admin audit --who "$me" | wc -l)" -eq 2 ]
	[ "$(sv-admin audit --who nobody2 | wc -l)" -eq 0 ]
	[ "$(sv-admin audit --since 1d | wc -l)" -eq 2 ]
	[ "$(sv-admin audit --since 2999-01-01 | wc -l)" -eq 0 ]
	head=$(sv-admin audit --verify)
	sv-report transcript OLD -d store.db >/dev/null
	sv-admin audit --verify --known "$head"
	sql "DELETE FROM audit WHERE id > 1"
	run -65 --separate-stderr sv-admin audit --verify --known "$head"
	[ "$stderr" = "sv-admin: audit: row 2 is missing" ]
	sql "UPDATE audit SET who = 'somebody'"
	run -65 --separate-stderr sv-admin audit --verify
	[ "$stderr" = "sv-admin: audit: row 1 was changed, or one before it" ]
}

@test "what is set is told with where it comes from, secrets never" {
	printf '# ours\nSV_LANG=en\nSV_CRM_HOLD=5s\nSV_OPENAI_API_KEY=sk-very-secret\n' >sv.conf
	echo geheim >iam && chmod 600 iam
	echo offen >open && chmod 644 open
	export SV_CONF=$here/sv.conf SV_CRM_HOLD=7s
	SV_SPEECHKIT_IAM_TOKEN_FILE=iam SV_CRM_ENGIN=x SV_ZEBRA=1 \
		SV_RIVA_URL=http://me:pass@riva:1 \
		run -0 --separate-stderr sv-admin config --format json sv-crm text
	[ "$stderr" = "" ]
	[[ $output != *very-secret* && $output != *geheim* && $output != *pass@* ]]
	jq -e --arg conf "$here/sv.conf" '
		(.programs | keys) == ["sv-crm", "sv-text"] and
		(.programs["sv-crm"][] | select(.variable == "SV_CRM_HOLD") |
			.value == "7s" and .from == "environment") and
		(.programs["sv-text"][] | select(.variable == "SV_LANG") |
			.value == "en" and .from == "\($conf):2") and
		(.programs["sv-crm"][] | select(.variable == "SV_CRM_ENGINE") |
			.value == "journal" and .from == "default") and
		.settings.SV_RIVA_URL.value == "http://me:***@riva:1" and
		(.secrets | sort_by(.name) | map([.name, .file, .usable, .from])) ==
			[["SV_OPENAI_API_KEY", null, true, "\($conf):4"],
			["SV_SPEECHKIT_IAM_TOKEN", "iam", true, "environment"]] and
		(.unknown | map(select(.name | test("BIN|ROOT|UNIT") | not) |
			[.name, .near]) | sort) ==
			[["SV_CRM_ENGIN", "SV_CRM_ENGINE"], ["SV_ZEBRA", null]]
		' <<<"$output"
	SV_RIVA_API_KEY_FILE=open run -78 --separate-stderr sv-admin config text
	[[ $output == *"SV_RIVA_API_KEY"*"not usable: "*"can be read or changed by everybody"* ]]
	run -64 --separate-stderr sv-admin config nothing
}

@test "every program tells its options as -h does" {
	for main in "$SV_ROOT"/src/*/main.c; do
		program=sv-$(basename "$(dirname "$main")")
		diff <("$program" --options json | jq -r '.options[].name' | sort) \
			<("$program" -h | sed -nE 's/^  (-.,|   ) --([a-z0-9-]+).*/\2/p' | sort)
	done
}

@test "a store that is not there is not made" {
	run -66 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$stderr" = "sv-admin: store $here/store.db: there is none" ]
	run -66 sv-admin audit
	[ ! -e store.db ]
}

@test "the store's file gets smaller" {
	for ((i = 0; i < 400; i++)); do
		call "C$i" "$old" +79161234567 | sed "s/нужен/$(printf '%0400d' $i)/"
	done | sv-report ingest >/dev/null
	sqlite3 store.db 'PRAGMA wal_checkpoint(TRUNCATE)' >/dev/null
	before=$(stat -c %s store.db)
	run -0 sv-admin retention --rules rules.yaml --apply
	[ "$(stat -c %s store.db)" -lt $((before / 2)) ]
}

@test "forgetting that is told to stop is not done, and says so" {
	for ((i = 0; i < 200; i++)); do
		call "C$i" "$new" +79161234567
	done >events
	sv-report ingest <events >/dev/null
	sv-admin keygen key >/dev/null
	export SV_ADMIN_KEY_FILE=$here/key
	sv-admin forget --rules rules.yaml --apply 89161234567 >out 2>err &
	pid=$!
	timeout 20 sh -c 'until [ "$(ls rec | wc -l)" -lt 200 ]; do :; done'
	kill $pid
	wait $pid && code=0 || code=$?
	if [ "$code" -eq 0 ]; then # it was faster
		[ "$(sql 'SELECT count(*) FROM calls')" = 0 ]
	else
		[ "$code" -eq 75 ]
		[ "$(<err)" = "sv-admin: stopped before all was done: run it again" ]
		[ ! -e state/reports ]
	fi
	run -0 sv-admin forget --rules rules.yaml --apply 89161234567
	[ "$(sql 'SELECT count(*) FROM events')" = 0 ]
}
