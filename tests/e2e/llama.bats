# lib/chat against a real llama.cpp server, whose model has learned nothing.
bats_require_minimum_version 1.5.0

llama=$SV_ROOT/tests/e2e/llama

setup_file() {
	local version
	if version=$("$llama" make 2>"$BATS_FILE_TMPDIR/no-llama"); then
		echo "# llama.cpp $version" >&3
		"$llama" start "$BATS_FILE_TMPDIR/any" '' -c 4096 2>&3
		"$llama" start "$BATS_FILE_TMPDIR/calls" $'<fun>\n' -c 4096 2>&3
	fi
}

teardown_file() {
	"$llama" stop "$BATS_FILE_TMPDIR/any"
	"$llama" stop "$BATS_FILE_TMPDIR/calls"
}

setup() {
	[ ! -s "$BATS_FILE_TMPDIR/no-llama" ] ||
		skip "$(tail -n 1 "$BATS_FILE_TMPDIR/no-llama")"
}

# chat MODEL TEST: of tests/unit/chat_llama.c
chat() {
	SV_LLAMA_PORT=$(cat "$BATS_FILE_TMPDIR/$1/port") timeout 120 \
		"$SV_UNIT/chat_llama" "$2" >out 2>err || { cat out err >&2; return 1; }
	grep -q '^1\.\.[1-9]' out
}

@test "an answer streams, is counted, and the conversation goes on" {
	cd "$BATS_TEST_TMPDIR"
	chat any streaming
}

@test "an answer by a schema conforms to it" {
	cd "$BATS_TEST_TMPDIR"
	chat any structured
}

@test "a tool that is required is called, and answered" {
	cd "$BATS_TEST_TMPDIR"
	chat calls tools
}

@test "an answer is broken off, and the next one comes" {
	cd "$BATS_TEST_TMPDIR"
	chat any cancelled
}

@test "more than the context is told as such" {
	cd "$BATS_TEST_TMPDIR"
	chat any too_long
}
