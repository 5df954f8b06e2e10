# sv-tts with SpeechKit's synthesis, and with who takes over from it.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export HOME=$BATS_TEST_TMPDIR SV_CACHE=$BATS_TEST_TMPDIR/cache
	export SV_RUN=$BATS_TEST_TMPDIR/run
	export SV_SPEECHKIT_API_KEY=key-of-the-tests
	unset SV_RATE SV_CALL_ID SV_TTS_ENGINE SV_TTS_SET SV_TTS_CACHE
	unset SV_SPEECHKIT_IAM_TOKEN
	# a busy machine is no fault of the service
	patient=budget.connect=60s,budget.first=60s,budget.stall=60s
}

teardown() {
	[ -z "${speaker-}" ] || kill "$speaker" 2>/dev/null || true
	doubles_teardown
}

# tts ARG...: what is said at 8 kHz into out.pcm, events into ev
tts() {
	sv-tts --no-cache -r 8000 -p "$patient" \
		-p "speechkit.url=http://127.0.0.1:$speechkit_port" \
		-p "riva.url=http://127.0.0.1:${riva_port-9}" -o out.pcm "$@" >ev
}

# live ARG...: a call, that hears what is written to descriptor 8
live() {
	mkfifo in.fifo
	: >ev
	sv-tts --no-cache -r 8000 --pace -p "$patient" \
		-p "speechkit.url=http://127.0.0.1:$speechkit_port" \
		-p "riva.url=http://127.0.0.1:${riva_port-9}" -o out.pcm "$@" \
		<in.fifo >ev 2>err 3>&- &
	speaker=$!
	exec 8>in.fifo
}

# hang_up: the call is over; how sv-tts ended
hang_up() {
	exec 8>&-
	wait "$speaker"
	local rc=$?
	speaker=
	return $rc
}

# event TYPE [JSON]: one of call c
event() {
	jq -cn --arg type "$1" --argjson more "${2:-{\}}" \
		'{v: 1, type: $type, call: "c", seq: 1, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "test"} + $more'
}

say() {
	event dialog.say "$(jq -cn --arg text "$2" --arg say "$1" \
		'{say: $say, text: $text}')"
}

# until_there FILE PATTERN [N]: waits for N lines of it
until_there() {
	timeout 60 sh -c 'until [ "$(grep -c "$2" "$1")" -ge "$3" ]; do
		sleep 0.02; done' sh "$1" "$2" "${3:-1}"
}

# heard [FILE]: the words in the sound
heard() {
	"$peers/words" hear -r 8000 "${1:-out.pcm}"
}

# told FILTER: of the events
told() {
	jq -r "$1 // empty" ev
}

# asked FILTER: of what the double was asked for
asked() {
	jq -r "select(.what == \"message\") | .message | $1" speechkit.log
}

LONG='Мы получили вашу заявку и готовы перезвонить вам завтра утром чтобы
	обсудить условия доставки и оплаты'
LONG=$(tr -s '\n\t' ' ' <<<"$LONG" | sed 's/ $//')
WORDS=$(sed 's/.*/\L&/' <<<"$LONG")

@test "a text is spoken in the line's rate, with stress, pauses and emphasis" {
	double speechkit
	SV_CALL_ID=c1 tts -e speechkit 'Это з+амок, за́мок. И *очень [x]* да
[pause 300ms] точка! [pause 7.5s] Раз'
	[ "$(heard)" = "это замок замок и очень икс да точка раз" ]
	[ "$(asked .text | head -1)" = "Это з+амок, з+амок." ]
	asked .text | grep -qF 'точка!'
	jq -es '[.[] | select(.what == "message") | .message] | all(
		.output_audio_spec.raw_audio.audio_encoding == 1 and
		.output_audio_spec.raw_audio.sample_rate_hertz == 8000)' \
		speechkit.log
	jq -es 'any(.[]; .headers["x-client-request-id"] == "c1")' speechkit.log
	# as events have it, there is no notation
	[ "$(told 'select(.type == "tts.start") | .text' | tr -s '\n' ' ')" = \
		'Это замок, замок. И очень [икс] да точка! Раз ' ] ||
		told 'select(.type == "tts.start") | .text' >&2
	tts -e speechkit 'раз *два* [pause 300ms] тр+и'
	[ "$(asked .text | tail -1)" = 'раз **два** sil<[300]> тр+и' ]
}

