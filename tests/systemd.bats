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
	grep -qx "ListenStream=127.0.0.1:9092" sv-capture.socket
	grep -qx "ListenStream=127.0.0.1:4573" sv-capture.socket
}
