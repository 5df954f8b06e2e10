# sv-report, as the head of sales and the engineer on call meet it.
bats_require_minimum_version 1.5.0

setup() {
	export TZ=Europe/Moscow
	cd "$BATS_TEST_TMPDIR" || exit 1
	calls=$SV_ROOT/examples/events/calls.ndjson
}

# event TYPE CALL SEQ [FIELD ...]: one line, at 10:00 UTC of $DAY
event() {
	local type=$1 call=$2 seq=$3 stage=${STAGE:-dialog} day=${DAY:-2026-11-20}
	shift 3
	printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":0,"time":"%sT10:00:00.000Z","stage":"%s"%s}\n' \
		"$type" "$call" "$seq" "$day" "$stage" "${*:+,$*}"
}

# a day counted from today, where these tests live; 10:00 UTC is still that day
day() {
	date -d "$* 12:00" +%F
}

@test "the examples are events by the schema" {
	"$SV_ROOT/tests/check-events" "$calls"
}

@test "calls is one row a call, with personal data masked" {
	run -0 --separate-stderr sv-report calls -l en "$calls"
	[ "$stderr" = "" ]
	[ ${#lines[@]} -eq 8 ]
	[[ ${lines[0]} == "Time "*"Call "*"Caller "*"Confidence  End"* ]]
	[[ ${lines[1]} == "2026-11-19 10:15:02  01KAEA4V7G8QZ3M5T1N6W2R9XB  in "*"+7916***4567"*"0:46  qualified"*"И*** С***  +7916***4567      6       86.8%  hangup" ]]
	[[ ${lines[7]} == *" open" ]]
	[[ $output != *Соколова* && $output != *+79161234567* ]]
}

@test "personal data is shown when asked for, and then only to the owner" {
	run -0 sv-report calls --redact no -o report.txt "$calls"
	grep -q 'Ирина Соколова  +79161234567' report.txt
	[ "$(stat -c %a report.txt)" = 600 ]
	SV_REDACT=no run -0 sv-report calls "$calls"
	[[ $output == *"Ирина Соколова"* ]]
}

@test "addresses are masked; an extension is nobody's secret" {
	event call.start A 1 '"caller":"101"' >events
	event dialog.slot A 2 '"slot":"email","kind":"email","value":"ivan.petrov@mail.ru"' >>events
	event dialog.slot A 3 '"slot":"contact","value":"8 (916) 123-45-67"' >>events
	event dialog.slot A 6 '"slot":"volume","kind":"number","value":10000000000' >>events
	event dialog.slot A 4 '"slot":"product_name","kind":"free","value":"Сплит-система 12"' >>events
	event dialog.slot A 5 '"slot":"client_name","value":"Анна Мария Оливейра"' >>events
	run -0 sv-report transcript -l en --format json A events
	[ "$(jq -r '.call.caller, .slots[].value' <<<"$output" | paste -sd'|')" = \
		"101|i***@mail.ru|8916***4567|10000000000|Сплит-система 12|А*** М*** О***" ]
	run -0 sv-report calls -l en events
	[[ $output == *" 101 "* ]]
}

@test "daily is one row a day and a total" {
	run -0 --separate-stderr sv-report daily -l en --format csv "$calls"
	[ "$stderr" = "" ]
	cat >expected <<-END
		day,calls,answered,qualified,conversion,handoffs,abandoned,duration_ms,no_match,confidence,turn_p50_ms,turn_p95_ms
		2026-11-19,3,3,2,0.6667,0,1,30723,0.1818,0.8591,618,632
		2026-11-20,4,3,0,0.0000,1,0,18378,0.0000,0.8688,856,2988
	END
	diff expected <(printf '%s\n' "$output" | tr -d '\r')
	run -0 sv-report daily --format json "$calls"
	[ "$(jq -c .total <<<"$output")" = '{"calls":7,"answered":6,"qualified":2,"conversion":0.3333,"handoffs":1,"abandoned":1,"duration_ms":24550,"no_match":0.125,"confidence":0.8632,"turn_p50_ms":618,"turn_p95_ms":2988}' ]
}

@test "JSON has the outcomes of each day" {
	run -0 sv-report daily --format json "$calls"
	[ "$(jq -c '[.day_outcomes[] | [.day, .outcome, .calls]]' <<<"$output")" = \
		'[["2026-11-19","qualified",2],["2026-11-19","no_outcome",1],["2026-11-20","handoff",1],["2026-11-20","no_outcome",1],["2026-11-20","refused",1]]' ]
}

@test "days without calls stand between days with calls" {
	DAY=2026-10-30 event dialog.end A 1 '"outcome":"qualified"' >events
	DAY=2026-11-02 event dialog.end B 1 '"outcome":"refused"' >>events
	run -0 sv-report daily --format json events
	[ "$(jq -r '.days[] | "\(.day) \(.calls)"' <<<"$output" | paste -sd,)" = \
		"2026-10-30 1,2026-10-31 0,2026-11-01 0,2026-11-02 1" ]
}

@test "what counts as a lead or as abandoned is the scenario's word" {
	event dialog.end A 1 '"outcome":"sold"' >events
	event dialog.end B 1 '"outcome":"lost"' >>events
	event dialog.end C 1 '"outcome":"silent"' >>events
	run -0 sv-report daily --qualified sold --abandoned lost,silent --format json events
	[ "$(jq -c '.total | [.qualified, .abandoned]' <<<"$output")" = "[1,2]" ]
	SV_REPORT_QUALIFIED=sold,lost run -0 sv-report daily --format json events
	[ "$(jq .total.qualified <<<"$output")" = 2 ]
}

@test "funnel tells which steps were reached, in order, and where callers left" {
	run -0 sv-report funnel --format json "$calls"
	[ "$(jq -r '.states[].state' <<<"$output" | paste -sd' ')" = \
		"greeting budget name price phone handoff time farewell" ]
	jq -e '.states[0] == {"state": "greeting", "reached": 6, "share": 1,
		"left": 1, "drop_off": 0.1667}' <<<"$output"
	[ "$(jq -c '[.outcomes[].calls] | add' <<<"$output")" = 6 ]
}

@test "latency has the parts of the wait, which add up" {
	run -0 sv-report latency --format json "$calls"
	jq -e '([.parts[].share] | add) as $sum | $sum > 0.999 and $sum < 1.001' <<<"$output"
	[ "$(jq -c '.parts[0]' <<<"$output")" = \
		'{"part":"endpoint","turns":14,"p50_ms":500,"p95_ms":620,"p99_ms":620,"max_ms":620,"share":0.6215}' ]
	[ "$(jq -c '.total.p50_ms, .slowest[0].call, .slowest[0].total_ms' <<<"$output" | paste -sd' ')" = \
		'618 "01KAH2T6WQ9S1V3X5Z7B9D1F3H" 2988' ]
	[ "$(jq -c '.failovers' <<<"$output")" = \
		'[{"stage":"asr","from":"speechkit","to":"vosk","reason":"speechkit: no answer in 2 s","times":1,"lost_ms":2000,"last":"2026-11-20T09:02:21.779Z"}]' ]
	[ "$(jq '.slowest | length' <<<"$output")" = 10 ]
	run -0 sv-report latency --slowest 2 --format json "$calls"
	[ "$(jq '.slowest | length' <<<"$output")" = 2 ]
}

@test "percentiles are exact, by nearest rank" {
	for i in {1..100}; do
		event turn A "$i" "\"turn\":$i,\"total_ms\":$i,\"parts\":{\"asr\":$i}"
	done | shuf --random-source=<(yes) >events
	run -0 sv-report latency --format json events
	[ "$(jq -c '.total | [.p50_ms, .p95_ms, .p99_ms, .max_ms]' <<<"$output")" = "[50,95,99,100]" ]
}

@test "transcript takes an id or how it begins" {
	run -0 --separate-stderr sv-report transcript -l en 01kaea4 "$calls"
	[ "$stderr" = "" ]
	[[ ${lines[0]} == "Call       01KAEA4V7G8QZ3M5T1N6W2R9XB" ]]
	[[ $output == *"Recording  /var/spool/sales-voice/01KAEA4V7G8QZ3M5T1N6W2R9XB.flac"* ]]
	[[ $output == *"0:05  customer                 добрый день мне нужны светильники для склада"* ]]
	[[ $output == *"0:27  assistant (interrupted)  ***, по какому номеру"* ]]
	[[ $output == *"name    И*** С***"* ]]
	[[ $output == *"phone   +7916***4567            yes"* ]]
	run -0 sv-report transcript 01KAEA4V7G8QZ3M5T1N6W2R9XB "$calls"
	[[ ${lines[0]} == "Звонок "* ]]
}

@test "how a prompt is to be said is not in the transcript" {
	jq -cn '{v: 1, type: "call.start", call: "A", seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "capture"},
		({v: 1, type: "dialog.say", call: "A", seq: 1, t: 5,
		time: "2026-11-21T00:00:01.000Z", stage: "dialog", say: "s1"} +
		{text: "Это *наш* з+амок. [pause 300ms] Да?"})' >events
	run -0 sv-report transcript -l en --format csv A events
	[[ $output == *"Это наш замок. Да?"* && $output != *pause* ]]
}

@test "transcript of a recording names its speakers by their channels" {
	run -0 sv-report transcript --format csv 01KAH5 "$calls"
	[ "$(tr -d '\r' <<<"${lines[1]}")" = "400,agent,добрый день это северный свет вы оставляли заявку" ]
	[ "$(tr -d '\r' <<<"${lines[2]}")" = "4300,customer,да да мне нужны уличные фонари" ]
	[ ${#lines[@]} -eq 6 ]
}

@test "what was said is masked too, and whole when asked for" {
	run -0 sv-report transcript 01KAEA4 "$calls"
	[[ $output == *"клиент               И*** С***"* ]]
	[[ $output == *"клиент               +7916***4567"* ]]
	[[ $output != *шестнадцать* && $output != *рина* ]]
	event asr.final A 1 '"text":"мой телефон восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь","language":"ru"' >events
	run -0 sv-report transcript A events
	[[ $output == *"мой телефон [PHONE_1]" ]]
	run -0 sv-report transcript --redact no 01KAEA4 "$calls"
	[[ $output == *"клиент               ирина соколова"*"Ирина, по какому номеру"*"шестнадцать"* ]]
}

@test "transcript refuses to guess" {
	run -64 --separate-stderr sv-report transcript 01KAH "$calls"
	[ "$output" = "" ]
	[[ $stderr == "sv-report: 4 calls begin with '01KAH', as 01KAH2T6WQ9S1V3X5Z7B9D1F3H and "*": name one of them" ]]
	run -66 --separate-stderr sv-report transcript 99 "$calls"
	[ "$stderr" = "sv-report: no call begins with '99'" ]
	run -66 --separate-stderr sv-report transcript </dev/null
	[ "$stderr" = "sv-report: there is no call in the input" ]
}

@test "transcript needs no id when there is one call; a whole id wins" {
	event dialog.say A 1 '"say":"s1","text":"Hello!"' >one
	run -0 sv-report transcript -l en --format csv <one
	[ "$(tr -d '\r' <<<"${lines[1]}")" = "0,assistant,Hello!" ]
	event dialog.say AB 1 '"say":"s1","text":"Other"' >>one
	run -0 sv-report transcript --format csv A one
	[ ${#lines[@]} -eq 2 ]
	run -64 --separate-stderr sv-report transcript <one
	[[ $stderr == "sv-report: 2 calls begin with '', as A and AB: name one of them" ]]
}

@test "--since and --until choose by the local day a call began" {
	for when in "2 days ago" yesterday today; do
		DAY=$(day "$when") event dialog.end "$when" 1 '"outcome":"x"'
	done >events
	run -0 sv-report calls --since yesterday --until yesterday --format json events
	[ "$(jq -c '[.calls[].call]' <<<"$output")" = '["yesterday"]' ]
	run -0 sv-report calls --since yesterday --format json events
	[ "$(jq -c '[.calls[].call]' <<<"$output")" = '["yesterday","today"]' ]
	run -0 sv-report calls --until "$(day yesterday)" --format json events
	[ "$(jq -c '[.calls[].call]' <<<"$output")" = '["2 days ago","yesterday"]' ]
	run -0 sv-report calls --since 7d --format json events
	[ "$(jq '.calls | length' <<<"$output")" = 3 ]
	run -0 sv-report calls --since 2031-01-01 -l en events
	[ "$output" = "There is nothing in this period." ]
}

@test "a day is that of the reader's time zone" {
	sed 's/T10:00/T22:30/' <(event dialog.end A 1 '"outcome":"x"') >events
	TZ=Europe/Moscow run -0 sv-report daily --format json events
	[ "$(jq -r .days[0].day <<<"$output")" = 2026-11-21 ]
	TZ=UTC run -0 sv-report daily --format json events
	[ "$(jq -r .days[0].day <<<"$output")" = 2026-11-20 ]
	TZ=Europe/Moscow run -0 sv-report calls --since 2026-11-21T01:30 --format json events
	[ "$(jq '.calls | length' <<<"$output")" = 1 ]
	TZ=Europe/Moscow run -0 sv-report calls --since 2026-11-20T22:30:01Z --format json events
	[ "$(jq '.calls | length' <<<"$output")" = 0 ]
}

@test "a period that makes no sense is a usage error" {
	run -64 --separate-stderr sv-report daily --since tomorow "$calls"
	[[ $stderr == "sv-report: 'tomorow' is not a time: write today, yesterday, 7d, "* ]]
	run -64 --separate-stderr sv-report daily --since 2026-02-31 "$calls"
	[[ $stderr == "sv-report: '2026-02-31' is not a time: "* ]]
	run -64 --separate-stderr sv-report daily --since today --until yesterday "$calls"
	[ "$stderr" = "sv-report: --since today is not before --until yesterday" ]
}

@test "no report, a wrong report and a wrong format are usage errors" {
	run -64 --separate-stderr sv-report
	[ "$stderr" = "sv-report: which report: say calls, daily, funnel, latency, costs, variants, transcript, ingest or recall" ]
	run -64 --separate-stderr sv-report weekly "$calls"
	[ "$stderr" = "sv-report: no report 'weekly': say calls, daily, funnel, latency, costs, variants, transcript, ingest or recall" ]
	run -64 --separate-stderr sv-report daily --format pdf "$calls"
	[ "$stderr" = "sv-report: no format 'pdf': text, csv, json, html or prometheus" ]
}

@test "numbers are written in the reader's language" {
	event turn A 0 '"turn":1,"total_ms":12505,"parts":{}' |
		awk '{ for (i = 1; i <= 1250; i++) { sub(/"seq":[0-9]+/, "\"seq\":" i); print } }' >events
	run -0 sv-report latency -l ru events
	space=$'\xc2\xa0'
	[[ $output == *"1${space}250"*"12${space}505"*"100,0${space}%"* ]]
	run -0 sv-report latency -l en events
	[[ $output == *"1,250"*"12,505"*"100.0%"* ]]
}

@test "columns stand one below the other whatever the letters" {
	event call.start A 1 '"caller":"Жанна"' >events
	event call.start B 1 '"caller":"王小明"' >>events
	event call.start C 1 '"caller":"Zoë é"' >>events
	event call.start D 1 '"caller":"x"' >>events
	run -0 sv-report calls --redact no -l en events
	[ "${lines[1]#* C*A  }" = "${lines[1]#* C*A  }" ]
	printf '%s\n' "${lines[@]}" | sed 's/open$//' >rows
	/usr/bin/python3 - rows <<-'END'
		import sys, unicodedata as u
		def wide(s):
		    return sum(0 if u.combining(c) else 2 if u.east_asian_width(c) in "WF" else 1 for c in s)
		rows = open(sys.argv[1], encoding="utf-8").read().splitlines()[1:]
		assert len({wide(row) for row in rows}) == 1, rows
	END
}

@test "a caller's name can neither move the cursor nor run in a spreadsheet or a page" {
	event call.start A 1 '"caller":"=cmd|\" /C calc\"!A0"' >events
	event call.start B 1 '"caller":"<script>alert(1)</script>&\""' >>events
	event call.start C 1 '"caller":"\u001b[2Jx\u202ey, z"' >>events
	run -0 sv-report calls --redact no --format csv events
	[[ ${lines[1]} == *",\"'=cmd|\"\" /C calc\"\"!A0\","* ]]
	[[ ${lines[3]} == *'"'$'\e[2Jx\xe2\x80\xaey, z"'* ]]
	run -0 sv-report calls --redact no --format html events
	[[ $output == *"&lt;script&gt;alert(1)&lt;/script&gt;&amp;&quot;"* ]]
	[[ $output != *"<script"* && $output != *$'\e'* && $output != *$'\xe2\x80\xae'* ]]
	run -0 sv-report calls --redact no events
	[[ $output == *"?[2Jx?y, z"* ]]
}

@test "the page stands alone and is well formed" {
	for report in calls daily funnel latency "transcript 01KAEA4"; do
		run -0 --separate-stderr sv-report $report --html page.html "$calls"
		[ "$output$stderr" = "" ]
		[ "$(head -c 15 page.html)" = "<!doctype html>" ]
		run -1 grep -nE '<script|<link|<img|src=|href=|@import|url\(|https?:' page.html
		/usr/bin/python3 - page.html <<-'END'
			import sys, html.parser
			void = {"meta"}
			class Check(html.parser.HTMLParser):
			    stack = []
			    def handle_starttag(self, tag, attrs):
			        if tag not in void: self.stack.append(tag)
			    def handle_endtag(self, tag):
			        assert self.stack and self.stack.pop() == tag, (tag, self.getpos())
			check = Check(convert_charrefs=True)
			check.feed(open(sys.argv[1], encoding="utf-8").read())
			assert not check.stack, check.stack
		END
	done
}

@test "the page has charts, in the language asked for" {
	run -0 sv-report daily --html page.html "$calls"
	grep -q '<html lang="ru">' page.html
	[ "$(grep -c '<svg' page.html)" -eq 4 ]
	run -0 sv-report latency -l en --html page.html "$calls"
	grep -q '<html lang="en">' page.html
	grep -q 'What the wait consists of' page.html
	[ "$(grep -c '<svg' page.html)" -eq 3 ]
}

@test "with -o as well as --html both are written, from one reading" {
	run -0 --separate-stderr sv-report calls --html page.html --format csv -o calls.csv - <"$calls"
	[ "$output$stderr" = "" ]
	[ "$(wc -l <calls.csv)" = 8 ]
	grep -q '</html>' page.html
	run -0 sv-report calls --html page.html -o - "$calls"
	[ ${#lines[@]} -eq 8 ]
}

@test "a file that cannot be written leaves the old one" {
	run -73 --separate-stderr sv-report calls -o missing/report "$calls"
	[[ $stderr == "sv-report: create missing/report: No such file or directory" ]]
	[ "$output" = "" ]
	run -0 sv-report calls -o report "$calls"
	[ "$(echo report*)" = report ]
}

@test "a missing input is told by 66, and the others are reported on" {
	run -66 --separate-stderr sv-report calls missing
	[ "$output" = "" ]
	[ "$stderr" = "sv-report: open missing: No such file or directory" ]
	run -66 --separate-stderr sv-report calls --format csv missing "$calls" .
	[ ${#lines[@]} -eq 8 ]
	[ "${stderr_lines[0]}" = "sv-report: open missing: No such file or directory" ]
	[ "${stderr_lines[1]}" = "sv-report: . is a folder" ]
	[ "${stderr_lines[2]}" = "sv-report: 2 of 3 inputs could not be read" ]
}

@test "nothing is nothing, and no error" {
	for report in calls daily funnel latency; do
		run -0 --separate-stderr sv-report "$report" -l en </dev/null
		[ "$output" = "There is nothing in this period." ]
		[ "$stderr" = "" ]
		run -0 sv-report "$report" --format json </dev/null
		jq -e . <<<"$output"
		run -0 sv-report "$report" --format csv </dev/null
		[ ${#lines[@]} -eq 1 ]
		run -0 sv-report "$report" --format html </dev/null
		[[ $output == *"За этот период ничего нет."* ]]
	done
}

@test "a bad line is named, and the rest is reported on" {
	{
		event call.start A 1
		echo 'not json'
		echo '[1]'
		echo '{"call":"A"}'
		echo '{"type":"turn","call":7}'
		printf '{"type":"x","text":"\xff"}\n'
		event turn A 2 '"turn":1,"total_ms":"long","parts":{}'
		event turn A 3 '"turn":1,"total_ms":10,"parts":{"asr":10}'
		printf '{"v":1,"type":"call.e'
	} >events
	run -65 --separate-stderr sv-report latency --format csv events
	[ ${#lines[@]} -eq 2 ]
	[[ ${lines[1]} == asr,1,10,* ]]
	[ "${stderr_lines[0]}" = "sv-report: warning: events:2: not JSON: '[' or '{' expected (column 3)" ]
	[ "${stderr_lines[1]}" = "sv-report: warning: events:3: not a JSON object" ]
	[ "${stderr_lines[2]}" = "sv-report: warning: events:4: an event without a type" ]
	[ "${stderr_lines[3]}" = "sv-report: warning: events:5: a call id that is no string of 64 bytes at most" ]
	[[ ${stderr_lines[4]} == "sv-report: warning: events:6: not JSON: unable to decode byte 0xff"* ]]
	[ "${stderr_lines[5]}" = "sv-report: warning: events:7: 'total_ms' is not what sv-events(7) says" ]
	[[ ${stderr_lines[6]} == "sv-report: warning: events:9: not JSON: "* ]]
	[ ${#stderr_lines[@]} -eq 7 ]
	run -65 --separate-stderr sv-report latency -q events
	[ "$stderr" = "" ]
}

@test "a time beyond all calls is named, and counts as none" {
	{
		event call.start A 1
		echo '{"type":"call.end","call":"A","t":9223372036854775807}'
		echo '{"type":"call.start","call":"B","t":-9223372036854775808}'
	} >events
	for report in calls daily funnel latency; do
		run -65 --separate-stderr sv-report $report events
		[ "${stderr_lines[0]}" = "sv-report: warning: events:2: 't' is not what sv-events(7) says" ]
		[ "${stderr_lines[1]}" = "sv-report: warning: events:3: 't' is not what sv-events(7) says" ]
		[ ${#stderr_lines[@]} -eq 2 ]
	done
}

@test "a file of rubbish is told in ten lines" {
	head -c 300000 /dev/urandom >rubbish
	run -65 --separate-stderr sv-report daily -l en rubbish
	[ "$output" = "There is nothing in this period." ]
	[ ${#stderr_lines[@]} -eq 11 ]
	[[ ${stderr_lines[10]} == "sv-report: warning: rubbish: "*" bad lines more" ]]
}

@test "a line past 1 MiB is bad, and the next is read" {
	{
		printf '{"v":1,"type":"x","text":"%*s"}\n' 1200000 x
		event dialog.end A 1 '"outcome":"qualified"'
		printf '{"v":1,"type":"x","text":"%*s' 3000000 x
	} >events
	run -65 --separate-stderr sv-report daily --format json events
	[ "$(jq .total.qualified <<<"$output")" = 1 ]
	[ "${stderr_lines[0]}" = "sv-report: warning: events:1: a line longer than 1 MiB" ]
	[ "${stderr_lines[1]}" = "sv-report: warning: events:3: a line longer than 1 MiB" ]
}

@test "the same bytes in pieces give the same report" {
	sv-report daily --format json "$calls" >whole
	for size in 1 7 4096; do
		dd if="$calls" bs=$size status=none | sv-report daily --format json >pieces
		cmp whole pieces
	done
}

@test "packed files are read as plain ones" {
	gzip -c "$calls" >calls.gz
	sv-report calls "$calls" >plain
	sv-report calls calls.gz >packed
	cmp plain packed
	sv-report calls <calls.gz | cmp - plain
	head -100 "$calls" | gzip >halves.gz
	tail -n +101 "$calls" | gzip >>halves.gz
	sv-report calls halves.gz | cmp - plain
}

@test "packed files that are cut or damaged give what can be read" {
	gzip -c "$calls" >calls.gz
	head -c 4000 calls.gz >cut.gz
	run -65 --separate-stderr sv-report calls --format csv cut.gz
	[ ${#lines[@]} -gt 1 ]
	[[ $stderr == *"sv-report: warning: cut.gz: gzip data end too soon"* ]]
	{ head -c -8 calls.gz; printf 12345678; } >bad.gz
	run -65 --separate-stderr sv-report calls --format csv bad.gz
	[[ $stderr == *"sv-report: warning: bad.gz: damaged gzip data: "* ]]
}

@test "an event that comes twice counts once" {
	sv-report latency --format json "$calls" >once
	sv-report latency --format json "$calls" "$calls" | cmp - once
	shuf --random-source=<(yes) "$calls" >shuffled
	sv-report daily --format json "$calls" >once
	sv-report daily --format json shuffled "$calls" shuffled | cmp - once
	grep -h '"turn"' "$calls" >some
	sv-report latency --format json some some | jq -e '.total.turns == 14'
}

@test "unknown events and fields are no error, whatever they hold" {
	event tag.mood A 1 '"deep":[[[[{"a":[1.5e3,null,true]}]]]],"big":123456789012345678901234567890' >events
	run -65 sv-report calls events
	event tag.mood A 1 '"deep":[[[[{"a":[1.5e3,null,true]}]]]]' >events
	event dialog.end A 2 '"outcome":"x","new":{"a":1},"slots":{"a":null,"b":true,"c":1.5,"d":[1]}' >>events
	run -0 --separate-stderr sv-report transcript -l en A events
	[ "$stderr" = "" ]
	[[ $output == *"b      yes"*"c      1.5"*"d      [1]"* ]]
}

@test "a call without its beginning or its end is reported on" {
	event asr.final A 1 '"utterance":1,"text":"да","confidence":0.5' >events
	run -0 sv-report calls --format json events
	[ "$(jq -c '.calls[0]' <<<"$output")" = '{"time":"2026-11-20T10:00:00.000Z","call":"A","confidence":0.5,"end":"open"}' ]
	run -0 sv-report daily --format json events
	[ "$(jq -c '.total | [.calls, .answered, .abandoned]' <<<"$output")" = "[1,1,0]" ]
}

@test "a call without any time is in no period, and in the whole" {
	echo '{"v":1,"type":"call.end","call":"A","reason":"eof"}' >events
	run -0 sv-report calls --format json events
	[ "$(jq -c '.calls' <<<"$output")" = '[{"call":"A","end":"eof"}]' ]
	run -0 sv-report daily --format json events
	[ "$(jq .total.calls <<<"$output")" = 1 ]
	run -0 sv-report calls --since yesterday --format json events
	[ "$(jq -c '.calls' <<<"$output")" = '[]' ]
}

@test "a full disk is not a success" {
	for format in text csv json html; do
		run -74 --separate-stderr bash -c "sv-report calls --format $format $calls >/dev/full"
		[ "$stderr" = "sv-report: write stdout: No space left on device" ]
	done
}

@test "a reader that left is no error" {
	awk -v N=200000 -f "$SV_ROOT/tests/bench/events.awk" >events
	run -0 --separate-stderr bash -c 'sv-report calls events | head -1 >/dev/null
		exit ${PIPESTATUS[0]}'
	[ "$stderr" = "" ]
}

# rchar PID: how many bytes it has read
rchar() {
	awk '/^rchar/ { print $2 }' "/proc/$1/io"
}

@test "SIGTERM ends the reading, and the report is on what was read" {
	mkfifo pipe
	sv-report calls --format csv <pipe >out 2>err 3>&- &
	pid=$!
	exec 9>pipe
	until grep -q '^SigCgt:.*4...$' "/proc/$pid/status" &&
		grep -q '^State:.S' "/proc/$pid/status"; do :; done
	before=$(rchar $pid)
	{ event call.start A 1 && printf '{"type":"half'; } >line
	cat line >&9
	until [ "$(rchar $pid)" -gt "$before" ]; do :; done
	kill -TERM $pid
	wait $pid
	exec 9>&-
	[ "$(wc -l <out)" = 2 ]
	[ ! -s err ] # half a line is nobody's fault
}

@test "nightly-report leaves yesterday's pages and is quiet" {
	DAY=$(day yesterday) event dialog.end A 1 '"outcome":"qualified"' >calls.ndjson
	DAY=$(day today) event dialog.end B 1 '"outcome":"qualified"' >>calls.ndjson
	date=$(date -d yesterday +%F)
	run -0 "$SV_ROOT/pipelines/nightly-report" out
	[ "$output" = "" ]
	[ "$(cd out && echo *)" = "calls-$date.csv costs-$date.html daily-$date.html daily.html funnel-$date.html latency-$date.html variants-$date.html" ]
	[ "$(wc -l <"out/calls-$date.csv")" = 2 ]
	grep -q '</html>' out/daily.html
	run -66 --separate-stderr "$SV_ROOT/pipelines/nightly-report" out missing
	[[ $stderr == *"sv-report: open missing: No such file or directory"* ]]
}

@test "check-events finds what the schema does not know" {
	event turn A 1 '"turn":1,"total_ms":1,"parts":{}' >good
	"$SV_ROOT/tests/check-events" good
	event turn A 1 '"turn":1,"total_ms":1,"parts":{},"extra":1' >bad
	run -1 "$SV_ROOT/tests/check-events" good bad
	[[ $output == "bad:1: turn: Additional properties are not allowed ('extra' was unexpected)" ]]
	event tag.mood A 1 '"extra":1' >unknown
	"$SV_ROOT/tests/check-events" unknown
	run -1 "$SV_ROOT/tests/check-events" --known - <unknown
	[ "$output" = "-:1: type: the schema has no 'tag.mood'" ]
}
