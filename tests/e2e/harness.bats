# The real Asterisk and the real telephone of the other files, without us:
# what they say about each other is what those files rely on.
load e2e

setup_file() {
	asterisk_up "$SV_ROOT/tests/e2e/harness.conf"
	sox -n -r 8000 -c 1 -b 16 "$BATS_FILE_TMPDIR/tone.wav" \
		synth 1 sine 600 vol 0.5
}

teardown_file() {
	asterisk_down
}

setup() {
	asterisk_needed
	cd "$BATS_TEST_TMPDIR" || return 1
	tone=$BATS_FILE_TMPDIR/tone.wav
}

@test "a telephone hears what Asterisk sends back" {
	run --separate-stderr call echo "$tone" heard=heard.wav stay=0.3
	[ "$status" -eq 0 ]
	[ "$output" -ge 1200 ]
	[ "$stderr" = "" ]
	sox heard.wav only.wav trim 0.4 0.5
	[ "$(pitch only.wav)" -gt 580 ]
	[ "$(pitch only.wav)" -lt 620 ]
}

@test "a telephone presses keys, and has a number" {
	run call keys "$tone" stay=3 keys=200:12,1200:#4 as=5551234
	[ "$status" -eq 0 ]
	said 'keys 12 from 5551234'
}

@test "a telephone is called" {
	rm -f "$pbx/phone-0/log"
	"$asterisk" answer "$pbx" "$tone" heard=heard.wav >answered 3>&- &
	wait_for 'baresip is ready' "$pbx/phone-0/log"
	run "$asterisk" cli "$pbx" \
		'channel originate PJSIP/caller extension tone@calls'
	wait $!
	[ "$(cat answered)" -ge 900 ]
	[ "$(pitch heard.wav)" -gt 400 ]
}

@test "a caller whom nobody answers is told so" {
	run -69 call busy "$tone"
	run -69 call no-such-extension "$tone"
	[ "$output" = "asterisk: nobody answered at no-such-extension" ]
}

@test "a telephone dies or freezes in the midst of a call" {
	run -0 call tone "$tone" stay=5 vanish=300
	[ "$output" -lt 600 ]
	run -0 call tone "$tone" stay=5 freeze=300
	[ "$output" -lt 600 ]
	run -0 call tone "$tone" heard=heard.wav
	[ "$(pitch heard.wav)" -gt 400 ]
}

@test "two of them run at once, each with ports of its own" {
	"$asterisk" start other "$SV_ROOT/tests/e2e/harness.conf"
	[ "$(. other/env && echo $PORTS)" != "$(. "$pbx/env" && echo $PORTS)" ]
	run "$asterisk" call other echo "$tone"
	"$asterisk" stop other
	[ "$status" -eq 0 ]
	run -64 "$asterisk" call other2 echo "$tone"
}

@test "nothing listens but on loopback" {
	ls -l "/proc/$(cat "$pbx/pid")/fd" |
		sed -n 's/.*socket:.\([0-9]*\)./\1/p' >sockets
	# of /proc/net/tcp: local address, state (0A: listening), inode
	awk '$4 == "0A" { print $10, $2 }' /proc/net/tcp /proc/net/tcp6 |
		grep -wFf sockets >listening
	[ -s listening ]
	run ! grep -v ' 0100007F:' listening
}

@test "one that was stopped leaves nothing behind" {
	"$asterisk" start gone "$SV_ROOT/tests/e2e/harness.conf"
	pid=$(cat gone/pid)
	"$asterisk" call gone tone "$tone" stay=60 >called 2>&1 3>&- &
	timeout 20 sh -c 'until grep -q established gone/phone-0/log; do :; done'
	phone=$(cat gone/phone-0/pid)
	"$asterisk" stop gone
	wait $!
	run ! grep -s '^State:.*[RSD]' "/proc/$pid/status" "/proc/$phone/status"
}
