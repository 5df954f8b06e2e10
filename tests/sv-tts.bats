# sv-tts as its users meet it.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export HOME=$BATS_TEST_TMPDIR SV_CACHE=$BATS_TEST_TMPDIR/cache
	unset SV_RATE SV_CALL_ID SV_TTS_ENGINE SV_TTS_SET SV_TTS_CACHE
	unset LD_LIBRARY_PATH
}

# say ID TEXT [JSON]: a dialog.say of call c at t 0, with more fields
say() {
	jq -cn --arg say "$1" --arg text "$2" --argjson more "${3:-{\}}" \
		'{v: 1, type: "dialog.say", call: "c", seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "dialog",
		say: $say, text: $text} + $more'
}

# event TYPE [JSON]: any other event of call c
event() {
	jq -cn --arg type "$1" --argjson more "${2:-{\}}" \
		'{v: 1, type: $type, call: "c", seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "test"} + $more'
}

# ms FILE [RATE]: how long raw PCM is
ms() {
	echo $(($(stat -c %s "$1") * 500 / ${2:-16000}))
}

# level FILE: RMS of the sound in thousandths
level() {
	sox -t raw -r 16000 -e signed -b 16 -c 1 "$1" -n stat 2>&1 |
		awk '/^RMS .*amplitude/ { print int($3 * 1000) }'
}

