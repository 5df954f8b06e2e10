# pipelines/live-call when something goes wrong.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/calls

setup() {
	assistant_setup
}

teardown() {
	call_teardown
}

@test "a caller who hangs up in mid-sentence leaves nothing" {
	cp "$SV_ROOT/pipelines/live-call" live
	sed -i '2i echo $$ >"'"$PWD"'/group"' live
	serve -l en -- ./live
	call wait-sound silence 300 hangup
	over
	has dialog.end '.outcome == "abandoned"'
	has tts.interrupted '.heard_ms < .duration_ms'
	has call.end '.reason == "hangup" and .by == "far"'
	until_ gone
}

@test "any stage of it killed -9 sends the caller to a person" {
	cp "$SV_ROOT/pipelines/live-call" live
	sed -i '2i echo $$ >"'"$PWD"'/group"' live
	serve --fallback 700 -l en -- ./live
	n=0
	for stage in sv-asr sv-dialog sv-tts; do
		rm -f run/* group
		"$SV_ROOT/tests/peers/audiosocket" "$port" wait >peer &
		caller=$!
		until_ has_said $((++n))
		kill -9 "$(pgrep -g "$(<group)" -x $stage)"
		wait $caller
		peer '.ended == "hangup"'
		[ "$(left .outcome) $(left .target)" = "transfer 700" ]
		until_ gone
	done
	over 3
}

# the N-th call has begun to speak
has_said() {
	[ "$(grep -c '"type":"tts.start"' events)" -ge "$1" ]
}

@test "a scenario that is not there sends the caller to a person" {
	serve --fallback 700 -l en -- env SV_SCENARIO=/none \
		"$SV_ROOT/pipelines/live-call"
	call wait
	over
	peer '.ended == "hangup" and .ms < 8000'
	[ "$(left .outcome) $(left .target)" = "transfer 700" ]
	grep -q 'sv-dialog: .*/none' log
}
