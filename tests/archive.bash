# archive.bash: sv-archive against the double of an S3 store

# the double, with our keys; more options for it may follow
s3() {
	double s3 "$@"
	export SV_ARCHIVE_ENGINE=s3 SV_S3_URL=http://127.0.0.1:$port
}

archive_setup() {
	load peers/doubles.bash
	doubles_setup
	export SV_STATE=$PWD/state SV_ARCHIVE_SETTLE=0s SV_ARCHIVE_KEEP=0s
	export SV_S3_BUCKET=calls SV_S3_REGION=eu-test-1
	export SV_S3_KEY_ID=AKID SV_S3_SECRET=SECRETSECRET
	export SV_S3_TRIES=2 SV_S3_IDLE=5s
	export XDG_CACHE_HOME=$PWD/cache
	mkdir spool
}

# control WHAT: what the double knows
control() {
	curl -sf "http://127.0.0.1:$port/control/$1"
}

# objects: the keys that are there
objects() {
	control objects | jq -r 'keys[]'
}

# file NAME BYTES: a file whose bytes tell where they stand
file() {
	seq 1 "$2" | head -c "$2" >"$1"
}

# state KEY: what the store says of it
state() {
	sqlite3 "$SV_STATE/store.db" \
		"SELECT state FROM objects WHERE key LIKE '%$1%'"
}

# same KEY FILE: that is what is there
same() {
	control "object/$(jq -rn --arg k "$1" '$k | @uri')" | cmp - "$2"
}