# fields NAME...: those of each event on stdin, spaces between them
fields() {
	jq -r "[$(printf '.%s // empty,' "$@" | sed 's/,$//')] | map(tostring) |
		join(\" \")"
}

# has TYPE CONDITION [FILE]: whether an event of that type is so
has() {
	jq -es --arg type "$1" "any(.[]; .type == \$type and ($2))" \
		"${@:3}" >/dev/null
}

# what differs from run to run in events
timeless() {
	jq -c 'del(.time, .first_byte_ms, .total_ms, .parts.tts)'
}

@test "a text on the command line becomes speech on stdout" {
	sv-tts --no-cache -e espeak "Здравствуйте, чем могу помочь?" >ru.pcm
	[ "$(ms ru.pcm)" -gt 1200 ] && [ "$(ms ru.pcm)" -lt 3000 ]
	[ "$(level ru.pcm)" -gt 30 ] && [ "$(level ru.pcm)" -lt 300 ]
	sv-tts --no-cache -e espeak Hello, how can I help you? >en.pcm
	[ "$(ms en.pcm)" -gt 800 ] && [ "$(ms en.pcm)" -lt 2500 ]
	[ "$(level en.pcm)" -gt 30 ]
}

@test "every rate sounds as long as the others" {
	for rate in 8000 16000 24000 48000; do
		sv-tts --no-cache -e espeak -r $rate "Добрый день" >$rate.pcm
		SV_RATE=$rate sv-tts --no-cache -e espeak "Добрый день" |
			cmp - $rate.pcm
		long=$(ms $rate.pcm $rate)
		[ "$long" -gt 500 ]
		[ "${first:=$long}" -ge $((long - 1)) ]
		[ "$first" -le $((long + 1)) ]
	done
}

@test "with --text a line of stdin is a prompt" {
	printf 'раз\n\n  \nдва три' |
		sv-tts --no-cache -e beep --text -o out.pcm >events
	[ "$(fields type say text duration_ms <events)" = "tts.start 1 раз
tts.end 1 200
tts.start 2 два три
tts.end 2 400" ]
	[ "$(ms out.pcm)" = 850 ] # 250 between the two
	"$SV_ROOT/tests/check-events" --known events
}

@test "the language is the event's, the call's, the option's or the text's" {
	{
		say 1 Привет
		say 2 Hello
		say 3 Hello '{"language": "ru"}'
		say 4 Привет '{"language": "xx"}'
		event call.start '{"direction": "in", "language": "en"}'
		say 5 Привет
	} >in
	sv-tts --no-cache -e beep -o /dev/null <in >out
	[ "$(jq -r 'select(.type == "tts.start") | .say + .language' <out |
		xargs)" = "1ru 2en 3ru 4ru 5en" ]
	SV_LANG=en sv-tts --no-cache -e beep -o /dev/null <in >out
	[ "$(jq -r 'select(.type == "tts.start") | .say + .language' <out |
		xargs)" = "1en 2en 3ru 4en 5en" ]
}

@test "events pass byte for byte and ours stand among them in order" {
	{
		event call.start '{"direction": "in"}'
		printf '{ "type":"future.thing", "call":"c", "x":0.1, "u":"\\u0434" }\n'
		say s1 "Раз два. Три!"
		say s2 ""
		event call.end '{"reason": "eof", "t": 9000}'
	} >in
	run -0 --separate-stderr sv-tts --no-cache -e beep -o out.pcm <in
	[ "$stderr" = "" ]
	[ "$(ms out.pcm)" = 850 ]
	printf '%s\n' "$output" >out
	grep -v '"stage":"tts"' out | cmp - in
	[ "$(fields type say t duration_ms <out)" = "call.start 0
future.thing
dialog.say s1 0
tts.start s1 0
tts.end s1 850 850
dialog.say s2 0
tts.start s2 850
tts.end s2 850 0
call.end 9000" ]
	grep '"stage":"tts"' out | "$SV_ROOT/tests/check-events" --known -
	[ "$(jq -r 'select(.stage == "tts") | .seq' out | xargs)" = "1 2 3 4" ]
}

@test "no event of ours is earlier than what it answers" {
	{
		say s1 раз '{"t": 5000}'
		say s2 два '{"t": 5010}'
		event call.end '{"reason": "eof", "t": 9000}'
	} | sv-tts --no-cache -e beep -o /dev/null >out
	[ "$(jq -r 'select(.stage == "tts") | .t' out | xargs)" = \
		"5000 5200 5200 5400" ]
}

@test "a turn is told with its parts, which add up" {
	{
		say s0 Здравствуйте
		event asr.final '{"utterance": 1, "text": "да", "endpoint_ms": 400,
			"asr_ms": 30}'
		say s1 Хорошо. '{"turn": 7, "dialog_ms": 12}'
		say s2 Ещё. '{"turn": 7, "dialog_ms": 12}'
		event asr.final '{"utterance": 2, "text": "нет"}'
		say s3 Ладно.
	} | sv-tts --no-cache -e beep -o /dev/null | tee out |
		jq -c 'select(.type == "turn")' >turns
	"$SV_ROOT/tests/check-events" --known turns
	[ "$(fields turn say <turns)" = "7 s1
8 s3" ]
	jq -e '.total_ms == (.parts | add)' <turns
	head -1 turns | jq -e '.parts | del(.tts) ==
		{"endpoint": 400, "asr": 30, "dialog": 12}'
	tail -1 turns | jq -e '.parts | keys == ["tts"]'
	# right behind its tts.start
	[ "$(fields type say <out | grep -A 1 'tts.start s1')" = "tts.start s1
turn s1" ]
}

@test "the same bytes in pieces give the same sound and events" {
	{
		say s1 "Раз, два. Три четыре?"
		echo nonsense
		say s2 "Пять шесть"
		printf '%s' "$(event call.end '{"reason": "eof"}')"
	} >in
	for size in 1 7 4096; do
		run -65 bash -o pipefail -c "dd bs=$size status=none <in |
			sv-tts --no-cache -e espeak -o $size.pcm --events $size.ev"
		timeless <$size.ev >$size.json
		cmp 4096.pcm $size.pcm || [ $size != 4096 ]
	done
	cmp 1.pcm 7.pcm && cmp 7.pcm 4096.pcm
	cmp 1.json 7.json && cmp 7.json 4096.json
	[ "$(ms 1.pcm)" -gt 1500 ]
}

@test "nothing in gives nothing out" {
	run -0 --separate-stderr sv-tts -e beep </dev/null
	[ "$output" = "" ] && [ "$stderr" = "" ]
	run -0 --separate-stderr sv-tts -e espeak --text </dev/null
	[ "$output" = "" ] && [ "$stderr" = "" ]
	run -0 --separate-stderr sv-tts -e espeak ""
	[ "$output" = "" ] && [ "$stderr" = "" ]
}

@test "bad input is told of in its place, and all else is spoken" {
	{
		echo '{"type": "dialog.say", "say": "s0"}'
		say s1 раз
		printf '{"type":"dialog.say","say":"s2","text":"\xff"}\n'
		echo '[]'
		head -c 1500000 /dev/zero | tr '\0' x
		echo
		echo '{"type":"dialog.say","call":"c","text":"два"}'
		printf '{"type":"dialog.say","call":"c","te'
	} >in
	run -65 --separate-stderr sv-tts --no-cache -e beep -o out.pcm <in
	[ "$stderr" = "" ]
	[ "$(ms out.pcm)" = 650 ]
	printf '%s\n' "$output" | grep '"stage":"tts"' >own
	"$SV_ROOT/tests/check-events" --known own
	[ "$(fields type say line <own)" = "error
tts.start s1
tts.end s1
error 3
error 4
error 5
tts.start 2
tts.end 2
error 7" ]
}

@test "where nobody reads events, what is wrong is said on stderr" {
	{ say s1 раз; echo nonsense; say s2 два; } >in
	run -65 --separate-stderr bash -c \
		'sv-tts --no-cache -e beep <in >out.pcm'
	[[ $stderr == "sv-tts: warning: stdin:2: not JSON"* ]]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[ "$(ms out.pcm)" = 650 ]
	standin
	run -65 --separate-stderr sv-tts --no-cache -e rhvoice \
		-p library=./libRHVoice.so.5 hello
	[ "$output" = "" ]
	[ "$stderr" = "sv-tts: warning: rhvoice: no voice for 'en'" ]
}

@test "a text is made speakable, and a digit left over is told of" {
	say s1 "5 руб." >in
	say s2 "$(printf 'x \xd9\xa3')" >>in # an Arabic three
	run -65 --separate-stderr sv-tts --no-cache -e beep -o out.pcm <in
	printf '%s\n' "$output" | grep '"stage":"tts"' >own
	[ "$(fields type call text reason <own)" = "tts.start c пять рублей.
tts.end c
error c a digit was left in the text
tts.start c $(printf 'x \xd9\xa3')
tts.end c" ]
	"$SV_ROOT/tests/check-events" --known own
}

@test "a text longer than a prompt may be is cut between words, and told of" {
	long=$(printf 'слово %.0s' $(seq 3000))
	say s1 "$long" >in
	run -65 --separate-stderr sv-tts --no-cache -e beep -p rate=250 \
		-o out.pcm <in
	printf '%s\n' "$output" >out
	has error '.code == 65' out
	has tts.start '.text | utf8bytelength |
		. > 16000 and . <= 16384' out
	[ "$(fields type <out | xargs)" = "dialog.say error tts.start tts.end" ]
}

@test "notes in a text are heard, and not shown" {
	run -0 --separate-stderr sv-tts --no-cache -e beep -o out.pcm \
		"р+аз [pause 500ms] *два*."
	[ "$(ms out.pcm)" = 900 ]
	[ "$(fields text <<<"$output" | xargs)" = "раз два." ]
	sv-tts --no-cache -e beep "[pause 300ms] раз" >out.pcm
	[ "$(ms out.pcm)" = 500 ]
	# in real time, too, a pause at the beginning is meant
	sv-tts --no-cache -e beep --pace "[pause 300ms] раз" >out.pcm
	[ "$(ms out.pcm)" -ge 480 ]
	sv-tts --no-cache -e beep "раз [pause 1s]" >out.pcm
	[ "$(ms out.pcm)" = 1200 ]
	# what cannot be heard makes no other sentence for the cache
	sv-tts --cache kept -e beep "раз два" >out.pcm
	run -0 --separate-stderr sv-tts --cache kept -e beep -o out.pcm \
		"р+аз *два*"
	has tts.start .cached <<<"$output"
	run -0 --separate-stderr sv-tts --cache kept -e beep -o out.pcm \
		"раз [pause 20ms] два"
	has tts.start '.cached | not' <<<"$output"
}

@test "control characters are no orders to the voice" {
	sv-tts -e espeak --no-cache 'good A day' >plain
	sv-tts -e espeak --no-cache $'good\001A\x7fday' >odd
	cmp plain odd
}

# eSpeak NG 1.51 reads a dictionary that it has freed.
@test "letters of many scripts do not crash the voice" {
	mixed=$(printf 'да %b yes ' \\u03b1\\u03b2 \\u0561\\u0562 \\u05d0\\u05d1 \\u0628\\u062a \\u0915\\u0916 \\ud55c\\uae00 \\u10d0)
	for language in ru en; do
		run -0 --separate-stderr sv-tts -e espeak --no-cache \
			-l $language -o out.pcm "$mixed" "$mixed" "$mixed"
		[ "$stderr" = "" ]
		[ -s out.pcm ]
	done
}

@test "a text without blanks that is too long is cut all the same" {
	word=$(printf 'a%.0s' {1..20000})
	run -65 --separate-stderr bash -c \
		"echo '{\"type\":\"dialog.say\",\"text\":\"$word\"}' | sv-tts -e beep -o sound"
	[ -s sound ]
	[[ $output == *'"reason":"a text of 20000 bytes is cut at 16384"'* ]]
}

@test "random bytes are no crash" {
	for seed in 1 2 3; do
		head -c 20000 /dev/urandom >noise
		run -65 sv-tts --no-cache -e beep -o /dev/null --events ev <noise
		# a digit among them may be left over
		run sv-tts --no-cache -e beep -p rate=250 --text \
			-o /dev/null --events ev <noise
		[ $status = 0 ] || [ $status = 65 ]
	done
}

@test "what was spoken once comes from the cache, the same to the sample" {
	say s1 "Добрый день! Чем могу помочь?" >in
	sv-tts -e espeak -o 1.pcm <in >1.ev
	sv-tts -e espeak -o 2.pcm <in >2.ev
	cmp 1.pcm 2.pcm
	has tts.start '.cached == false' 1.ev
	has tts.start '.cached == true' 2.ev
	[ "$(ls cache/tts | wc -l)" = 2 ]
	# another voice, manner, rate or language is another sound
	for more in "-p voice=ru+f3" "-p rate=120" "-r 8000" "-l en"; do
		sv-tts -e espeak $more -o 3.pcm <in |
			has tts.start '.cached == false'
	done
	[ "$(ls cache/tts | wc -l)" = 10 ]
	[ "$(stat -c %a cache/tts)" = 700 ]
}

@test "a sentence of the cache is heard of as one that was made" {
	say s1 "раз два три четыре пять шесть семь восемь девять" >in
	sv-tts -e beep -o /dev/null <in >/dev/null
	"$SV_ROOT/tests/peers/tts-caller" -e beep <in 3>kept.ev >/dev/null
	has tts.start '.cached' kept.ev
	has tts.interrupted '.heard | startswith("раз два три")' kept.ev
}

@test "a file of the cache that is not whole is replaced" {
	sv-tts -e espeak "Привет" >1.pcm
	file=$(echo cache/tts/*)
	for size in 0 10 1000; do
		truncate -s $size "$file"
		sv-tts -e espeak "Привет" >2.pcm
		cmp 1.pcm 2.pcm
		[ "$(stat -c %s "$file")" -gt 1000 ]
	done
	head -c 5000 /dev/urandom >"$file"
	sv-tts -e espeak "Привет" | cmp - 1.pcm
}

@test "a cache that cannot be written is warned of once, and speech goes on" {
	touch cache
	run -0 --separate-stderr sv-tts -e beep -o out.pcm --text <<<$'раз\nдва'
	[ "$(ms out.pcm)" = 650 ]
	[ "$(wc -l <<<"$stderr")" = 1 ]
	[[ $stderr == "sv-tts: warning: cache: "*"; going on without" ]]
	run -0 --separate-stderr sv-tts --no-cache -e beep -o out.pcm раз
	[ "$stderr" = "" ]
}

@test "--cache says where, --cache-size how much, --no-cache nothing" {
	sv-tts --no-cache -e beep раз >/dev/null
	[ ! -e cache ]
	sv-tts --cache here -e beep раз >/dev/null
	[ "$(ls here | wc -l)" = 1 ]
	seq 60 | awk '{ for (i = 0; i < NR; i++) printf "я "; print "раз" }' |
		sv-tts --cache small --cache-size 1 -r 8000 -e beep --text \
			-o /dev/null >ev
	[ "$(du -sb small | cut -f 1)" -lt 1100000 ]
	[ "$(ls small | wc -l)" -gt 5 ]
}

@test "-e help lists the engines" {
	run -0 --separate-stderr sv-tts -e help
	[[ $(cut -d " " -f 1 <<<"$output" | xargs) == \
		"rhvoice espeak speechkit riva "*beep ]]
	run -64 --separate-stderr sv-tts -e nosuch раз
	[ "$stderr" = "sv-tts: no engine 'nosuch'; -e help lists them" ]
}

@test "an engine that is not there leaves its place to the next, in an event" {
	say s1 раз >in
	run -0 --separate-stderr sv-tts --no-cache -e rhvoice,beep \
		-p library=/nosuch.so -o out.pcm <in
	[ "$(ms out.pcm)" = 200 ]
	[[ $stderr == "sv-tts: warning: rhvoice: "*"; going on with beep" ]]
	printf '%s\n' "$output" >out
	"$SV_ROOT/tests/check-events" --known out
	[ "$(fields type from to engine <out)" = "engine.failover rhvoice beep
dialog.say
tts.start beep
tts.end" ]
	run -69 --separate-stderr sv-tts --no-cache -e rhvoice \
		-p library=/nosuch.so раз
	[ "$output" = "" ]
	[[ $stderr == "sv-tts: rhvoice: /nosuch.so: "* ]]
	# nobody asked for it: nothing is said
	run -0 --separate-stderr sv-tts --no-cache -p rhvoice.library=/nosuch.so \
		-o out.pcm раз
	[ "$stderr" = "" ]
	[[ $output != *failover* ]]
}

standin() {
	cc -shared -fPIC -o libRHVoice.so.5 "$SV_ROOT/tests/peers/rhvoice.c"
}

@test "RHVoice is loaded where its library is" {
	standin
	run -0 --separate-stderr sv-tts --no-cache -e rhvoice \
		-p library=./libRHVoice.so.5 -p data=/voices -o out.pcm "раз два"
	[ "$stderr" = "" ]
	[ "$(ms out.pcm)" = 400 ]
	[ "$(level out.pcm)" -gt 100 ]
	[ "$(fields type engine voice <<<"$output")" = "tts.start rhvoice Anna
tts.end" ]
	for how in none plus acute; do
		sv-tts --no-cache -e rhvoice -p library=./libRHVoice.so.5 \
			-p data=/voices -p stress=$how "р+аз *два*" >out.pcm
		[ "$(ms out.pcm)" = 400 ]
	done
	run -64 --separate-stderr sv-tts -e rhvoice -p stress=bold раз
	[ "$stderr" = \
		"sv-tts: rhvoice: stress is plus, acute or none, not 'bold'" ]
	LD_LIBRARY_PATH=. sv-tts --no-cache -p rhvoice.rate=200 раз >out.pcm
	[ "$(ms out.pcm)" = 100 ]
	run -69 --separate-stderr sv-tts --no-cache -e rhvoice \
		-p library=./libRHVoice.so.5 -p data=/other раз
	[ "$stderr" = "sv-tts: rhvoice: no voices in /other" ]
	RHVOICE_VERSION=0.7 run -69 --separate-stderr sv-tts -e rhvoice \
		-p library=./libRHVoice.so.5 раз
	[ "$stderr" = \
		"sv-tts: rhvoice: version 0.7 is too old: 1.0 or later" ]
}

@test "a phrase one engine cannot speak is the next one's" {
	standin
	{
		say s1 "раз" '{"voice": "anna"}'
		say s2 "hello"
		say s3 "сбой"
		say s4 "два"
	} >in
	run -0 --separate-stderr sv-tts --no-cache -e rhvoice,beep \
		-p library=./libRHVoice.so.5 -o /dev/null <in
	printf '%s\n' "$output" >out
	"$SV_ROOT/tests/check-events" --known out
	[ "$(grep '"stage":"tts"' out | grep -v tts.end |
		fields type call say engine to)" = "tts.start c s1 rhvoice
engine.failover c beep
tts.start c s2 beep
engine.failover c beep
tts.start c s3 beep
tts.start c s4 rhvoice" ]
	# with no other engine the dialog is told, and life goes on
	run -65 --separate-stderr sv-tts --no-cache -e rhvoice \
		-p library=./libRHVoice.so.5 -o /dev/null <in
	[ "$(grep '"stage":"tts"' <<<"$output" | fields type say heard |
		xargs)" = "tts.start s1 tts.end s1 engine.failover error \
tts.interrupted s2 engine.failover error tts.interrupted s3 tts.start s4 \
tts.end s4" ]
}

@test "RHVoice in earnest, where it is installed" {
	sv-tts --no-cache -e rhvoice -l ru "проба" >/dev/null 2>&1 ||
		skip "libRHVoice with a Russian voice is not installed"
	sv-tts --no-cache -e rhvoice "Здравствуйте, чем могу помочь?" >out.pcm
	[ "$(ms out.pcm)" -gt 1200 ] && [ "$(level out.pcm)" -gt 30 ]
}

@test "settings are common to the engines or one's own" {
	sv-tts --no-cache -e beep -p rate=200 раз >out.pcm
	[ "$(ms out.pcm)" = 100 ]
	sv-tts --no-cache -e beep -p rate=200 -p beep.rate=50 раз >out.pcm
	[ "$(ms out.pcm)" = 400 ]
	SV_TTS_SET=rate=200,volume=0 sv-tts --no-cache -e beep раз >out.pcm
	[ "$(ms out.pcm)" = 100 ] && [ "$(level out.pcm)" = 0 ]
	sv-tts --no-cache -e espeak -p rate=60 "добрый день" >slow.pcm
	sv-tts --no-cache -e espeak "добрый день" >out.pcm
	[ "$(ms slow.pcm)" -gt "$(($(ms out.pcm) * 3 / 2))" ]
	sv-tts --no-cache -e espeak -p pitch=150 "добрый день" >high.pcm
	! cmp -s high.pcm out.pcm
	sv-tts --no-cache -e espeak -p volume=50 "добрый день" >soft.pcm
	[ "$(level soft.pcm)" -lt "$(level out.pcm)" ]
	for bad in rate=0 rate=x pitch=201 volume=-1; do
		run -64 --separate-stderr sv-tts -e espeak -p $bad раз
		[[ $stderr == "sv-tts: ${bad%=*}: '${bad#*=}' is not "* ]]
	done
	run -64 --separate-stderr sv-tts -p speed=1 раз
	[[ $stderr == "sv-tts: --set: no setting 'speed': "* ]]
	run -64 --separate-stderr sv-tts -p nosuch.rate=1 раз
	[[ $stderr == "sv-tts: --set: no setting 'nosuch.rate': "* ]]
}

@test "a voice is the event's, else the setting's, else the language's" {
	{
		say 1 Привет '{"voice": "ru+f3"}'
		say 2 Привет
		say 3 Hello
		say 4 Привет '{"voice": "nosuch"}'
	} >in
	sv-tts --no-cache -e espeak -p voice.en=en-us -o /dev/null <in >out
	[ "$(jq -r 'select(.type == "tts.start") | .voice' out | xargs)" = \
		"ru+f3 ru en-us ru" ]
}

@test "events go to descriptor 3 in a live call, else where --events says" {
	say s1 раз >in
	SV_CALL_FDS=1 sv-tts --no-cache -e beep <in 3>live.ev >out.pcm
	[ "$(fields type <live.ev | xargs)" = "dialog.say tts.start tts.end" ]
	[ "$(ms out.pcm)" = 200 ]
	echo before >file.ev
	sv-tts --no-cache -e beep --events file.ev <in | cmp - out.pcm
	[ "$(head -1 file.ev)" = before ] && [ "$(wc -l <file.ev)" = 4 ]
	sv-tts --no-cache -e beep <in | cmp - out.pcm
	sv-tts --no-cache -e beep -o o.pcm --events - <in | tail -1 |
		grep -q tts.end
	cmp o.pcm out.pcm
	run -64 --separate-stderr sv-tts -e beep --events - <in
	[ "$stderr" = "sv-tts: events and sound cannot both go to stdout: \
give -o a file" ]
	run -73 --separate-stderr sv-tts -e beep -o /nosuch/x <in
	[ "$stderr" = \
		"sv-tts: create /nosuch/x: No such file or directory" ]
	run -64 --separate-stderr env SV_CALL_FDS=1 bash -c \
		'exec 3>&-; exec sv-tts -e beep </dev/null'
	[[ $stderr == "sv-tts: SV_CALL_FDS is set, but "* ]]
}

@test "several calls share a stream, each with its clock" {
	{
		say a раз '{"call": "one", "t": 1000}'
		say b два '{"call": "two", "t": 50}'
		event asr.final '{"call": "two", "utterance": 1, "text": "да"}'
		say c три '{"call": "one", "t": 1000}'
		say d ещё '{"call": "two", "t": 60}'
	} | sv-tts --no-cache -e beep -o out.pcm >out
	[ "$(ms out.pcm)" = 1550 ]
	[ "$(jq -r 'select(.type == "tts.end") | "\(.call) \(.seq) \(.t)"' out)" = \
"one 2 1200
two 2 250
one 4 1400
two 5 450" ]
	[ "$(jq -r 'select(.type == "turn") | .say' out)" = d ]
}

@test "a disk too full for the sound loses no event" {
	{ say s1 раз && say s2 два && echo '{"type":"dialog.end","call":"C"}'; } >in
	run -74 --separate-stderr sv-tts -e beep -o /dev/full <in
	[ "$stderr" = "sv-tts: write /dev/full: No space left on device" ]
	while IFS= read -r line; do
		[[ $output == *"$line"* ]]
	done <in
}

@test "a full disk is not a success" {
	say s1 раз >in
	run -74 --separate-stderr bash -c 'sv-tts -e beep --events ev <in >/dev/full'
	[ "$stderr" = "sv-tts: write stdout: No space left on device" ]
	[ "$(fields type say <ev | tail -1)" = "tts.interrupted s1" ]
	run -74 --separate-stderr sv-tts -e beep -o /dev/full <in
	[ "$stderr" = "sv-tts: write /dev/full: No space left on device" ]
	run -74 --separate-stderr sv-tts -e beep --events /dev/full -o x <in
	[ "$stderr" = "sv-tts: write events: No space left on device" ]
	run -74 --separate-stderr bash -c 'sv-tts --pace -e beep раз >/dev/full'
	[ "$stderr" = "sv-tts: write stdout: No space left on device" ]
}

@test "a reader of the sound that left is no error, and no event is lost" {
	{
		say s1 "$(seq -s ' ' 200 | tr '0-9' 'абвгдежзик')"
		say s2 "ещё"
		event dialog.end '{"outcome": "done"}'
	} >in
	for pace in "" --pace; do
		run -0 --separate-stderr bash -c "sv-tts $pace -e beep --no-cache \
			--events $pace.ev <in | head -c 2000 >/dev/null
			exit \${PIPESTATUS[0]}"
		[ "$stderr" = "" ]
		grep -v '"stage":"tts"' ./$pace.ev | cmp - in
		[ "$(fields type say <./$pace.ev | grep interrupted | head -1)" = \
			"tts.interrupted s1" ]
		[ "$(fields type <./$pace.ev | grep -c end)" = 1 ]
	done
	# where nobody reads events there is nothing to go on for
	run -0 bash -c 'sv-tts --no-cache -e beep < <(cat in; tail -f /dev/null \
		--pid=$$) | head -c 2000 >/dev/null'
}

@test "a reader of the events that left does not stop the sound" {
	{ say s1 "раз два"; say s2 "три"; } >in
	run -0 --separate-stderr bash -c 'sv-tts --no-cache -e beep -o out.pcm <in |
		true; exit ${PIPESTATUS[0]}'
	[ "$stderr" = "" ]
	[ "$(ms out.pcm)" = 850 ]
}

@test "SIGTERM ends it: what was read is spoken, in real time it is cut" {
	mkfifo in ev
	sv-tts --no-cache -e beep --events ev -o out.pcm <in &
	pid=$!
	exec 5>in 6<ev
	say s1 "раз" >&5
	until [[ $line == *tts.end* ]]; do read -r line <&6; done
	kill $pid
	wait $pid
	[ "$(ms out.pcm)" = 200 ]
	exec 5>&- 6<&-

	sv-tts --no-cache --pace -e beep --events ev -o out.pcm <in &
	pid=$!
	exec 5>in 6<ev
	say s1 "раз два три четыре пять шесть семь восемь девять десять" >&5
	until [[ $line == *tts.start* ]]; do read -r line <&6; done
	kill $pid
	wait $pid
	[ "$(cat <&6 | fields type say)" = "tts.interrupted s1" ]
}

@test "a prompt is silent within 40 ms of tts.pause and tts.cancel" {
	say s1 "раз два три четыре пять шесть семь восемь девять десять" >in
	for more in "-e beep" "-e beep --lead 200ms" "-e espeak"; do
		run -0 --separate-stderr "$SV_ROOT/tests/peers/tts-caller" \
			--no-cache $more <in 3>ev
		[ "$stderr" = "" ]
		echo "$more: $output"
		declare -A got=()
		while read -r name value; do got[$name]=${value%.*}; done \
			<<<"$output"
		[ "${got[silence_ms]}" -lt 100 ] # no voice's, nor our own
		[ "${got[pause_ms]}" -lt 40 ]
		[ "${got[cancel_ms]}" -lt 40 ]
		[ "${got[in_flight_ms]}" -le 200 ]
		[ "${got[resume_ms]}" -lt 300 ]
		[ "${got[exit]}" = 0 ]
		[ "$(fields type <ev | xargs)" = "dialog.say tts.start tts.pause \
tts.resume tts.cancel tts.interrupted" ]
		# 500 and 200 ms were waited for, of which the lead came at once
		has tts.interrupted '.heard_ms >= 500 and .heard_ms <= 1700 and
			.duration_ms >= 1800 and (.heard | startswith("раз два"))
			and (.heard | endswith(" ") | not)' ev
		grep '"stage":"tts"' ev | "$SV_ROOT/tests/check-events" --known -
	done
}

@test "--pace is sound from the first millisecond, and real time" {
	mkfifo in
	sv-tts --no-cache --pace -e beep --events ev <in >out.pcm &
	pid=$!
	exec 5>in
	# nothing was asked for, and yet there is sound: silence
	until [ -s out.pcm ]; do :; done
	say s1 раз >&5
	exec 5>&-
	wait $pid
	[ "$(fields type <ev | xargs)" = "dialog.say tts.start tts.end" ]
	size=$(stat -c %s out.pcm)
	[ $((size % 640)) = 0 ]
	end=$(jq -r 'select(.type == "tts.end") | .t' ev)
	start=$(jq -r 'select(.type == "tts.start") | .t' ev)
	[ $((end - start)) = 200 ]
	# what is heard 60 ms later is told so
	[ "$start" -ge 60 ] && [ "$start" -lt 500 ]
	# the tone begins with a frame, and is as long as ever
	python3 - out.pcm <<-'END'
		import array, sys
		heard = array.array("h", open(sys.argv[1], "rb").read())
		loud = [at for at, value in enumerate(heard) if value]
		assert loud[0] % 320 == 1, loud[0]
		assert loud[-1] - loud[0] in range(2390, 2400), loud
	END
}

@test "call.end ends the call's speech, and EOF what nobody can resume" {
	mkfifo in ev
	long="раз два три четыре пять шесть семь восемь девять десять"
	sv-tts --no-cache --pace -e beep --events ev <in >/dev/null &
	pid=$!
	exec 5>in 6<ev
	say s1 "$long" >&5
	until [[ $line == *tts.start* ]]; do read -r line <&6; done
	event call.end '{"reason": "hangup"}' >&5
	read -r line <&6
	read -r line <&6
	[[ $line == *tts.interrupted* ]]
	say s2 "$long" >&5
	until [[ $line == *tts.start* ]]; do read -r line <&6; done
	event tts.pause '{"say": "s2"}' >&5
	exec 5>&-
	[ "$(cat <&6 | fields type say)" = "tts.pause s2
tts.interrupted s2" ]
	wait $pid
}

@test "--lead takes what real time allows" {
	run -64 --separate-stderr sv-tts --lead 1s раз
	[ "$stderr" = "sv-tts: --lead takes 20ms to 200ms" ]
	run -64 --separate-stderr sv-tts --lead 10ms раз
	[ "$stderr" = "sv-tts: --lead takes 20ms to 200ms" ]
}
