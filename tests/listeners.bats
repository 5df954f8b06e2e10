# What listens does so on the loopback, unless it is told otherwise.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state SV_RUN=$PWD/run
	unset SV_LISTEN_URL LISTEN_FDS LISTEN_PID
	server=
}

teardown() {
	[ -z "$server" ] || kill "$server" 2>/dev/null || true
}

# listens COMMAND ...: starts it; what it says of where it listens is ./where
listens() {
	"$@" >out 2>log 3>&- &
	server=$!
	timeout 20 sh -c 'until grep -q "listening on" log; do sleep 0.02; done'
	sed -n 's/.*listening on //p' log >where
}

@test "calls are awaited on the loopback" {
	for scheme in audiosocket agi asterisk-ws rtp; do
		listens sv-capture -v "$scheme://:0" -- cat
		[[ $(<where) == "$scheme://127.0.0.1:"* ]]
		kill "$server"
		wait "$server"
	done
}

@test "webhooks are awaited on the loopback" {
	export SV_BITRIX24_APPLICATION_TOKEN=a-token-of-ours
	listens sv-crm -v -u http://:0 listen
	[[ $(<where) == "http://127.0.0.1:"* ]]
	kill "$server"
	wait "$server"
}

@test "the models' socket is its owner's alone" {
	sv-asr -e loudness --serve "$PWD/asr.sock" 2>log 3>&- &
	server=$!
	timeout 20 sh -c 'until [ -S asr.sock ]; do sleep 0.02; done'
	[ "$(stat -c %a asr.sock)" = 600 ]
	kill "$server"
	wait "$server"
}