@test "what looks like the service's markup is spoken or dropped, not obeyed" {
	double speechkit
	tts -e speechkit 'раз **два** sil<[300]> <[huge]> [[три]] {name} а+б ++ пять+'
	[ "$(told 'select(.type == "engine.failover")')" = "" ]
	[[ $(heard) == "раз два сил "*"три нейм"*"пять плюс" ]] || heard >&2
	! asked .text | grep -q '[][<>{}*]'
}

@test "voice, role, speed, pitch and volume are the settings'; others are usual" {
	double speechkit
	tts -e speechkit раз
	[ "$(asked '.hints | length')" = 1 ]
	[ "$(asked '.hints[0].voice')" = marina ]
	tts -e speechkit -p voice=jane,role=evil,rate=120,pitch=110,volume=50 раз
	[ "$(asked '.hints | add | "\(.voice) \(.role) \(.speed) \(.pitch_shift)
\(.volume | round)"' | tail -2 | xargs)" = "jane evil 1.2 20 -25" ]
	# filipp has no role, and a voice of another engine is none of ours
	event dialog.say '{"say":"s1","text":"раз","voice":"filipp"}' |
		tts -e speechkit -p role=good
	[ "$(asked '.hints | add | tostring' | tail -1)" = \
		'{"voice":"filipp"}' ]
	event dialog.say '{"say":"s1","text":"раз","voice":"ru+f3"}' |
		tts -e speechkit -p role=friendly
	[ "$(asked '.hints | add | tostring' | tail -1)" = \
		'{"voice":"marina","role":"friendly"}' ]
	tts -e speechkit -p loudness=peak,volume=50 раз
	[ "$(asked .loudness_normalization_type | tail -1)" = 1 ]
	run -64 --separate-stderr sv-tts -e speechkit -p loudness=loud раз
	[[ $stderr == "sv-tts: speechkit: loudness is lufs or peak, not 'loud'" ]]
}

@test "a voice that the service does not know is told of with what was asked" {
	double speechkit
	run -0 --separate-stderr tts -e speechkit,beep -p speechkit.voice=ivan раз
	[[ $stderr == *"speechkit: INVALID_ARGUMENT: no voice ivan"*" (voice \
'ivan', role '')"* ]]
	[ "$(told 'select(.type == "tts.start").engine')" = beep ]
}

@test "a sentence too long for one request is asked for in parts, and whole" {
	double speechkit
	text=$(for i in $(seq 30); do printf 'word%s, and ' "$i"; done)
	text="${text% and }done"
	words=$(tr -d , <<<"$text")
	tts -e speechkit -l en "${text}" || true
	jq -es '[.[] | select(.what == "end")] | length >= 2 and
		all(.status == "OK" and .characters <= 250)' speechkit.log
	[ "$(heard | wc -w)" -ge 50 ]
	[[ $(heard) != *"~"* ]]
	: >speechkit.log
	tts -e speechkit -l en -p unsafe=yes "$(printf 'word %.0s' $(seq 75))"
	jq -es '[.[] | select(.what == "end")] | length == 1 and
		.[0].characters > 250' speechkit.log
}

@test "characters sent are paid for, those from the cache are not" {
	double speechkit
	for i in 1 2; do
		sv-tts -r 8000 -e speechkit -p "$patient" --cache cache -o out.pcm \
			-u "http://127.0.0.1:$port" 'Это з+амок.' >ev$i
	done
	[ "$(jq -r 'select(.type == "cost") |
		"\(.engine) \(.service) \(.model) \(.unit) \(.amount)"' ev1)" = \
		"speechkit tts marina characters 11" ] || jq -c . ev1 >&2
	[ "$(jq -r 'select(.type == "cost")' ev2)" = "" ]
	"$SV_ROOT/tests/check-events" --known ev1
	# stress is heard, so it is another sentence
	sv-tts -r 8000 -e speechkit -p "$patient" --cache cache -o out.pcm \
		-u "http://127.0.0.1:$port" 'Это зам+ок.' >ev3
	[ "$(jq -r 'select(.type == "tts.start").cached' ev3)" = false ]
}

@test "the first sound is heard before the answer is complete" {
	double speechkit --pace 1
	live -e speechkit
	say s1 "$LONG" >&8
	until_there ev tts.start
	timeout 60 sh -c 'until tr -d "\0" <out.pcm | grep -q .; do
		sleep 0.02; done'
	! grep -q '"what":"end"' speechkit.log
	until_there ev tts.end
	hang_up
	[ "$(heard)" = "$WORDS" ]
}

# connected PORT: somebody is
connected() {
	timeout 60 sh -c 'until [ "$(curl -sf "http://127.0.0.1:$1/control/counts" |
		jq .connections)" -ge 1 ]; do sleep 0.02; done' sh "$1"
}

