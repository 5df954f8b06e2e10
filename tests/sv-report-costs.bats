# What the calls cost, as sv-report tells it.
bats_require_minimum_version 1.5.0

setup() {
	export TZ=Europe/Moscow
	cd "$BATS_TEST_TMPDIR" || exit 1
	started=()
}

teardown() {
	[ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true
}

# event TYPE CALL SEQ [FIELD ...]: one line, at 10:00 UTC of $DAY
event() {
	local type=$1 call=$2 seq=$3 stage=${STAGE:-dialog} day=${DAY:-2026-11-20}
	shift 3
	printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":0,"time":"%sT10:00:00.000Z","stage":"%s"%s}\n' \
		"$type" "$call" "$seq" "$day" "$stage" "${*:+,$*}"
}

# cost CALL SEQ ENGINE UNIT AMOUNT PRICE [CURRENCY]
cost() {
	STAGE=asr event cost "$1" "$2" "\"engine\":\"$3\",\"service\":\"asr\",\"unit\":\"$4\",\"amount\":$5,\"price\":$6${7:+,\"currency\":\"$7\"}"
}

# two leads and a refusal, in two currencies, and what nobody knows the price of
calls() {
	cost A 1 speechkit seconds 60 0.6 RUB
	cost A 2 openai input_tokens 1000 0.002 USD
	event dialog.end A 1 '"outcome":"qualified"'
	cost B 1 speechkit seconds 30.5 0.4 RUB
	event dialog.end B 1 '"outcome":"qualified"'
	cost C 1 speechkit seconds 10 0.2 RUB
	cost C 2 riva seconds 7 null
	event dialog.end C 1 '"outcome":"refused"'
}

@test "the events of these tests are by the schema" {
	calls >events
	"$SV_ROOT/tests/check-events" events
}

@test "costs says what was spent, on what, and what a lead costs" {
	calls >events
	run -0 --separate-stderr sv-report costs -l en events
	[ "$stderr" = "" ]
	cat >expected <<-END
		Currency    Cost  Calls  A call  Leads  A lead
		RUB         1.20      3  0.4000      2  0.6000
		USD       0.0020      3  0.0007      2  0.0010

		By service
		Service      Engine     Unit          Amount  Calls  Currency    Cost
		recognition  openai     input tokens   1,000      1  USD       0.0020
		recognition  riva       seconds            7      1
		recognition  speechkit  seconds        100.5      3  RUB         1.20

		Price unknown: not in the sums
		Service      Engine  Unit     Amount  Calls
		recognition  riva    seconds       7      1

		By outcome
		Outcome    Calls  Cost, RUB  A call, RUB  Cost, USD  A call, USD  Unpriced
		qualified      2       1.00       0.5000     0.0020       0.0010
		refused        1     0.2000       0.2000                                 1
	END
	diff expected <(printf '%s\n' "$output")
}

@test "a currency is never added to another" {
	calls >events
	run -0 sv-report costs --format json events
	[ "$(jq -c '[.money[] | [.currency, .cost, .lead_cost]]' <<<"$output")" = \
		'[["RUB",1.2,0.6],["USD",0.002,0.001]]' ]
	run -0 sv-report daily --format csv events
	[[ ${lines[0]} == *,turn_p95_ms,cost_rub,lead_cost_rub,cost_usd,lead_cost_usd,unpriced? ]]
	[[ ${lines[1]} == *,1.2,0.6,0.002,0.001,1? ]]
	run -0 sv-report calls --format csv events
	[[ ${lines[1]} == *,0.6,0.002,? ]]
	[[ ${lines[3]} == *,0.2,,1? ]]
}

@test "in CSV an unknown price is an empty field, not 0" {
	calls >events
	run -0 sv-report costs --format csv events
	[ "$(tr -d '\r' <<<"${lines[2]}")" = "asr,riva,,seconds,7,1,," ]
}

@test "nothing spent leaves the other reports as they were" {
	event dialog.end A 1 '"outcome":"qualified"' >events
	run -0 sv-report daily --format csv events
	[[ ${lines[0]} == *,turn_p95_ms? ]]
	run -0 sv-report costs -l en events
	[ "$output" = "There is nothing in this period." ]
}

@test "a service that is free costs 0, which is known" {
	cost A 1 vosk seconds 5 0 RUB >events
	run -0 sv-report costs --format json events
	[ "$(jq -c '[.money[0].cost, .unpriced]' <<<"$output")" = '[0,[]]' ]
}

@test "a cost met twice counts once, one of another day not at all" {
	{
		cost A 1 speechkit seconds 60 0.5 RUB
		cost A 1 speechkit seconds 60 0.5 RUB
		DAY=2026-11-19 cost B 1 speechkit seconds 60 0.5 RUB
	} >events
	run -0 sv-report costs --since 2026-11-20 --format json events
	[ "$(jq -c '[.money[] | .cost, .calls]' <<<"$output")" = '[0.5,1]' ]
}

@test "costs outside a call are in the sum" {
	cost A 1 speechkit seconds 60 0.5 RUB >events
	cost "" 1 speechkit seconds 60 0.25 RUB >>events
	run -0 sv-report costs --format json events
	[ "$(jq -c '.money[0].cost, .engines[0].calls, .engines[0].amount' <<<"$output" | paste -sd' ')" = "0.75 1 120" ]
}

@test "costs that are none are told of and change no sum" {
	cost A 1 x seconds -1 0.5 RUB >events
	cost A 2 x seconds 1e300 0.5 RUB >>events
	cost A 3 x seconds '"7"' 0.5 RUB >>events
	cost A 4 x seconds 7 -0.5 RUB >>events
	cost A 5 x seconds 7 0.5 rub >>events
	cost A 6 x seconds 7 0.5 >>events
	cost A 7 x seconds 7 0.5 '=HYPERLINK()' >>events
	cost A 8 x seconds 7 0.5 RUB >>events
	run -65 --separate-stderr sv-report costs --format json events
	[ "$(jq -c '[.money[] | [.currency, .cost]]' <<<"$output")" = '[["RUB",0.5]]' ]
	[ "$(grep -c "is not what sv-events(7) says" <<<"$stderr")" -eq 7 ]
}

@test "a ninth currency is refused, not mixed in" {
	n=0
	for currency in ZZZ AAA BBB CCC DDD EEE FFF GGG HHH; do
		cost A $((++n)) x seconds 1 $n $currency
	done >events
	run -65 sv-report costs --format json events
	[ "$(grep '^{' <<<"$output" | jq -c '[.money[] | "\(.currency)\(.cost)"]')" = \
		'["AAA2","BBB3","CCC4","DDD5","EEE6","FFF7","GGG8","ZZZ1"]' ]
	[[ $output == *"events:9: 'currency' is not what sv-events(7) says"* ]]
}

@test "Prometheus gets gauges with the currency as a label" {
	calls >events
	run -0 --separate-stderr sv-report costs --format prometheus events
	[ "$stderr" = "" ]
	grep -qxF 'sv_report_costs_money_lead_cost{currency="RUB"} 0.6' <<<"$output"
	grep -qxF 'sv_report_costs_unpriced_amount{service="asr",engine="riva",unit="seconds"} 7' <<<"$output"
	grep -qxF 'sv_report_costs_outcome_costs_cost{outcome="qualified",currency="USD"} 0.002' <<<"$output"
	# each family once, its type before it, no line of another form
	[ "$(grep -c '^# TYPE' <<<"$output")" -eq \
		"$(grep '^# TYPE' <<<"$output" | sort -u | wc -l)" ]
	! grep -vE '^(# TYPE [a-z0-9_]+ gauge|[a-z0-9_]+\{([a-z_]+="([^"\\]|\\.)*"(,|\}))*\}? [-+0-9.e]+)$' <<<"$output"
}

@test "Prometheus gets seconds and ratios, and no single call" {
	run -0 sv-report latency --format prometheus "$SV_ROOT/examples/events/calls.ndjson"
	grep -qxF 'sv_report_latency_total_p50_seconds{part="total"} 0.618' <<<"$output"
	run -0 sv-report daily --format prometheus "$SV_ROOT/examples/events/calls.ndjson"
	grep -qxF 'sv_report_daily_days_conversion_ratio{day="2026-11-19"} 0.666666666667' <<<"$output"
	run -64 sv-report calls --format prometheus "$SV_ROOT/examples/events/calls.ndjson"
	[ "$output" = "sv-report: calls is about single calls, which are no metric: say daily, funnel, latency, costs or variants" ]
}

@test "what stands in a label is escaped" {
	event dialog.end A 1 '"outcome":"a\"b\\c\nd"' >events
	run -0 sv-report daily --format prometheus events
	grep -qF 'sv_report_daily_outcomes_calls{outcome="a\"b\\c' <<<"$output"
	[ "$(grep -c 'sv_report_daily_outcomes_calls{' <<<"$output")" -eq 1 ]
}

@test "the page has the cost of a lead among its first numbers" {
	calls >events
	sv-report daily -l en --html page.html events
	grep -q '<div class="tile"><b>0.6000</b><span>A lead, RUB</span>' page.html
	grep -q 'Unpriced' page.html
}

# speech ENGINE [DOUBLE'S OPTION ...]: a question recognised and one spoken by
# the engine, against its double; the events in `events`
speech() {
	local engine=$1
	shift
	load peers/doubles
	doubles_setup
	"$peers/words" say -r 16000 "сколько стоит доставка" >words.pcm
	export SV_RUN=$PWD/run SV_SPEECHKIT_API_KEY=key-of-the-tests \
		SV_OPENAI_API_KEY=sk-peer SV_CALL_ID=A
	rm -rf run openai.port
	if [ "$engine" = openai ]; then
		"$peers/openai/serve" --port-file openai.port "$@" 3>&- &
		started+=($!)
		timeout 60 sh -c 'until [ -s openai.port ]; do sleep 0.02; done'
		export SV_OPENAI_URL=http://127.0.0.1:$(<openai.port)/v1
	else
		double "$engine" "$@"
		export SV_SPEECHKIT_URL=http://127.0.0.1:$port
	fi
	sv-asr -e "$engine" <words.pcm >heard
	jq -cn '{v: 1, type: "dialog.say", call: "A", seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "dialog",
		say: "s1", text: "Сколько стоит доставка"}' |
		sv-tts --no-cache -e "$engine" --events said -o out.pcm
	kill "${started[@]}"
	started=()
	jq -c 'select(.type == "cost")' heard said >events
}

