# sv-text: spoken to written, written to speakable, and personal data masked.
# What each mode makes of which words is in tests/data/text; here it is a
# filter.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SV_LANG SV_LOG
	phone="восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь"
}

# event TYPE FIELDS: one line of call C1
event() {
	printf '{"v":1,"type":"%s","call":"C1","seq":1,"t":0,' "$1"
	printf '"time":"2026-11-21T10:00:00.000Z","stage":"asr",%s}\n' "$2"
}

@test "a spoken number is written" {
	run --separate-stderr sv-text itn <<<"бюджет сто пятьдесят тысяч рублей"
	[ "$status" -eq 0 ]
	[ "$output" = "бюджет 150000 рублей" ]
	[ "$stderr" = "" ]
}

@test "each mode finds its value within the answer" {
	while IFS='|' read -r mode said written; do
		run --separate-stderr sv-text itn --mode "$mode" \
			--today 2026-11-21 <<<"$said"
		echo "# $mode: $output $stderr"
		[ "$status" -eq 0 ]
		[ "$output" = "$written" ]
		[ "$stderr" = "" ]
	done <<-END
		prose|ну три дня|ну 3 дня
		phone|мой номер $phone|+79161234567
		number|человек двадцать пять|25
		money|полторы тысячи|1500 RUB
		date|давайте завтра|2026-11-22
		time|в половине третьего|14:30
		email|иван точка петров собака мейл точка ру|ivan.petrov@mail.ru
		digits|ноль ноль двенадцать|0012
	END
}

@test "English is English" {
	run --separate-stderr sv-text itn -l en --mode phone \
		<<<"nine one seven five five five oh one two three"
	[ "$status" -eq 0 ]
	[ "$output" = "+19175550123" ]
	SV_LANG=en run --separate-stderr sv-text itn <<<"twenty five chairs"
	[ "$output" = "25 chairs" ]
}

@test "tomorrow follows the local day" {
	run --separate-stderr sv-text itn --mode date <<<"сегодня"
	[ "$status" -eq 0 ]
	[ "$output" = "$(date +%F)" ]
	TZ=Asia/Kamchatka run --separate-stderr sv-text itn --mode date \
		<<<"сегодня"
	[ "$output" = "$(TZ=Asia/Kamchatka date +%F)" ]
}

