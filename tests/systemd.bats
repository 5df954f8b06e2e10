# The units in pipelines/systemd, as far as they can be tried without being
# started: systemd itself reads them.
bats_require_minimum_version 1.5.0

setup() {
	command -v systemd-analyze >/dev/null ||
		skip "no systemd-analyze on this machine"
	cd "$BATS_TEST_TMPDIR" || return 1
	# where the programs and pipelines are not yet installed
	for unit in "$SV_ROOT"/pipelines/systemd/sv-*; do
		sed "s|/usr/local/bin/|$SV_BIN/|
			s|/usr/local/share/sales-voice|$SV_ROOT|" "$unit" \
			>"${unit##*/}"
	done
}

@test "systemd finds nothing wrong with the units" {
	run -0 systemd-analyze verify --man=no ./sv-*
	[ "$output" = "" ]
}

@test "the services are well shut in" {
	for unit in sv-*.service; do
		run -0 systemd-analyze security --offline=yes --threshold=20 \
			"./$unit"
	done
}

@test "the units name programs, options and pipelines that there are" {
	while read -r program rest; do
		[ -x "$program" ]
		help=$("$program" -h)
		for word in $rest; do
			case $word in
			--) ;;
			--*) grep -qE "^      $word( |$)" <<<"$help" ;;
			"$SV_ROOT"/*) [ -x "$word" ] ;;
			esac
		done
	done < <(sed -n 's/^ExecStart=//p' sv-*.service)
	# what nobody said is to be open is on the loopback
	! grep -h '^ListenStream=' sv-*.socket | grep -v '=127.0.0.1:'
	grep -qx "ListenStream=127.0.0.1:9092" sv-capture.socket
	grep -qx "ListenStream=127.0.0.1:4573" sv-capture.socket
}

# systemd holds the pipe open in both directions, as descriptor 7 does here.
@test "the reader of the events may be started again, and misses nothing" {
	export SV_STATE=$PWD/state SV_RUN=$PWD/run
	mkfifo pipe
	exec 7<>pipe
	sv-capture -v --events pipe audiosocket://127.0.0.1:0 -- cat \
		2>log 3>&- 7>&- &
	server=$!
	timeout 10 sh -c 'until grep -q listening log; do sleep 0.01; done'
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' log)
	for n in 2 6; do
		sv-crm <&7 >>calls.ndjson 2>log.crm 3>&- &
		crm=$!
		"$SV_ROOT/tests/peers/audiosocket" "$port" silence 100 hangup
		timeout 10 sh -c 'until [ "$(wc -l <calls.ndjson)" -ge "$1" ]
			do sleep 0.01; done' sh "$n"
		kill "$crm"
		wait "$crm"
		# nobody reads now
		"$SV_ROOT/tests/peers/audiosocket" "$port" silence 100 hangup
	done
	kill "$server"
	wait "$server"
	timeout 1 cat <&7 >>calls.ndjson || true
	[ "$(jq -r .type calls.ndjson | grep ^call | sort | uniq -c | tr -s ' \n' ' ')" = \
		" 4 call.end 4 call.start " ]
	! grep -q warning log
}