@test "what engines count becomes money by the table, and a report" {
	cat >prices <<-'END'
		version test-1
		speechkit asr * 0.5 RUB per 1 seconds
		speechkit tts * 2 RUB per 1 characters
	END
	SV_PRICES=$PWD/prices speech speechkit
	"$SV_ROOT/tests/check-events" events
	[ "$(jq -r .table events | sort -u)" = test-1 ]
	jq -es 'all(.[]; .service == "asr" or .amount == 22 and .price == 44 and
		.currency == "RUB")' events
	jq -es 'all(.[]; .service == "tts" or .amount > 1 and
		.price == .amount / 2)' events
	run -0 sv-report costs --format json events
	[ "$(jq -c '[.engines[] | [.service, .engine, .unit]]' <<<"$output")" = \
		'[["asr","speechkit","seconds"],["tts","speechkit","characters"]]' ]
	[ "$(jq '.money[0].cost > 44.5 and .unpriced == []' <<<"$output")" = true ]
}

@test "OpenAI is priced by its models, and what the table lacks is unpriced" {
	mkdir conf
	: >conf/sv.conf
	cat >conf/prices <<-'END'
		version test-2
		openai tts gpt-4o-mini-tts 3 USD per 1000 characters
	END
	SV_CONF=$PWD/conf/sv.conf speech openai
	[ "$(jq -r 'select(.service == "tts") | "\(.model) \(.price) \(.currency)"' events)" = \
		"gpt-4o-mini-tts 0.066 USD" ]
	[ "$(jq -r 'select(.service == "asr").price' events | sort -u)" = null ]
	run -0 sv-report costs -l en events
	[[ $output == *"Price unknown: not in the sums"* ]]
}

@test "a table that cannot be used is told of once, and no price is known" {
	printf 'version x\nopenai tts * cheap USD per 1 characters\n' >prices
	SV_PRICES=$PWD/prices speech openai 2>err
	[ "$(jq -r .price events | sort -u)" = null ]
	[ "$(grep -c "prices:2: 'cheap' is no price; prices are unknown" err)" -eq 2 ]
	SV_PRICES=$PWD/nowhere speech openai 2>err
	grep -q "nowhere: No such file or directory; prices are unknown" err
}

@test "the table of the examples is one" {
	SV_PRICES=$SV_ROOT/examples/prices speech speechkit 2>err
	[ ! -s err ]
	[ "$(jq -r '"\(.table) \(.currency)"' events | sort -u)" = "example-1 RUB" ]
}
