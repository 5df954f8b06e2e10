# sv-tts with Riva's synthesis.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export HOME=$BATS_TEST_TMPDIR SV_CACHE=$BATS_TEST_TMPDIR/cache
	export SV_RUN=$BATS_TEST_TMPDIR/run
	unset SV_RATE SV_CALL_ID SV_TTS_ENGINE SV_TTS_SET SV_TTS_CACHE
	unset SV_RIVA_API_KEY
	# a busy machine is no fault of the service
	patient=budget.connect=60s,budget.first=60s,budget.stall=60s
}

teardown() {
	doubles_teardown
}

# tts ARG...: what is said at 16 kHz into out.pcm, events into ev
tts() {
	sv-tts --no-cache -p "$patient" -e "${engines-riva}" \
		-u "http://127.0.0.1:$port" -o out.pcm "$@" >ev
}

heard() {
	"$peers/words" hear out.pcm
}

told() {
	jq -r "$1 // empty" ev
}

# asked FILTER: of what the double was asked for
asked() {
	jq -r "select(.what == \"message\") | .message | $1" riva.log
}

@test "a text is spoken in its language; notes are dropped, pauses are made" {
	double riva
	SV_CALL_ID=c1 tts 'Это з+амок и *точка* [pause 500ms] да'
	[ "$(heard)" = "это замок и точка да" ]
	[ "$(asked '"\(.text) \(.language_code) \(.sample_rate_hz)
\(.encoding) \(.id.value) \(.voice_name // "")"' | head -2 | xargs)" = \
		"Это замок и точка ru-RU 16000 1 c1" ]
	"$peers/words" hear --json out.pcm | tail -2 |
		jq -es '.[1].start_ms - .[0].end_ms >= 500'
	tts -l en "Good morning"
	[ "$(asked .language_code | tail -1)" = en-US ]
	tts -p riva.language.ru=en-US -p riva.voice=English-US.Female-1 раз
	[ "$(asked '"\(.language_code) \(.voice_name)"' | tail -1)" = \
		"en-US English-US.Female-1" ]
	[ "$(told 'select(.type == "tts.start").voice')" = English-US.Female-1 ]
}

@test "a long sentence comes in parts as long as the model takes" {
	double riva --text-max 100
	text=$(printf 'слово, %.0s' $(seq 29))конец
	tts -p riva.most=100 "$text"
	[ "$(heard | wc -w)" = 30 ]
	[[ $(heard) != *"~"* ]]
	[ "$(asked .text | wc -l)" -ge 2 ]
	[ "$(told 'select(.type == "cost").amount' | head -1)" -gt 150 ]
	"$SV_ROOT/tests/check-events" --known ev
}

@test "another speed is asked for, and what stands in the text is text" {
	double riva
	tts -p rate=120 'раз & два <три>'
	[[ $(asked .text) == '<speak><prosody rate="120%">раз '*'</prosody></speak>' ]]
	! asked .text | grep -q '<три>'
	tts '<speak>раз <break/> два'
	! asked .text | tail -1 | grep -q '[<>]'
}

@test "another rate than the line's is converted here" {
	double riva
	tts -p hz=22050 "раз два"
	[ "$(asked .sample_rate_hz)" = 22050 ]
	[ "$(heard)" = "раз два" ]
	run -64 --separate-stderr tts -p hz=400 раз
	[ "$stderr" = "sv-tts: riva: hz is 8000 to 48000" ]
	run -64 --separate-stderr tts -p most=0 раз
	[ "$stderr" = "sv-tts: riva: most is a number of characters" ]
}

@test "NVIDIA's cloud wants a key and a function" {
	double riva --key nvapi-of-the-tests --function-id f-1
	export SV_RIVA_API_KEY=nvapi-of-the-tests
	tts -p function-id=f-1 раз
	[ "$(heard)" = раз ]
	engines=riva,beep
	SV_RIVA_API_KEY=nvapi-wrong-one run -0 --separate-stderr \
		tts -vv -p function-id=f-1 раз
	[[ $stderr == *"riva: UNAUTHENTICATED: "*": check SV_RIVA_API_KEY; going \
on with beep"* ]]
	[[ $stderr != *nvapi* ]]
	run -0 --separate-stderr tts -p function-id=f-2 раз
	[[ $stderr == *"riva: NOT_FOUND: no function f-2"*"; going on with beep"* ]]
	run -0 --separate-stderr tts -p function-id=f-1 -p riva.voice=No-RU.One раз
	[[ $stderr == *"riva: INVALID_ARGUMENT: "*"(voice 'No-RU.One', language \
ru-RU); going on with beep"* ]]
}

# what ends an answer early, before it is whole
@test "in whatever way an answer fails, the sentence is spoken" {
	engines=riva,beep
	for fault in status:code=UNAVAILABLE exhausted no-status http close \
		goaway-lost rst:at=start garbage:at=start truncated:at=start \
		compressed unsaid huge:at=start status:at=300 rst:at=300 \
		tcp-reset:at=300 close:at=300 garbage:at=300 no-status:at=end; do
		rm -rf run
		double riva --fault "$fault"
		tts "раз два три" 2>err
		[ "$(told 'select(.type == "engine.failover") | "\(.from) \(.to)"')" \
			= "riva beep" ] || {
			echo "$fault" >&2
			cat ev err >&2
			return 1
		}
		[ "$(told 'select(.type == "tts.end").say')" = 1 ]
	done
}

@test "late and in the smallest pieces, it is the same sound" {
	double riva --chunk 4001
	tts "раз два три"
	cp out.pcm whole.pcm
	for fault in late:ms=300 trickle:size=11,ms=0; do
		faults "$port" "$fault"
		tts "раз два три"
		cmp out.pcm whole.pcm
	done
}