@test "connections stand before anything is said, also of who may take over" {
	double speechkit
	double riva
	live -e speechkit,riva,beep
	connected "$speechkit_port"
	connected "$riva_port"
	hang_up
	[ ! -s err ]
	# what is missing there is told of ahead of need
	rm in.fifo
	live -e speechkit,riva -p riva.url=
	until_there err "riva: "
	hang_up
}

# breaks FAULT: the service does, while it speaks; Riva goes on
breaks() {
	double speechkit --pace 3
	double riva
	faults "$speechkit_port" "$1"
	live -e speechkit,riva "${@:2}"
	say s1 "$LONG" >&8
	until_there ev tts.end
	hang_up
	"$SV_ROOT/tests/check-events" --known ev
	# each word is there and whole; the one that was cut may begin before
	heard | tr ' ' '\n' | grep -v '~' | xargs >words
	[ "$(<words)" = "$WORDS" ] || {
		heard >&2
		cat ev err >&2
		return 1
	}
	[ "$(told 'select(.type == "engine.failover") | "\(.from) \(.to)"')" = \
		"speechkit riva" ]
	[ "$(told 'select(.type == "tts.start").engine')" = speechkit ]
	[ "$(told 'select(.type == "engine.failover").lost_ms')" -ge 0 ]
}

@test "cut off in a sentence by a status, the next engine goes on at the word" {
	breaks status:at=1500,code=UNAVAILABLE
	[[ $(told 'select(.type == "engine.failover").reason') == \
		"speechkit: UNAVAILABLE: "* ]]
}

@test "a connection that breaks in a sentence costs no word" {
	breaks tcp-reset:at=1500
}

@test "a service that falls silent in a sentence is given up in time" {
	breaks silent:at=1500 -p speechkit.budget.stall=300ms
	[ "$(told 'select(.type == "engine.failover").reason')" = \
		"speechkit: no more sound within 300 ms" ]
}

@test "no first sound in time, and the next engine says all of it" {
	double speechkit --fault silent:at=start
	double riva
	tts -e speechkit,riva -p speechkit.budget.first=200ms "$LONG"
	[ "$(heard)" = "$WORDS" ]
	[ "$(told 'select(.type == "engine.failover").reason')" = \
		"speechkit: no sound within 200 ms" ]
	[ "$(told 'select(.type == "engine.failover").lost_ms')" -ge 200 ]
	[ "$(told 'select(.type == "tts.start").engine')" = riva ]
}

@test "no connection is no wait" {
	speechkit_port=9
	double riva
	tts -e speechkit,riva "$LONG"
	[ "$(heard)" = "$WORDS" ]
	[[ $(told 'select(.type == "engine.failover").reason') == \
		"speechkit: UNAVAILABLE: "*"127.0.0.1"* ]]
}

@test "a key that is refused is told of, and not shown" {
	double speechkit
	SV_SPEECHKIT_API_KEY=wrong-key-of-ours run -0 --separate-stderr \
		tts -vv -e speechkit,beep раз
	[[ $stderr == *"speechkit: UNAUTHENTICATED: Unknown api key"*": check \
SV_SPEECHKIT_API_KEY, or SV_SPEECHKIT_IAM_TOKEN and folder; going on with beep"* ]]
	! grep -r wrong-key ev <<<"$stderr"
	unset SV_SPEECHKIT_API_KEY
	run -78 --separate-stderr tts -e speechkit раз
	[ "$stderr" = "sv-tts: speechkit: no key: set SV_SPEECHKIT_API_KEY or \
SV_SPEECHKIT_IAM_TOKEN, or one of them with _FILE" ]
	SV_SPEECHKIT_IAM_TOKEN=token-of-the-tests \
		tts -e speechkit -p folder=folder-of-the-tests раз
	[ "$(heard)" = раз ]
}

