# What tests against OpenAI's stand-in share; `load openai` at the head of a
# file. The peer is strict: tests/peers/openai/serve.

# openai [OPTION ...]: it runs in the background from now on, `log` is what it
# was asked; the engines find it
openai() {
	rm -f port log
	: >log
	PEER_KEY=${PEER_KEY:-sk-peer} "$SV_ROOT/tests/peers/openai/serve" \
		--port-file port --log log "$@" 2>peer.err 3>&- &
	peers+=($!)
	timeout 20 sh -c 'until [ -s port ]; do sleep 0.02; done'
	port=$(cat port)
	export SV_OPENAI_URL=http://127.0.0.1:$port/v1
}

# common_setup: an empty folder, the key, and nothing of the user's own
common_setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset "${!SV_OPENAI_@}" "${!SV_TTS_@}" "${!SV_ASR_@}" SV_RATE \
		SV_CALL_ID SV_LANG SV_MODEL http_proxy https_proxy
	export HOME=$BATS_TEST_TMPDIR SV_CACHE=$BATS_TEST_TMPDIR/cache \
		SV_RUN=$BATS_TEST_TMPDIR/run SV_OPENAI_API_KEY=sk-peer
	peers=()
}

common_teardown() {
	local pid
	for pid in "${peers[@]}"; do
		kill "$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	return 0
}

# asked KEY: of the peer's log, the entries that have that key
asked() {
	jq -c "select(has(\"$1\"))" log
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -qs -- "$1" "$2"; do sleep 0.02; done' \
		sh "$1" "$2"
}
