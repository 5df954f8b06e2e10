# What came of the variants of an experiment, as sv-report tells it.
bats_require_minimum_version 1.5.0

setup() {
	export TZ=UTC
	cd "$BATS_TEST_TMPDIR" || exit 1
}

# calls VARIANT N LEADS [EXPERIMENT [CONTROL]]: so many calls, so many of them
# leads; each takes 10 s, costs 0.5 RUB and is interrupted once
calls() {
	awk -v variant="$1" -v n="$2" -v leads="$3" -v of="${4:-greeting}" -v control="${5:-plain}" '
		function event(stage, seq, type, more) {
			printf "{\"v\":1,\"type\":\"%s\",\"call\":\"%s-%s-%d\",\"seq\":%d,\"t\":0,\"time\":\"2026-11-20T10:00:00.000Z\",\"stage\":\"%s\",%s}\n",
				type, of, variant, i, seq, stage, more
		}
		BEGIN {
			for (i = 1; i <= n; i++) {
				event("dialog", 1, "dialog.experiment", "\"experiment\":\"" of "\",\"variant\":\"" variant "\",\"control\":\"" control "\"")
				event("tts", 1, "tts.interrupted", "\"say\":\"s1\"")
				event("asr", 1, "cost", "\"engine\":\"speechkit\",\"service\":\"asr\",\"unit\":\"seconds\",\"amount\":10,\"price\":0.5,\"currency\":\"RUB\"")
				event("dialog", 2, "dialog.end", "\"outcome\":\"" (i <= leads ? "qualified" : "refused") "\"")
				event("capture", 1, "call.end", "\"reason\":\"hangup\",\"duration_ms\":10000")
			}
		}'
}

# verdict VARIANT: of it
verdict() {
	sv-report variants --format json events |
		jq -r --arg of "$1" '.variants[] | select(.variant == $of).verdict'
}

@test "variants compares conversion, length, barge-ins and cost" {
	{
		calls plain 200 40
		calls warm 200 70
	} >events
	run -0 --separate-stderr sv-report variants -l en events
	[ "$stderr" = "" ]
	cat >expected <<-END
		Experiment  Variant  Calls  Leads  Conversion  from (95%)  to (95%)  Difference, pp  from     to  Level  Verdict  Avg length  Barge-ins  Handoffs  Abandoned  A call, RUB  A lead, RUB
		greeting    plain      200     40       20.0%       15.0%     26.1%                                                     0:10          1         0          0       0.5000         2.50
		greeting    warm       200     70       35.0%       28.7%     41.8%           +15.0  +6.3  +23.4  95.0%  better         0:10          1         0          0       0.5000         1.43
	END
	diff expected <(printf '%s\n' "$output")
}

@test "the report of a comparison is the same whatever the order of the events" {
	calls plain 50 5 >a
	calls warm 50 20 >b
	cat a b >events
	sv-report variants --format csv events >one
	cat b a | sort -R --random-source=<(yes) >events
	sv-report variants --format csv events >other
	cmp one other
	[ "$(wc -l <one)" -eq 3 ]
}

@test "a verdict is given where the calls allow one" {
	{ calls plain 200 40; calls warm 200 70; } >events
	[ "$(verdict warm)" = better ]
	{ calls plain 200 70; calls warm 200 40; } >events
	[ "$(verdict warm)" = worse ]
	{ calls plain 200 40; calls warm 200 48; } >events
	[ "$(verdict warm)" = no_difference ]
	[ "$(verdict plain)" = null ]
}

@test "few calls, few leads and nothing but leads are too few to tell" {
	{ calls plain 29 0; calls warm 1000 900; } >events
	[ "$(verdict warm)" = too_few ]
	{ calls plain 1000 0; calls warm 1000 9; } >events
	[ "$(verdict warm)" = too_few ]
	{ calls plain 100 100; calls warm 100 91; } >events
	[ "$(verdict warm)" = too_few ]
	{ calls plain 1 0; calls warm 1 1; } >events
	[ "$(verdict warm)" = too_few ]
}

@test "the more variants are compared, the surer each has to be" {
	{ calls plain 200 40; calls warm 200 58; } >events
	[ "$(verdict warm)" = better ]
	for i in 1 2 3 4; do
		calls "other$i" 200 40
	done >>events
	[ "$(verdict warm)" = no_difference ]
	[ "$(sv-report variants --format json events | jq -c '[.variants[].level]')" = "[null,0.99,0.99,0.99,0.99,0.99]" ]
}

@test "experiments stand apart, and the control first in each" {
	{
		calls plain 3 1
		calls a 2 1
		calls yellow 2 0 voice zebra
		calls zebra 2 1 voice zebra
	} >events
	[ "$(sv-report variants --format json events | jq -r '.variants[] | "\(.experiment) \(.variant)"' | paste -sd,)" = \
		"greeting plain,greeting a,voice zebra,voice yellow" ]
}

