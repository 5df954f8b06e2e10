# sv-crm outbox: what a person sees of what waits, and does with it
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state
	unset SV_STORE SV_CRM_ENGINE SV_CRM_TIMEOUT SV_CRM_HOLD
	journal=$SV_STATE/journal.ndjson
	sender=
}

teardown() {
	[ -z "$sender" ] || kill -9 "$sender" 2>/dev/null || true
}

# lead CALL: the event that makes one
lead() {
	jq -cn --arg call "$1" '{v: 1, type: "dialog.end", $call, seq: 1, t: 0,
		time: "2026-11-21T10:00:00.000Z", stage: "dialog",
		outcome: "lead", slots: {name: "Иван"}}'
}

# waiting CALL...: their leads and records wait, as there is no journal
waiting() {
	for call; do lead "$call"; done |
		sv-crm -p file=/nowhere/journal >queued 2>err || true
}

ask() {
	sqlite3 -cmd '.timeout 10000' "$SV_STATE/store.db" "$1"
}

# dead KEY...: given up
dead() {
	for key; do
		ask "UPDATE outbox SET state = 'dead', last_error = 'no such field',
			failures = 3, attempts = 3 WHERE key = '$key'"
	done
}

states() {
	sv-crm outbox list all | cut -f 1,2 | tr '\t\n' '= '
}

@test "what an engine does not take is dead, told, and listed" {
	waiting C1
	ask "UPDATE outbox SET kind = 'task' WHERE key = 'C1:call'"
	run -0 --separate-stderr sv-crm send
	[ "$stderr" = "sv-crm: warning: C1:call: journal takes no task: given up, see sv-crm outbox" ]
	printf '%s\n' "$output" >out
	"$SV_ROOT/tests/check-events" --known out
	jq -e 'select(.type == "crm.failed") | .dead and .attempts == 1 and
		.code == 65 and .key == "C1:call"' out
	run -0 sv-crm outbox list dead
	[ "$(cut -f 1-3,5 <<<"$output")" = \
		"C1:call	dead	1	journal takes no task" ]
}

