# What the end-to-end tests share; `load e2e` at the head of a file.
bats_require_minimum_version 1.5.0

asterisk=$SV_ROOT/tests/e2e/asterisk
pbx=$BATS_FILE_TMPDIR/pbx

# asterisk_up EXTENSIONS.conf: an Asterisk of this file's own, for setup_file
asterisk_up() {
	local version
	if version=$("$asterisk" make 2>"$BATS_FILE_TMPDIR/no-asterisk"); then
		echo "# $version" >&3
		"$asterisk" start "$pbx" "$@"
	fi
}

# asterisk_needed: for setup; where none can be had, the reason is told
asterisk_needed() {
	[ ! -s "$BATS_FILE_TMPDIR/no-asterisk" ] ||
		skip "$(tail -n 1 "$BATS_FILE_TMPDIR/no-asterisk")"
}

# asterisk_down: for teardown_file
asterisk_down() {
	"$asterisk" stop "$pbx"
}

# call EXTENSION WAV [OPTION ...]
call() {
	"$asterisk" call "$pbx" "$@"
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -qs "$1" "$2"; do sleep 0.02; done' \
		sh "$1" "$2"
}

# said PATTERN: Asterisk says so on its console, soon
said() {
	wait_for "$1" "$pbx/log/console"
}

# pitch FILE: of the tone in it, in Hz
pitch() {
	sox "$1" -n stat 2>&1 | awk '/Rough/ { print $3 }'
}
