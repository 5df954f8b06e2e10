# sv-asr -e ONE,ANOTHER: services that fail in a call, in every way, and the
# words that come nevertheless. The services are tests/peers/speechkit and riva.
#
# in real time
bats_require_minimum_version 1.5.0

load peers/doubles.bash

setup() {
	doubles_setup
	unset SV_CALL_ID SV_RATE SV_MODEL SV_ASR_ENGINE SV_CALL_FDS
	export SV_RUN=$BATS_TEST_TMPDIR/run SV_ASR_SOCKET=none
	double speechkit
	double riva
	export SV_SPEECHKIT_API_KEY=key-of-the-tests
	export SV_SPEECHKIT_URL=http://127.0.0.1:$speechkit_port
	export SV_SPEECHKIT_OPERATIONS=$SV_SPEECHKIT_URL
	export SV_RIVA_URL=http://127.0.0.1:$riva_port
	"$peers/words" say --wav \
		'один два три (450) четыре пять (450)' >talk.wav
}

teardown() {
	doubles_teardown
}

# call OPTION...: the talk as it is spoken; events in `events`, the code in $code
call() {
	code=0
	sv-capture --pace talk.wav 2>/dev/null |
		{
			sv-asr -e speechkit,riva --silence free=300ms "$@" \
				2>err >events || code=$?
			echo $code >code
		}
	code=$(<code)
}

# words: the finals, an utterance a line, by whom, in lower case
words() {
	jq -r 'select(.type == "asr.final") | .engine + ": " + .text' events |
		tr -d .
}

# said ENGINE ENGINE: all words are there, once, the utterances by these
said() {
	diff <(words | sed 's/Один/один/; s/Четыре/четыре/') - <<END
$1: один два три
$2: четыре пять
END
}

# failover KEY: of the only engine.failover
failover() {
	jq -r "select(.type == \"engine.failover\").$1" events
}

@test "when all is well the first engine hears, and tells what it cost" {
	call
	[ "$code" -eq 0 ]
	[ ! -s err ]
	said speechkit speechkit
	[ -z "$(failover from)" ]
	jq -se 'map(select(.type == "cost")) | length == 1 and (.[0] |
		.engine == "speechkit" and .service == "asr" and
		.unit == "seconds" and .amount > 2 and has("price"))' events
}

@test "a stream that breaks in mid-utterance costs no word and no time" {
	faults "$speechkit_port" rst
	call
	[ "$code" -eq 0 ]
	said riva riva
	[ "$(failover from)" = speechkit ]
	[ "$(failover to)" = riva ]
	[[ "$(failover reason)" == "speechkit: INTERNAL: "* ]]
	[ "$(failover lost_ms)" -lt 1000 ]
	[[ "$(<err)" == "sv-asr: warning: speechkit: INTERNAL: "*"; going on with riva" ]]
}

@test "a connection lost after the last word costs no word" {
	faults "$speechkit_port" close:at=end,times=1
	call
	[ "$code" -eq 0 ]
	said riva riva
	[[ "$(failover reason)" == *"the connection to "*" was lost"* ]]
}

@test "a service that falls silent is waited for as long as its budget says" {
	faults "$speechkit_port" silent:at=end
	call -p speechkit.budget.result=400ms
	[ "$code" -eq 0 ]
	said riva riva
	[[ "$(failover reason)" == *"budget 'result' of 400 ms" ]]
	[ "$(failover lost_ms)" -ge 400 ]
	[ "$(failover lost_ms)" -lt 2000 ]
}

@test "speech without a hypothesis is a stall, whatever the socket says" {
	faults "$speechkit_port" late:ms=20000
	call -p speechkit.budget.first=300ms
	[ "$code" -eq 0 ]
	said riva riva
	[[ "$(failover reason)" == *"budget 'first' of 300 ms" ]]
}

@test "a service that cannot be reached is not waited for" {
	SV_SPEECHKIT_URL=http://127.0.0.1:1 call
	[ "$code" -eq 0 ]
	said riva riva
	[ "$(failover lost_ms)" -lt 1000 ]
}

@test "a key that is refused is told of, and the next engine hears" {
	SV_SPEECHKIT_API_KEY=another call
	[ "$code" -eq 0 ]
	said riva riva
	[[ "$(failover reason)" == *UNAUTHENTICATED* ]]
	! grep another events err
}

