# sv-admin deletes objects where they are kept: a folder, an S3-compatible store
bats_require_minimum_version 1.5.0
load peers/doubles.bash

setup() {
	doubles_setup
	[ -d "$peers/node_modules" ] || skip "make deps installs node's packages"
	here=$PWD
	unset http_proxy https_proxy
	export SV_STATE=$PWD/state SV_STORE=$PWD/store.db
	export SV_S3_BUCKET=calls SV_S3_REGION=eu-test-1 SV_S3_KEY_ID=AKID \
		SV_S3_SECRET=SECRETSECRET SV_S3_TRIES=1
	cat >rules.yaml <<-EOF2
		folders: { recordings: "$here/rec" }
		keep: { recordings: 90d, transcripts: 90d }
	EOF2
}

teardown() {
	doubles_teardown
}

sql() {
	sqlite3 store.db "$1"
}

# call ID DAYS: one that ended so many days ago, with a recording here
call() {
	local at=$((($(date +%s) - $2 * 86400) * 1000))
	[ -e store.db ] || sv-report ingest </dev/null
	mkdir -p rec
	echo "sound of $1" >"rec/$1.flac"
	sql "INSERT INTO calls (call, caller, end_ms, recording) VALUES
		('$1', '+79161234567', $at, '$here/rec/$1.flac')"
}

# object CALL KIND: in the S3 store, and known
object() {
	local key=2026/$1.$2 sum
	sum=$(echo "$1" | sha256sum)
	echo "$1" | curl -sf --aws-sigv4 aws:amz:eu-test-1:s3 \
		--user AKID:SECRETSECRET -H "x-amz-content-sha256: ${sum%% *}" \
		-H "Content-Type: application/octet-stream" \
		--data-binary @- -X PUT "http://127.0.0.1:$port/calls/$key"
	sql "INSERT INTO objects (key, engine, place, call, kind, path, bytes,
		state, created) VALUES ('$key', 's3', 's3://calls', '$1', '$2',
		'$here/rec/$1.flac', 5, 'verified', 1)"
}

# there: the keys that the S3 store has
there() {
	curl -sf "http://127.0.0.1:$port/control/objects" |
		jq -r 'keys[]' | paste -sd ' '
}

remote() {
	double s3
	export SV_S3_URL=http://127.0.0.1:$port
	call OLD 400
	call NEW 2
	object OLD recording
	object OLD transcript
	object NEW recording
	[ "$(there)" = "2026/NEW.recording 2026/OLD.recording 2026/OLD.transcript" ]
}

@test "objects that are too old go, the file here with them" {
	remote
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --format json
	[ "$(jq -c '[.kinds[] | select(.objects > 0) | [.kind, .objects]]' \
		<<<"$output")" = '[["recordings",1],["transcripts",1]]' ]
	[ "$(there)" = "2026/NEW.recording 2026/OLD.recording 2026/OLD.transcript" ]
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$stderr" = "" ]
	[ "$(there)" = 2026/NEW.recording ]
	[ "$(ls rec)" = NEW.flac ]
	[ "$(sql "SELECT state, path IS NULL, sha256 IS NULL FROM objects
		WHERE call = 'OLD'" | sort -u)" = "removed|1|1" ]
}

@test "an object that cannot be deleted now keeps its file and rows" {
	remote
	faults "$port" 503:op=remove
	run -75 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[[ $stderr == *"OLD stays: "* ]]
	[ "$(ls rec | paste -sd ' ')" = "NEW.flac OLD.flac" ]
	[ "$(sql "SELECT count(*) FROM objects WHERE state = 'verified'")" = 3 ]
	faults "$port" lost:op=remove,times=1
	sv-admin retention --rules rules.yaml --apply 2>/dev/null || true
	faults "$port" ""
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$(there)" = 2026/NEW.recording ]
	[ "$(ls rec)" = NEW.flac ]
}

@test "an object of another place is left there, and told" {
	remote
	sql "UPDATE objects SET place = 's3://elsewhere'"
	run -78 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[[ $stderr == *"2026/OLD.recording is at s3://elsewhere, but the settings of s3 lead to s3://calls"* ]]
	[ "$(there)" = "2026/NEW.recording 2026/OLD.recording 2026/OLD.transcript" ]
	[ -e rec/OLD.flac ]
}

@test "who is forgotten has no objects, and no rows about them" {
	remote
	sv-admin keygen key >/dev/null
	export SV_ADMIN_KEY_FILE=$here/key
	faults "$port" 503:op=remove
	run -75 --separate-stderr sv-admin forget --rules rules.yaml --apply 89161234567
	[ "$(sql 'SELECT count(*) FROM calls')" = 2 ]
	faults "$port" ""
	run -0 sv-admin forget --rules rules.yaml --apply -o r.json 89161234567
	[ "$(there)" = "" ]
	[ "$(ls rec)" = "" ]
	[ "$(sql 'SELECT count(*) FROM objects')" = 0 ]
	[ "$(jq '.objects, .files' r.json | paste -sd ' ')" = "3 2" ]
}

@test "killed while objects go, the next run does the rest" {
	double s3
	export SV_S3_URL=http://127.0.0.1:$port
	for ((i = 0; i < 20; i++)); do
		call "C$i" 400
		object "C$i" recording
	done
	for ((round = 0; round < 6; round++)); do
		sv-admin retention --rules rules.yaml --apply >/dev/null 2>&1 &
		pid=$!
		timeout 20 sh -c 'while kill -0 "$1" 2>/dev/null &&
			[ "$(ls rec | wc -l)" -gt "$2" ]; do :; done' sh \
			$pid $((18 - 3 * round)) || true
		kill -9 $pid 2>/dev/null || true
		wait $pid 2>/dev/null || true
	done
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$(there)" = "" ]
	[ "$(ls rec)" = "" ]
	[ "$(sql 'SELECT DISTINCT state FROM objects')" = removed ]
	sv-admin audit --verify
}

@test "objects whose call is not known go by the time they were entered" {
	remote
	sql "INSERT INTO objects (key, engine, place, call, kind, state, created)
		SELECT 'young', engine, place, 'YOUNG', 'recording', 'verified',
		$(date +%s)000 FROM objects LIMIT 1"
	sql "DELETE FROM calls"
	run -0 --separate-stderr sv-admin retention --rules rules.yaml --apply
	[ "$stderr" = "" ]
	[ "$(there)" = "" ]
	[ "$(sql "SELECT key FROM objects WHERE state = 'verified'")" = young ]
}

@test "objects in a folder go likewise" {
	call OLD 400
	mkdir -p keep/2026
	echo x >keep/2026/a.flac
	sql "INSERT INTO objects (key, engine, place, call, kind, state, created)
		VALUES ('2026/a.flac', 'folder', 'file:$(realpath keep)', 'OLD',
		'recording', 'verified', 1),
		('../../etc/x', 'folder', 'file:$(realpath keep)', 'OLD',
		'transcript', 'verified', 1)"
	run ! --separate-stderr sv-admin retention -p folder.path=keep \
		--rules rules.yaml --apply
	[ ! -e keep/2026/a.flac ]
	[ ! -e rec/OLD.flac ]
	[[ $stderr == *"OLD stays: "* ]]
	[ "$(sql "SELECT state FROM objects WHERE kind = 'transcript'")" = verified ]
}
