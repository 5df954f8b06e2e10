# A number that was clicked in the CRM is called by a real Asterisk.
load e2e

setup_file() {
	asterisk_up "$SV_ROOT/tests/e2e/click.conf"
}

teardown_file() {
	asterisk_down
}

setup() {
	asterisk_needed
	cd "$BATS_TEST_TMPDIR" || return 1
	export SV_STATE=$PWD/state SV_BITRIX24_APPLICATION_TOKEN=the-token-of-the-portal
	server=
}

teardown() {
	[ -z "$server" ] || kill -9 "$server" $(cat \
		"/proc/$server/task/$server/children") 2>/dev/null || true
}

@test "a click rings the employee, and then whom was clicked, once" {
	sv-crm -v -u http://127.0.0.1:0/ -p context=out \
		-p 'caller="Click" <{digits}>' --spool "$pbx/spool/outgoing" \
		listen >out 2>log 3>&- &
	server=$!
	wait_for 'listening on' log
	url=$(sed -n 's/.*listening on //p' log)
	for n in 1 2; do
		curl -sf -o answer -d event=ONEXTERNALCALLSTART \
			-d 'data[PHONE_NUMBER]=8 (916) 123-45-67' \
			-d 'data[EXTENSION]=101' -d 'data[USER_ID]=7' \
			-d 'data[CALL_ID]=externalCall.5a.1700' \
			-d 'auth[application_token]=the-token-of-the-portal' "$url"
	done
	wait_for crm.click out
	call=$(jq -r 'select(.placed).call' out)
	said "the employee's telephone: $call externalCall.5a.1700 79161234567"
	said "calls 79161234567 for +79161234567 as $call"
	within 20 sh -c "! ls $pbx/spool/outgoing/*.call >/dev/null 2>&1"
	[ "$(grep -c 'Executing \[79161234567@out:1\]' "$pbx/log/console")" -eq 1 ]
	! grep -E 'WARNING.*spool' "$pbx/log/console"
	kill "$server"
	wait "$server"
	server=
}