@test "a service that is well again is taken at the next utterance" {
	"$peers/words" say --wav \
		'один два три (4000) четыре пять (450)' >talk.wav
	faults "$speechkit_port" rst:times=1
	call -p budget.rest=100ms
	[ "$code" -eq 0 ]
	said riva speechkit
	[ "$(failover from)" = speechkit ]
}

@test "a service alone is asked over another connection" {
	faults "$speechkit_port" close:times=1
	call -e speechkit
	[ "$code" -eq 0 ]
	said speechkit speechkit
	[ "$(failover from)" = speechkit ]
	[ "$(failover to)" = speechkit ]
}

@test "when nobody is left the dialog goes on, and the next utterance is tried" {
	faults "$speechkit_port" status:at=end,times=3
	faults "$riva_port" status:at=end,times=2
	call -p budget.rest=1ms
	[ "$code" -eq 75 ]
	[[ "$(<err)" == *"sv-asr: not all that was said was recognised: the error events tell why" ]]
	jq -se 'map(select(.type == "asr.final")) | length == 2 and
		.[0].text == "" and (.[1].text | length > 3)' events
	jq -se 'map(select(.type == "error")) | length == 1 and (.[0].reason |
		startswith("no engine is left for what was said: "))' events
	jq -se 'last.reason == "eof"' events
}

@test "three failures, and later calls leave the service alone" {
	"$peers/words" say --wav 'один (900)' >talk.wav
	faults "$speechkit_port" rst:at=100
	for i in 1 2 3; do
		call
	done
	run -0 sv-asr engines -e speechkit,riva
	[[ "${lines[0]}" == "speechkit "*" left alone "*s* ]]
	[[ "${lines[1]}" == "riva "*" configured "* ]]
	before=$(grep -c RecognizeStreaming speechkit.log)
	call
	[ "$(grep -c RecognizeStreaming speechkit.log)" -eq "$before" ]
	[ "$(words)" = "riva: Один" ]
}

@test "sound that comes all at once is recognised as well, in order" {
	sox talk.wav -t raw talk
	faults "$speechkit_port" rst
	sv-asr -e speechkit,riva --silence free=300ms <talk >events
	said riva riva
}

@test "by the call's clock nothing is read before the result is there" {
	sox talk.wav -t raw talk
	sv-asr -e speechkit --silence free=300ms --clock call <talk >events
	said speechkit speechkit
	jq -se '[.[] | select(.type | test("vad.end|asr.final|clock")) | .type] |
		join(" ") | test("vad.end clock") | not' events
}

@test "a recording that a service does not take is the next one's" {
	faults "$speechkit_port" status:code=INTERNAL,method=RecognizeFile
	sv-asr -e speechkit,riva --silence free=300ms talk.wav >events
	said riva riva
	[ "$(failover from)" = speechkit ]
	[ "$(failover to)" = riva ]
	[ "$(grep -c RecognizeFile speechkit.log)" -ge 3 ]
}

@test "a recording that nobody takes is an error, and is tried again" {
	faults "$riva_port" status
	run -65 --separate-stderr sv-asr -e riva -p budget.rest=1ms \
		--resume journal talk.wav
	jq -se 'map(select(.type == "error")) | length == 1 and
		(.[0].reason | test("UNAVAILABLE|left alone"))' <<<"$output"
	rm -rf "$SV_RUN"
	faults "$riva_port" </dev/null
	sv-asr -e riva -p budget.rest=1ms --silence free=300ms \
		--resume journal talk.wav >events
	said riva riva
}

@test "a call that a server serves has the server's services" {
	sv-asr --serve ./socket -e loudness,speechkit,riva 3>&- 2>server.err &
	started+=($!)
	timeout 60 sh -c 'until [ -S socket ]; do sleep 0.02; done'
	faults "$speechkit_port" rst
	SV_SPEECHKIT_API_KEY= call --socket ./socket
	[ "$code" -eq 0 ]
	said riva riva
	run -0 --separate-stderr sv-asr -v --socket ./socket -e vosk,riva \
		-l en </dev/null
	[[ "$stderr" == *"does not serve this engine"* ]]
}

@test "budgets that are none are refused" {
	run -64 --separate-stderr sv-asr -e riva -p riva.budget.result=soon \
		</dev/null
	[[ "$stderr" == "sv-asr: "*budget.result* ]]
	run -64 --separate-stderr sv-asr -e loudness -p budget.result=1s \
		</dev/null
	[ "$stderr" = "sv-asr: -p budget.result=1s: no engine has such a setting" ]
	SV_ASR_RIVA_BUDGET_RESULT=soon run -78 --separate-stderr sv-asr -e riva \
		</dev/null
}
