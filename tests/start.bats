# What every program does in the same way.
bats_require_minimum_version 1.5.0

setup() {
	programs=$(for main in "$SV_ROOT"/src/*/main.c; do
		basename "$(dirname "$main")" | sed 's/^/sv-/'
	done)
	export HOME=$BATS_TEST_TMPDIR
}

@test "-h shows usage on stdout and -V the version" {
	for program in $programs; do
		run -0 --separate-stderr "$program" -h
		[[ ${lines[0]} == "usage: $program [OPTION ...]"* ]]
		[ "$stderr" = "" ]
		run -0 --separate-stderr "$program" --version
		[[ $output =~ ^"$program "[0-9]+\.[0-9]+\.[0-9]+$ ]]
	done
}

@test "an unknown option is a usage error that names it" {
	for program in $programs; do
		run -64 --separate-stderr "$program" --nonsense </dev/null
		[ "$output" = "" ]
		[ "$stderr" = "$program: no option --nonsense; see $program -h" ]
		run -64 --separate-stderr "$program" -! </dev/null
		[ "$stderr" = "$program: no option -!; see $program -h" ]
	done
}

@test "an option without its value is a usage error" {
	for program in $programs; do
		run -64 --separate-stderr "$program" --log </dev/null
		[ "$stderr" = "$program: --log needs a value; see $program -h" ]
		run -64 --separate-stderr "$program" --log xml </dev/null
		[ "$stderr" = "$program: --log: 'xml' is neither text nor json" ]
	done
}

@test "a variable that cannot be right is a configuration error" {
	for program in $programs; do
		SV_LOG=xml run -78 --separate-stderr "$program" </dev/null
		[ "$stderr" = "$program: SV_LOG: 'xml' is neither text nor json" ]
	done
}

@test "sv.conf supplies what the environment lacks" {
	echo SV_LOG=xml >"$BATS_TEST_TMPDIR/sv.conf"
	export SV_CONF=$BATS_TEST_TMPDIR/sv.conf
	for program in $programs; do
		run -78 --separate-stderr "$program" </dev/null
		[ "$stderr" = "$program: SV_LOG: 'xml' is neither text nor json" ]
		SV_LOG=text run -0 "$program" -V
	done
}

@test "a broken sv.conf names its line" {
	printf '\nnonsense\n' >"$BATS_TEST_TMPDIR/sv.conf"
	export SV_CONF=$BATS_TEST_TMPDIR/sv.conf
	for program in $programs; do
		run -78 --separate-stderr "$program" -V
		[ "$stderr" = "$program: $SV_CONF:2: not a KEY=value line" ]
	done
}

@test "the log can be JSON" {
	for program in $programs; do
		run -64 --separate-stderr "$program" --log json --nonsense
		jq -e --arg stage "${program#sv-}" '.level == "error" and
			.stage == $stage and (.time | length) == 24 and
			(.message | startswith("no option"))' <<<"$stderr"
	done
}

@test "help that cannot be written is an error" {
	for program in $programs; do
		run -74 --separate-stderr bash -c "$program -h >/dev/full"
		[ "$stderr" = "$program: write stdout: No space left on device" ]
	done
}

@test "a reader that left before the help is no error" {
	for program in $programs; do
		run -0 --separate-stderr bash -c "$program -h | true
			exit \${PIPESTATUS[0]}"
		[ "$stderr" = "" ]
	done
}

# A closed descriptor used to become the next file that was opened.
@test "a closed stdin or stdout is an error, and no other file takes its place" {
	cd "$BATS_TEST_TMPDIR"
	run -74 --separate-stderr bash -c 'sv-capture -o out.wav <&-'
	[[ $stderr == "sv-capture: read stdin: Bad file descriptor"* ]]
	run -74 --separate-stderr bash -c 'sv-tts -e beep hello >&-'
	[ "$stderr" = "sv-tts: write stdout: Bad file descriptor" ]
	run -74 --separate-stderr bash -c 'sv-crm -d store.db -p file=j <&-'
	[ "$stderr" = "sv-crm: read stdin: Bad file descriptor" ]
	run -74 --separate-stderr bash -c \
		'echo "{\"type\":\"x\"}" | sv-crm -d store.db -p file=j >&-'
	[ "$stderr" = "sv-crm: write events: Bad file descriptor" ]
	[ ! -s j ]
}

@test "the log hides telephone numbers and addresses, unless told not to" {
	run -66 --separate-stderr sv-report daily "no/+79161234567"
	[ "$stderr" = "sv-report: open no/+79161234567: No such file or directory" ]
	run -66 --separate-stderr sv-report daily "for +79161234567, ivan@mail.ru"
	[ "$stderr" = "sv-report: open for +7916***4567, i***@mail.ru: No such file or directory" ]
	SV_REDACT=no run -66 --separate-stderr sv-report daily "for 89161234567"
	[ "$stderr" = "sv-report: open for 89161234567: No such file or directory" ]
}