@test "a line without a value is an empty line, a message and exit 65" {
	run -65 --separate-stderr bash -o pipefail -c \
		'printf "сто\nне знаю\n\nдвести\n" |
			sv-text itn --mode number | sed "s/^/>/"'
	[ "$output" = ">100
>
>
>200" ]
	[ "$stderr" = "sv-text: stdin:2: no number in the answer" ]
	run -65 --separate-stderr sv-text itn --mode number <<<"не знаю"
	[ "$output" = "" ]
}

@test "written text becomes speakable" {
	run --separate-stderr sv-text tn <<<"Цена 150 рублей"
	[ "$status" -eq 0 ]
	[ "$output" = "Цена сто пятьдесят рублей" ]
	[ "$stderr" = "" ]
}

@test "a digit that cannot be spoken is named, and the text still there" {
	run -65 --separate-stderr sv-text tn <<<"код ٣"
	[ "$output" = "код ٣" ]
	[[ $stderr = "sv-text: stdin:1: "*digit* ]]
}

@test "personal data is masked, spoken and written alike" {
	printf '%s\n' "меня зовут Иван Петров" "телефон $phone" \
		"или 8 916 123-45-67, Иван" >said
	run --separate-stderr sv-text redact said
	[ "$status" -eq 0 ]
	[ "$output" = "меня зовут [NAME_1]
телефон [PHONE_1]
или [PHONE_1], [NAME_1]" ]
	[ "$stderr" = "" ]
}

@test "each file is a conversation of its own" {
	echo "меня зовут Иван" >one
	echo "меня зовут Анна" >two
	run --separate-stderr sv-text redact one - two <one
	[ "$status" -eq 0 ]
	[ "$output" = "меня зовут [NAME_1]
меня зовут [NAME_1]
меня зовут [NAME_1]" ]
}

@test "a line is out before the next one is there" {
	mkfifo in out
	timeout 20 sv-text itn <in >out &
	exec 5>in 6<out
	echo "двадцать пять" >&5
	read -r -t 10 line <&6
	[ "$line" = 25 ]
	echo "сорок" >&5
	read -r -t 10 line <&6
	[ "$line" = 40 ]
	exec 5>&- 6<&-
	wait $!
}

@test "nothing in is nothing out" {
	for verb in itn tn redact; do
		for events in "" --events; do
			run --separate-stderr sv-text $verb $events </dev/null
			[ "$status" -eq 0 ]
			[ "$output$stderr" = "" ]
		done
	done
}

@test "a last line without its newline is a line, and gets none" {
	[ "$(printf 'двадцать пять' | sv-text itn | od -An -c | tr -d ' ')" = 25 ]
}

@test "the same bytes in pieces are the same lines" {
	head -n 20 "$SV_ROOT"/tests/data/text/redact-ru.tsv >said
	for verb in itn redact; do
		sv-text $verb said >want
		for size in 1 7 4096; do
			dd if=said bs=$size status=none | sv-text $verb >got
			cmp want got
		done
	done
	[ -s want ]
}

@test "bytes that are no text are replaced, and the line still masked" {
	run -65 --separate-stderr sh -c \
		'printf "\377 8 916 123 45 67\nмир\0дом\nсто\n" | sv-text redact'
	[ "$output" = "� [PHONE_1]
мир�дом
сто" ]
	[ "$stderr" = "sv-text: stdin:1: bytes that are not UTF-8 text
sv-text: stdin:2: bytes that are not UTF-8 text" ]
}

@test "a line past a mebibyte is named, and the others are done" {
	(echo сто; yes сто | tr -d '\n' | head -c 3000000; echo; echo двести) >in
	run -65 --separate-stderr sh -c 'sv-text itn <in >out; rc=$?
		sed "s/^/>/" out; exit $rc'
	[ "$output" = ">100
>
>200" ]
	[ "$stderr" = "sv-text: stdin:2: a line longer than 1 MiB" ]
}

@test "a line of a mebibyte is done" {
	yes двадцать пять | tr '\n' ' ' | head -c 1000000 | iconv -c >in
	run --separate-stderr timeout 50 sv-text itn in
	[ "$status" -eq 0 ]
	[ "${output:0:8}" = "25 25 25" ]
}

@test "random bytes end with 65 and no crash" {
	head -c 200000 /bin/sh >in
	for verb in itn tn redact "itn --mode date" "itn --mode email -l en"; do
		run -65 --separate-stderr sv-text $verb in
	done
}

@test "a full disk is not a success" {
	run -74 --separate-stderr sh -c 'echo сто | sv-text itn >/dev/full'
	[ "$stderr" = "sv-text: write stdout: No space left on device" ]
	run -74 sh -c "echo '{\"type\":\"x\"}' | sv-text itn --events >/dev/full"
}

@test "a reader that left ends it quietly" {
	run --separate-stderr bash -c \
		'yes сто | { sv-text itn; echo $? >rc; } | head -n 1'
	[ "$output" = 100 ]
	[ "$stderr" = "" ]
	[ "$(cat rc)" = 0 ]
}

@test "SIGTERM ends it with what was whole" {
	mkfifo in out
	sv-text itn <in >out &
	exec 5>in 6<out
	echo "сорок" >&5
	read -r -t 10 line <&6
	kill -TERM $!
	wait $!
	exec 5>&- 6<&-
}

@test "what is missing or wrong is said" {
	run -66 --separate-stderr sv-text itn nowhere
	[ "$stderr" = "sv-text: open nowhere: No such file or directory" ]
	run -64 --separate-stderr sv-text
	[[ $stderr = "sv-text: say what to do: itn, tn or redact"* ]]
	run -64 --separate-stderr sv-text speak
	[[ $stderr = "sv-text: 'speak' is none of itn, tn and redact"* ]]
	run -64 --separate-stderr sv-text itn --mode fax
	[[ $stderr = *"'fax' is none of prose, phone, number"* ]]
	run -64 --separate-stderr sv-text itn --today 2026-02-30
	[[ $stderr = *"'2026-02-30' is no day as YYYY-MM-DD"* ]]
	run -64 --separate-stderr sv-text itn --today tomorrow
	run -64 --separate-stderr sv-text tn --mode phone
	[[ $stderr = "sv-text: --mode and --today are for itn"* ]]
}

@test "itn writes what was recognised, and nothing else" {
	{
		event asr.partial '"utterance":1,"text":"двадцать пять"'
		event asr.final '"utterance":1,"text":"двадцать пять столов"'
		event dialog.say '"say":"1","text":"двадцать пять"'
		event x.other '"text":"двадцать пять", "a" : 0.10'
	} >in
	run --separate-stderr sv-text itn --events in
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$output" = "$(sed -e '1,2s/двадцать пять/25/' in)" ]
}

@test "an utterance without a value of the mode passes" {
	{
		event asr.final '"utterance":1,"text":"не знаю"'
		event asr.final "\"utterance\":2,\"text\":\"$phone\""
	} >in
	run --separate-stderr sv-text itn --mode phone --events in
	[ "$status" -eq 0 ]
	[ "$output" = "$(sed "s/$phone/+79161234567/" in)" ]
}

@test "tn speaks what is to be said" {
	{
		event dialog.say '"say":"1","text":"Цена 150 рублей"'
		event asr.final '"utterance":1,"text":"150"'
	} >in
	run --separate-stderr sv-text tn --events in
	[ "$status" -eq 0 ]
	[ "$output" = "$(sed '1s/150/сто пятьдесят/' in)" ]
}

@test "an event's own language counts for its call" {
	{
		event call.start '"language":"en"'
		event asr.final '"utterance":1,"text":"twenty five"'
	} >in
	run --separate-stderr sv-text itn --events in
	[ "$output" = "$(sed 's/twenty five/25/' in)" ]
}

@test "no field that people's words are in keeps them" {
	{
		event call.start '"caller":"+79161234567","callee":"+74951112233"'
		event asr.partial '"utterance":1,"text":"меня зовут иван петров"'
		event asr.final '"utterance":1,"text":"меня зовут иван петров","words":[{"word":"меня","start_ms":0,"end_ms":1},{"word":"зовут","start_ms":1,"end_ms":2},{"word":"иван","start_ms":2,"end_ms":3,"confidence":0.9},{"word":"петров","start_ms":3,"end_ms":4,"confidence":0.5}]'
		event asr.final "\"utterance\":2,\"text\":\"$phone\""
		event dialog.slot '"slot":"name","kind":"name","value":"Иван Петров","raw":"иван петров"'
		event dialog.slot '"slot":"phone","kind":"phone","value":"+79161234567"'
		event dialog.slot '"slot":"email","kind":"email","value":"ivan@mail.ru"'
		event dialog.say '"say":"1","text":"Иван, верно: +7 916 123-45-67?"'
		event dialog.handoff '"reason":"asked","brief":"Иван Петров, ivan@mail.ru","slots":{"name":"Иван"}'
		event dialog.end '"outcome":"lead","slots":{"name":"Иван Петров","budget":150000},"caller":"+79161234567"'
		event tts.start '"say":"1","text":"Иван, верно восемь девятьсот шестнадцать сто двадцать три сорок пять шестьдесят семь"'
		event tts.interrupted '"say":"1","heard":"Иван, верно"'
		event tool.call '"tool":"crm","arguments":{"who":["Иван Петров"],"phone":"89161234567"}'
		event tool.result '"tool":"crm","result":"записан Иван Петров"'
	} >in
	run --separate-stderr sv-text redact --events in
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	printf '%s\n' "$output" >out
	run ! grep -iE 'иван|петров|ivan|девятьсот|9161234567|123-45-67' out
	[ "$(jq -c 'select(.words).words' out)" = '[{"word":"меня","start_ms":0,"end_ms":1},{"word":"зовут","start_ms":1,"end_ms":2},{"word":"[NAME_1]","start_ms":2,"end_ms":4,"confidence":0.5}]' ]
	[ "$(jq -r 'select(.type == "dialog.slot").value' out | tr '\n' ' ')" = \
		"[NAME_1] [PHONE_1] [EMAIL_1] " ]
	[ "$(jq -c 'select(.type == "dialog.end").slots' out)" = \
		'{"name":"[NAME_1]","budget":150000}' ]
	"$SV_ROOT/tests/check-events" out
	sv-text redact --events out | cmp - out
}

@test "placeholders are a call's own" {
	{
		event asr.final '"utterance":1,"text":"меня зовут иван"'
		event asr.final '"utterance":1,"text":"меня зовут анна"' |
			sed 's/C1/C2/'
		event asr.final '"utterance":2,"text":"иван"'
		event asr.final '"utterance":2,"text":"анна"'
	} >in
	run --separate-stderr sv-text redact --events in
	[ "$(jq -r .text <<<"$output")" = "меня зовут [NAME_1]
меня зовут [NAME_1]
[NAME_1]
анна" ]
}

@test "a line that is no event is an error event and exit 65" {
	{
		event asr.final '"utterance":1,"text":"сто"'
		echo 'nonsense'
		event asr.final '"utterance":2,"text":"двести"'
	} >in
	run -65 --separate-stderr sv-text itn --events in
	[ "$(jq -r '.text // .type' <<<"$output")" = "100
error
200" ]
	[ "$(jq -r 'select(.type == "error") | "\(.source):\(.line)"' \
		<<<"$output")" = in:2 ]
}

@test "more calls than are kept at once" {
	for i in $(seq 1500); do
		echo "{\"type\":\"asr.final\",\"call\":\"C$i\",\"text\":\"меня зовут иван\"}"
	done >in
	run --separate-stderr sv-text redact --events in
	[ "$status" -eq 0 ]
	[ "$(jq -r .text <<<"$output" | sort | uniq -c | tr -s ' ')" = \
		" 1500 меня зовут [NAME_1]" ]
}