@test "all that is dead is retried, or dropped, at once" {
	waiting C1 C2
	dead C1:lead C2:lead
	run -0 --separate-stderr sv-crm -n outbox retry --all
	[ "$stderr" = "sv-crm: would retry C1:lead, which is dead
sv-crm: would retry C2:lead, which is dead" ]
	sv-crm outbox retry --all
	[ "$(states)" = "C1:lead=queued C1:call=queued C2:lead=queued C2:call=queued " ]
	[ "$(ask "SELECT sum(failures) FROM outbox")" -eq 0 ]
	dead C1:lead C2:call
	sv-crm outbox drop --all
	[ "$(states)" = "C1:lead=dropped C1:call=queued C2:lead=queued C2:call=dropped " ]
	sv-crm send >sent
	[ "$(jq -r .key "$journal" | tr '\n' ' ')" = "C1:call C2:lead " ]
	run -0 sv-crm outbox drop --all
	[ "$output" = "" ]
}

@test "of several keys all that can be are done, and the rest is told" {
	waiting C1
	sv-crm outbox drop C1:lead
	run -65 --separate-stderr sv-crm outbox drop C1:lead C9:lead C1:call
	[ "$stderr" = "sv-crm: warning: store $SV_STATE/store.db: no entry C9:lead
sv-crm: entry C1:lead: dropped already" ]
	[ "$(states)" = "C1:lead=dropped C1:call=dropped " ]
}

@test "a payload is edited, checked, and what is sent" {
	waiting C1
	dead C1:lead
	sv-crm outbox show C1:lead | jq '.payload.phone = "+79160000009" | .payload' \
		>edited.json
	sv-crm outbox edit C1:lead <edited.json
	[ "$(states)" = "C1:lead=dead C1:call=queued " ]
	sv-crm outbox retry C1:lead
	lead C1 | sv-crm >again # the events do not undo it
	[ "$(jq -r 'select(.kind == "lead") | "\(.phone) \(.name)"' "$journal")" = \
		"+79160000009 Иван" ]
	run -65 --separate-stderr sv-crm outbox edit C1:lead <edited.json
	[ "$stderr" = "sv-crm: entry C1:lead: sent already" ]
}

@test "what is no payload of the entry is refused" {
	waiting C1
	cp "$SV_STATE/store.db" before
	sv-crm outbox show C1:lead | jq .payload >good
	while IFS='|' read -r edit why; do
		jq "$edit" good >bad
		run -65 --separate-stderr sv-crm outbox edit C1:lead <bad
		[ "$stderr" = "sv-crm: payload: $why" ]
	done <<-'end'
		.slots = 5|slots is not an object
		del(.slots)|no slots
		.key = "C2:lead"|key is not C1:lead
		.kind = "call"|kind is not lead
		.call = ""|call is not C1
		.language = []|language is not a string
		[.]|not an object
	end
	for text in '' '{"a":' 'nothing' '{"a":1,"a":2}'; do
		run -65 --separate-stderr sv-crm outbox edit C1:lead <<<"$text"
		[[ $stderr == "sv-crm: stdin:"*": not JSON" ]]
	done
	run -65 --separate-stderr bash -c 'head -c 2000000 /dev/zero |
		sv-crm outbox edit C1:lead'
	[ "$(sv-crm outbox show C1:lead | jq -c .payload)" = "$(jq -c . good)" ]
}

@test "looking, retrying, dropping and editing is in the audit log" {
	waiting C1
	sv-crm outbox show C1:lead >shown
	jq .payload shown | sv-crm outbox edit C1:lead
	sv-crm outbox retry C1:lead
	sv-crm outbox drop C1:lead
	run -65 sv-crm outbox drop C1:lead # nothing was done
	sv-crm -n outbox drop C1:call
	[ "$(ask 'SELECT action, subject FROM audit ORDER BY id' | tr '\n' ' ')" = \
		"look|C1:lead edit|C1:lead retry|C1:lead drop|C1:lead " ]
}

@test "what is being sent just now is not dropped, and soon can be" {
	waiting C1
	ask "UPDATE outbox SET taken = 1, attempts = 1"
	mkfifo hold
	flock "$SV_STATE/store.db-send" cat hold >held &
	sender=$!
	exec 7>hold
	until ! flock -n "$SV_STATE/store.db-send" true; do :; done
	run -75 --separate-stderr sv-crm -t 100ms outbox drop C1:lead
	[ "$stderr" = "sv-crm: entry C1:lead: it is being sent just now" ]
	[ "$(states)" = "C1:lead=queued C1:call=queued " ]
	sv-crm outbox drop C1:lead 7>&- &
	dropper=$!
	exec 7>&-
	wait $dropper
	[ "$(states)" = "C1:lead=dropped C1:call=queued " ]
}

@test "what is sent shows what it has made, and no event lacks its number" {
	waiting C1
	ask "UPDATE outbox SET made = '{\"lead\":12}' WHERE key = 'C1:lead'"
	sv-crm outbox show C1:lead >shown
	[ "$(jq -c '[.made, .attempts, .failures]' shown)" = '[{"lead":12},0,0]' ]
}

@test "an older store is brought up to date, and its entries are sent in order" {
	mkdir "$SV_STATE"
	ask "CREATE TABLE migration (name TEXT PRIMARY KEY);
		INSERT INTO migration VALUES ('outbox-1');
		CREATE TABLE outbox (id INTEGER PRIMARY KEY,
			key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
			call TEXT NOT NULL, state TEXT NOT NULL DEFAULT 'queued',
			payload TEXT NOT NULL, rank BIGINT NOT NULL,
			attempts BIGINT NOT NULL DEFAULT 0,
			next_due BIGINT NOT NULL, place BIGINT NOT NULL DEFAULT 0,
			last_error TEXT, created BIGINT NOT NULL);
		CREATE INDEX outbox_due ON outbox (next_due) WHERE state = 'queued';
		CREATE TABLE crm_call (call TEXT PRIMARY KEY,
			seq BIGINT NOT NULL DEFAULT 0, state TEXT,
			updated BIGINT NOT NULL);
		INSERT INTO outbox (key, kind, call, payload, rank, next_due, created)
			VALUES ('C1:call', 'call', 'C1', '{\"key\":\"C1:call\"}', 1, 1, 1),
			('C1:lead', 'lead', 'C1', '{\"key\":\"C1:lead\"}', 1, 1, 1)"
	run -0 --separate-stderr sv-crm send
	[ "$stderr" = "" ]
	[ "$(jq -r .key "$journal" | tr '\n' ' ')" = "C1:lead C1:call " ]
}