@test "a quota that is used up closes the service for a while, for all" {
	double speechkit --fault status:code=RESOURCE_EXHAUSTED
	for i in 1 2 3; do
		tts -e speechkit,beep раз 2>/dev/null
	done
	[ "$(grep -c '"what":"end"' speechkit.log)" = 3 ]
	run -0 --separate-stderr tts -e speechkit,beep раз
	[ "$(grep -c '"what":"end"' speechkit.log)" = 3 ]
	[[ $(told 'select(.type == "engine.failover") | "\(.reason) \(.lost_ms)"') \
		== "speechkit: has failed too often, it is left alone for "*" s 0" ]]
	[ "$(told 'select(.type == "tts.start").engine')" = beep ]
	run -0 sv-tts engines -e speechkit -u "http://127.0.0.1:$port"
	[[ ${lines[0]} == "speechkit    left alone "* ]]
	# somebody has asked, and it was well: it is taken again
	faults "$port"
	run -0 sv-tts engines -e speechkit -u "http://127.0.0.1:$port" --probe \
		-p "$patient"
	tts -e speechkit,beep раз
	[ "$(told 'select(.type == "tts.start").engine')" = speechkit ]
}

@test "a service that says for how long it wants to be left alone is" {
	double speechkit --fault exhausted:ms=90000
	tts -v -e speechkit,beep раз 2>err
	grep -q 'not asked for 90000 ms' err
	tts -e speechkit,beep раз
	[ "$(grep -c '"what":"end"' speechkit.log)" = 1 ]
	# nor is it asked a second time at once when nobody else is there
	rm -r run
	mkdir run
	run -65 --separate-stderr tts -e speechkit раз
	[ "$(grep -c '"what":"end"' speechkit.log)" = 2 ]
}

@test "a prompt cancelled before its first sound takes its request back" {
	double speechkit --fault silent:at=start,times=1
	live -e speechkit
	say s1 раз >&8
	until_there speechkit.log '"what":"message"'
	event tts.cancel >&8
	until_there ev tts.interrupted
	until_there speechkit.log '"what":"end"'
	[ "$(told 'select(.type == "tts.interrupted") | "\(.heard):\(.heard_ms)"')" \
		= ":0" ]
	say s2 два >&8
	until_there ev tts.end
	hang_up
	[ "$(heard)" = два ]
	[ "$(told 'select(.type == "engine.failover")')" = "" ]
}

@test "SIGTERM while a service is waited for ends the call at once" {
	double speechkit --fault silent:at=start
	live -e speechkit
	say s1 раз >&8
	until_there speechkit.log '"what":"message"'
	kill "$speaker"
	wait "$speaker"
	speaker=
	exec 8>&-
	[ "$(told 'select(.stage == "tts").type' | xargs)" = \
		"cost tts.interrupted" ] ||
		[ "$(told 'select(.stage == "tts").type' | xargs)" = \
			"tts.interrupted cost" ]
	[ ! -s err ]
}

@test "a service that goes away while nothing is said is connected to again" {
	double speechkit --fault goaway:times=1
	live -e speechkit
	say s1 раз >&8
	until_there ev tts.end
	say s2 два >&8
	until_there ev tts.end 2
	hang_up
	[ "$(heard)" = "раз два" ]
	[ "$(told 'select(.type == "engine.failover")')" = "" ]
}

@test "engines tells what is configured, what is missing, and who answers" {
	double speechkit
	run -0 sv-tts engines -e speechkit,riva,beep -u "http://127.0.0.1:$port"
	[ "${lines[0]}" = "speechkit    configured      Yandex SpeechKit v3, a \
service on the network, at 127.0.0.1:$port" ]
	[[ ${lines[1]} == *"marina (neutral whisper friendly) alena "* ]]
	[[ ${lines[2]} == "riva         not configured  riva: no address is set"* ]]
	[[ ${lines[3]} == "beep         configured "* ]]
	run -0 sv-tts engines -e speechkit,beep -u "http://127.0.0.1:$port" --probe \
		-p "$patient"
	[[ ${lines[0]} == "speechkit    answers "*" ms"*"voice marina, first sound \
after "* ]]
	kill "${started[@]}"
	wait "${started[@]}" || true
	run -69 --separate-stderr sv-tts engines -e speechkit --probe \
		-u "http://127.0.0.1:$port"
	[[ $output == "speechkit    does not answer speechkit: "* ]]
	[ "$stderr" = "sv-tts: not all engines that are configured answer" ]
	run -64 --separate-stderr sv-tts --probe раз
	[ "$stderr" = "sv-tts: --probe belongs to sv-tts engines" ]
	run -64 --separate-stderr sv-tts -e beep -u http://127.0.0.1:9 раз
	[ "$stderr" = "sv-tts: --url http://127.0.0.1:9: none of the engines is a \
service" ]
}

@test "no libcurl is loaded where no service is asked" {
	! ldd "$(command -v sv-tts)" | grep -q libcurl
}