@test "a call counts once in an experiment, and in several experiments" {
	calls plain 2 1 >events
	grep dialog.experiment events | sed 's/"seq":1/"seq":7/; s/"variant":"plain"/"variant":"warm"/' >>events
	grep dialog.experiment events | sed 's/"seq":1/"seq":8/; s/"experiment":"greeting"/"experiment":"voice"/' >>events
	run -0 sv-report variants --format json events
	[ "$(jq -c '[.variants[] | [.experiment, .variant, .calls]]' <<<"$output")" = \
		'[["greeting","plain",2],["voice","plain",2]]' ]
}

@test "only the calls of the period count" {
	{
		calls plain 5 1
		calls warm 5 1 | sed 's/2026-11-20/2026-11-19/'
	} >events
	[ "$(sv-report variants --since 2026-11-20 --format json events | jq -r '.variants[].variant')" = plain ]
}

@test "a price that is not known is told beside what a call cost" {
	calls plain 4 1 | sed '3s/"price":0.5,"currency":"RUB"/"price":null/' >events
	run -0 sv-report variants --format json events
	[ "$(jq -c '.variants[0] | [.call_cost_rub, .unpriced]' <<<"$output")" = '[0.375,1]' ]
}

@test "calls without experiments have nothing to compare" {
	run -0 sv-report variants -l en "$SV_ROOT/examples/events/calls.ndjson"
	[ "$output" = "There is nothing in this period." ]
}

@test "events that make no sense are told of; names may be anything" {
	calls plain 40 20 >events
	calls '=1+1' 40 20 >>events
	calls $'<b>\\u0000' 1 1 2>/dev/null >>events
	{
		echo '{"v":1,"type":"dialog.experiment","call":"X","seq":1,"t":0,"stage":"dialog","experiment":7,"variant":"a"}'
		echo '{"v":1,"type":"dialog.experiment","call":"X","seq":2,"t":0,"stage":"dialog","experiment":"e"}'
		echo '{"v":1,"type":"dialog.experiment","call":"X","seq":3,"t":0,"stage":"dialog","experiment":"","variant":""}'
		echo '{"v":1,"type":"dialog.experiment","seq":4,"t":0,"stage":"dialog","experiment":"e","variant":"v"}'
	} >>events
	run -65 --separate-stderr sv-report variants --format csv events
	[ "$(wc -l <<<"$output")" -eq 3 ]
	grep -q "^greeting,\"'=1+1\",40," <<<"$output"
	run -65 --separate-stderr sv-report variants --format html events
	! grep -q '<b></b><span>' <<<"$output"
}

@test "a transcript tells the call's variants and what it cost" {
	calls plain 1 1 >events
	calls anna 1 1 voice anna | sed 's/voice-anna-1/greeting-plain-1/; s/"seq":[0-9]*/"seq":9/' |
		grep dialog.experiment >>events
	run -0 --separate-stderr sv-report transcript -l en greeting-plain-1 events
	[ "$stderr" = "" ]
	grep -qx 'Variants   greeting: plain, voice: anna' <<<"$output"
	grep -qx 'Cost, RUB  0.5000' <<<"$output"
	run -0 sv-report transcript --format json greeting-plain-1 events
	[ "$(jq -c '[.call.experiments, .call.cost_rub]' <<<"$output")" = \
		'["greeting: plain, voice: anna",0.5]' ]
	sv-report transcript -l en --html page.html greeting-plain-1 events
	grep -q '<dt>Cost, RUB</dt><dd>0.5000</dd>' page.html
}

@test "Prometheus gets the variants without a verdict in their names" {
	{ calls plain 200 40; calls warm 200 70; } >events
	run -0 sv-report variants --format prometheus events
	grep -q '^sv_report_variants_variants_difference_low_ratio{experiment="greeting",variant="warm"} 0\.06' <<<"$output"
	! grep -q verdict <<<"$output"
}

@test "what sv-dialog does with an experiment, sv-report compares" {
	cat >ab.yaml <<-'END'
		name: ab
		version: "1"
		language: en
		start: ask
		experiments:
		  greeting: {variants: [plain, warm]}
		slots:
		  wants: {type: yesno}
		states:
		  ask:
		    say: {text: [May we call?, Shall we call?], experiment: greeting, wording: {warm: [Good day!, How nice!]}}
		    ask: wants
		    next: bye
		  bye: {say: Bye., end: qualified}
	END
	for i in $(seq 30); do
		printf '{"v":1,"type":"call.start","call":"C%s","seq":1,"t":0,"time":"2026-11-20T10:00:00.000Z","stage":"capture"}\n' "$i"
		printf '{"v":1,"type":"asr.final","call":"C%s","seq":1,"t":900,"time":"2026-11-20T10:00:00.000Z","stage":"asr","text":"yes","utterance":1}\n' "$i"
		printf '{"v":1,"type":"call.end","call":"C%s","seq":2,"t":999,"time":"2026-11-20T10:00:01.000Z","stage":"capture","reason":"hangup"}\n' "$i"
	done | sv-dialog -s ab.yaml >events
	run -0 sv-report variants --format json events
	[ "$(jq -c '[.variants[].variant]' <<<"$output")" = '["plain","warm"]' ]
	[ "$(jq '[.variants[].qualified] | add' <<<"$output")" -eq 30 ]
}
