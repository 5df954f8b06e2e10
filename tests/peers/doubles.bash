# doubles.bash: services on the loopback, for .bats files

# doubles_setup, doubles_teardown: for setup and teardown of each test
doubles_setup() {
	cd "$BATS_TEST_TMPDIR" || return
	peers=$SV_ROOT/tests/peers
	started=() ask=()
}

doubles_teardown() {
	[ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
}

# double NAME [OPTION...]: starts it; $port is where it listens, `log` what it
# tells, and in ${NAME}_port and NAME.log they stay when another is started
double() {
	local name=$1
	rm -f "$name.port"
	"$peers/$name" --port-file "$name.port" --log "$name.log" "${@:2}" \
		3>&- &
	started+=($!)
	timeout 60 sh -c 'until [ -s "$1" ]; do sleep 0.02; done' \
		sh "$name.port"
	ln -sf "$name.log" log
	port=$(<"$name.port")
	printf -v "${name}_port" %s "$port"
}

# faults PORT FAULT...: those of a double from now on
faults() {
	printf '%s\n' "${@:2}" | curl -sf -T - \
		"http://127.0.0.1:$1/control/faults" >/dev/null
}

# near A B N: A is within N of B
near() {
	echo "# $1, not $2" >&2
	[ $(($1 - $2)) -le "$3" ] && [ $(($2 - $1)) -le "$3" ]
}

# all_of WORDS FILE: they are in it, in order; one that was cut off, or may have
# been, is there twice
all_of() {
	tr ' ' '\n' <"$2" | awk -v wanted="$1" '
		BEGIN { n = split(wanted, word, " "); i = 1 }
		$0 == word[i] { i++; next }
		/~/ || $0 == word[i - 1] { again++; next }
		{ exit 1 }
		END { exit !(i > n && again < 4) }' || {
		echo "# $(<"$2")" >&2
		return 1
	}
}
