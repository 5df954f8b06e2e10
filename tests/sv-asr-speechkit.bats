# sv-asr with Yandex SpeechKit, against a double that hears words and refuses
# what the service refuses: tests/peers/speechkit.
bats_require_minimum_version 1.5.0
load peers/doubles

KEY=key-of-the-tests

setup() {
	doubles_setup
	export SV_SPEECHKIT_API_KEY=$KEY SV_RUN=$BATS_TEST_TMPDIR/run
	mkdir run
}

teardown() {
	[ -z "${in-}" ] || exec {in}>&-
	doubles_teardown
}

# say TEXT: at 8000 Hz, with a pause behind it
say() { "$peers/words" say -r 8000 "$* (1000)"; }

# asr [OPTION...]: a call of what is on stdin; events, and err
asr() {
	sv-asr -r 8000 -e speechkit -p speechkit.url="http://127.0.0.1:$port" \
		"$@" >events 2>err
}

# call [OPTION...]: one that goes on; what is written to >&$in is heard
call() {
	mkfifo pipe
	asr "$@" <pipe &
	started+=($!)
	exec {in}>pipe
}

# hang_up: its end, and its exit code
hang_up() {
	exec {in}>&-
	wait "${started[-1]}"
	unset 'started[-1]'
}

# until_in FILE PATTERN [COUNT]: so many lines are there
until_in() {
	timeout 60 sh -c 'until [ "$(grep -c "$2" "$1" 2>/dev/null)" -ge "$3" ]
		do sleep 0.02; done' sh "$1" "$2" "${3:-1}"
}

# texts TYPE: one a line
texts() { jq -r "select(.type == \"$1\").text" events; }

# heard TEXT: that is what the finals say together
heard() {
	texts asr.final
	[ "$(texts asr.final | tr -s '\n' ' ' | sed 's/ $//')" = "$1" ]
}

# none TYPE: no such event
none() { ! grep "\"type\":\"$1\"" events; }

sessions() { grep -c '"session_options"' log; }

@test "a call's words come as they are said, and in the end with their times" {
	double speechkit
	call
	say 'мне нужен большой каталог' | head -c 20000 >&$in
	until_in events asr.partial
	say 'мне нужен большой каталог' | tail -c +20001 >&$in
	until_in events asr.final
	hang_up
	[ ! -s err ]
	"$SV_ROOT/tests/check-events" --known events
	heard 'мне нужен большой каталог'
	first=$(texts asr.partial | head -n 1)
	[[ 'мне нужен большой каталог' == "$first"* ]]
	# a hypothesis is told when it has changed, and then alone
	[ -z "$(texts asr.partial | uniq -d)" ]
	run -0 jq -c 'select(.type == "asr.final") | [.engine, .words[0].word,
		.words[0].start_ms, .words[3].word, .words[3].start_ms]' events
	[ "$output" = '["speechkit","мне",0,"каталог",1080]' ]
	run -0 jq -c 'select(.type == "cost") | [.engine, .service, .model, .unit]' \
		events
	[ "$output" = '["speechkit","asr","general","seconds"]' ]
}

@test "one session hears all of a call, and is told where utterances end" {
	double speechkit
	say 'раз (1500) два (1500) три' | asr
	heard 'раз два три'
	[ "$(texts asr.final | wc -l)" = 3 ]
	[ "$(sessions)" = 1 ]
	[ "$(grep -c '"message":{"eou":{}}' log)" = 3 ]
	run -0 jq -c 'select(.message.session_options).message.session_options |
		[.eou_classifier, .recognition_model.audio_format.raw_audio.sample_rate_hertz,
		.recognition_model.language_restriction.language_code[0]]' log
	[ "$output" = '[{"external_classifier":{}},8000,"ru-RU"]' ]
	run -0 jq -r 'select(.what == "call").headers |
		.authorization, (."x-client-request-id" | length)' log
	[ "$output" = $'Api-Key key-of-the-tests\n36' ]
}

@test "a line of more than 8000 Hz is heard at 16000, and English is told" {
	double speechkit
	"$peers/words" say -r 24000 'one two (1000)' | sv-asr -r 24000 -l en \
		-e speechkit -u "http://127.0.0.1:$port" >events
	heard 'one two'
	run -0 jq -c 'select(.message.session_options).message.session_options
		.recognition_model | [.audio_format.raw_audio.sample_rate_hertz,
		.language_restriction.language_code[0]]' log
	[ "$output" = '[16000,"en-US"]' ]
}

@test "a session is kept open while nobody speaks" {
	double speechkit
	call
	say 'раз' >&$in
	until_in events asr.final
	until_in log silence_chunk
	say 'два' >&$in
	until_in events asr.final 2
	hang_up
	heard 'раз два'
	[ "$(sessions)" = 1 ]
	run -0 jq -s 'map(select(.what == "end"))[0].longest_gap_ms < 4900' log
	[ "$output" = true ]
}

@test "the next session begins between two utterances where that can be" {
	double speechkit
	say 'первый разговор про каталог и цены (1500) второй' | asr -p session=4s
	heard 'первый разговор про каталог и цены второй'
	[ "$(sessions)" = 2 ]
	none engine.failover
}

LONG='алло здравствуйте я хочу купить пять машин и десять велосипедов для
	нашего отдела продаж в городе москве как можно скорее потому что лето
	скоро кончится и никто не купит велосипед осенью когда идёт дождь'

@test "sessions that end in mid-utterance lose and double no word" {
	double speechkit
	text=$(echo $LONG)
	for limit in session=4s session=5300ms session-bytes=128000; do
		say "$text" | asr -p $limit
		heard "$text"
		[ "$(jq -r 'select(.type == "asr.final") | [.words[].word] |
			join(" ")' events)" = "$text" ]
		none engine.failover
	done
	[ "$(sessions)" -ge 6 ]
	# times are those of the call, in whatever session a word was heard
	run -0 jq -s 'map(select(.type == "asr.final"))[0].words |
		map(.start_ms) == (map(.start_ms) | sort) and
		(.[0].start_ms | . < 40) and (.[-1].end_ms - 12140 | fabs) < 60' \
		events
	[ "$output" = true ]
	! grep -q OUT_OF_RANGE log
}

@test "when the service ends a session another one hears all of it again" {
	double speechkit --session-bytes 40000
	say 'раз два три четыре (1500) пять шесть' | asr
	heard 'раз два три четыре пять шесть'
	none engine.failover
	[ "$(sessions)" = 2 ]
	for code in OUT_OF_RANGE RESOURCE_EXHAUSTED DEADLINE_EXCEEDED ABORTED; do
		faults "$port" "status:code=$code,at=900,times=1"
		say 'раз два три четыре пять' | asr
		heard 'раз два три четыре пять'
		none engine.failover
	done
}

@test "a service that ends each session is given up" {
	double speechkit --fault status:code=OUT_OF_RANGE,at=400
	run ! asr < <(say 'раз два три')
	[ "$(sessions)" -ge 3 ]
	[ "$(sessions)" -le 8 ]
	heard ''
}

@test "a wrong key is refused with a line that says what to check" {
	double speechkit
	export SV_SPEECHKIT_API_KEY=somebody-elses-key
	run -77 asr < <(say 'раз')
	grep -q 'UNAUTHENTICATED.*check SV_SPEECHKIT_API_KEY' err
	! grep -r somebody-elses-key events err
	run ! sv-asr engines --probe -e speechkit -u "http://127.0.0.1:$port"
	[[ $output == *'check SV_SPEECHKIT_API_KEY'* ]]
	[[ $output != *somebody-elses-key* ]]
}

@test "no key at all is a mistake of configuration" {
	unset SV_SPEECHKIT_API_KEY
	run -78 --separate-stderr sv-asr -e speechkit </dev/null
	[[ $stderr == *'no key: set SV_SPEECHKIT_API_KEY'* ]]
}

@test "a token is sent with its folder, and read again when it is refused" {
	double speechkit --fault status:code=UNAUTHENTICATED,times=1
	unset SV_SPEECHKIT_API_KEY
	printf 'token-of-the-tests\n' >token
	chmod 600 token
	export SV_SPEECHKIT_IAM_TOKEN_FILE=$PWD/token
	say 'раз' | asr -p folder=folder-of-the-tests
	heard 'раз'
	none engine.failover
	run -0 jq -r 'select(.what == "call").headers | .authorization,
		."x-folder-id"' log
	[ "${lines[2]}" = 'Bearer token-of-the-tests' ]
	[ "${lines[3]}" = folder-of-the-tests ]
	! grep -r token-of-the-tests events err
}

@test "a quota that is used up is for the next engine, or for later" {
	double speechkit --fault exhausted:ms=90000
	run -75 asr -v < <(say 'раз')
	grep -q 'RESOURCE_EXHAUSTED.*quota' err
	grep -q 'not asked for 90000 ms' err # as the service wishes
	speechkit=$port
	double riva
	port=$speechkit
	rm -r run
	mkdir run
	faults "$port" exhausted:at=300
	say 'раз два' | asr -e speechkit,riva -p riva.punctuation=no \
		-p riva.url="http://127.0.0.1:$riva_port"
	heard 'раз два'
	run -0 jq -r 'select(.type == "engine.failover") | [.from, .to,
		(.reason | test("RESOURCE_EXHAUSTED"))] | join(" ")' events
	[ "$output" = 'speechkit riva true' ]
}

@test "whatever happens to a stream, the words are recognised by somebody" {
	double speechkit
	speechkit=$port
	double riva
	port=$speechkit
	for fault in status status:at=700 status:at=end http no-status:at=700 \
		close tcp-reset rst goaway goaway-lost compressed unsaid huge \
		garbage truncated late trickle; do
		rm -rf run
		mkdir run
		faults "$port" "$fault"
		say 'раз два три (900) четыре пять' | asr -e speechkit,riva \
			-p riva.url="http://127.0.0.1:$riva_port" \
			-p riva.punctuation=no
		echo "# $fault" >&2
		heard 'раз два три четыре пять'
	done
}

@test "a service that says nothing any more is left after its budgets" {
	double speechkit
	speechkit=$port
	double riva
	port=$speechkit
	for fault in silent half-open shut silent:at=end; do
		rm -rf run
		mkdir run
		faults "$port" "$fault"
		say 'раз два три' | asr -e speechkit,riva -p budget.first=500ms \
			-p budget.result=500ms -p budget.silence=800ms \
			-p riva.url="http://127.0.0.1:$riva_port" \
			-p riva.punctuation=no
		echo "# $fault" >&2
		heard 'раз два три'
		run -0 jq -r 'select(.type == "engine.failover").to' events
		[ "$output" = riva ]
	done
}

@test "text can be normalised, and judged by classifiers" {
	double speechkit --refine 50
	say 'это плохо дайте пять (1500) хорошо' | asr -p normalize=yes \
		-p punctuation=yes -p classifiers=negative,insult
	heard 'Это плохо дайте 5. Хорошо.'
	"$SV_ROOT/tests/check-events" --known events
	run -0 jq -c 'select(.type == "asr.final") | [.classifiers[] |
		.classifier, .confidence]' events
	[ "${lines[0]}" = '["negative",0.95,"insult",0.05]' ]
	[ "${lines[1]}" = '["negative",0.05,"insult",0.05]' ]
}

@test "finals within an utterance are put together" {
	double speechkit --split 2
	say 'раз два три четыре пять' | asr
	heard 'раз два три четыре пять'
	[ "$(texts asr.final | wc -l)" = 1 ]
}

@test "results that come late are those of their utterances" {
	double speechkit --delay 700
	say 'раз (800) два (800) три' | asr --silence free=400ms
	[ "$(texts asr.final | tr '\n' ,)" = раз,два,три, ]
	run -0 jq -c 'select(.type == "asr.final").words[0].start_ms / 100 | round' \
		events
	[ "$(tr '\n' ' ' <<<"$output")" = '0 11 22 ' ]
}

@test "an answer may be in another language than the question before" {
	double speechkit
	mkfifo expects
	export SV_CALL_FDS=1
	asr --silence free=400ms < <(say 'раз (1500)'; until_in ready . ;
		say 'two (1500)') 5<expects &
	started+=($!)
	exec 9>expects
	until_in events asr.final
	echo '{"type":"asr.expect","expect":"free","language":"en"}' >&9
	until_in log 'en-US'
	echo yes >ready
	until_in events asr.final 2
	exec 9>&-
	wait "${started[-1]}"
	unset 'started[-1]'
	heard 'раз two'
	[ "$(sessions)" = 2 ]
}

@test "settings that make no sense are refused" {
	for wrong in session=1s session=6m session-bytes=1000 \
		session-bytes=11000000 poll=10ms punctuation=yes phones=yes \
		profanity-filter=yes normalize=perhaps operations=ftp://x; do
		run -64 --separate-stderr sv-asr -e speechkit -p "$wrong" </dev/null
		[[ $stderr == *"${wrong%%=*}"* ]]
	done
	double speechkit
	run -78 asr -p model=nonsense < <(say 'раз')
	grep -q 'INVALID_ARGUMENT.*no model nonsense.*check its settings' err
}

@test "engines --probe has a session made" {
	double speechkit
	run -0 --separate-stderr sv-asr engines --probe -e speechkit \
		-u "http://127.0.0.1:$port"
	[[ $output == *'general, ru-RU'* ]]
	[ "$(sessions)" = 1 ]
}

# --- recordings ---

# recording [OPTION...] FILE: its events
recording() {
	sv-asr -e speechkit -p poll=200ms \
		-p speechkit.url="http://127.0.0.1:$port" "$@" >events 2>err
}

stereo() {
	"$peers/words" say -r 8000 --wav 'алло это клиент (1500) дайте пять' >a.wav
	"$peers/words" say -r 8000 --wav '(1200) отдел продаж (3000) хорошо' >b.wav
	sox -M a.wav b.wav "$1"
}

@test "a recording is handed over whole, each channel a speaker" {
	double speechkit
	stereo both.wav
	recording -p normalize=yes both.wav
	[ ! -s err ]
	"$SV_ROOT/tests/check-events" --known events
	run -0 jq -r 'select(.type == "asr.final") | [(.start_ms / 100 | round),
		.channel, .speaker, .text] | @tsv' events
	[ "$output" = "0	0	customer	алло это клиент
12	1	agent	отдел продаж
25	0	customer	дайте 5
50	1	agent	хорошо" ]
	run -0 jq -r 'select(.type == "cost").amount / 2 | floor' events
	[ "$output" = 5 ]
	# what the service keeps is deleted
	grep -q '"method":"/speechkit.stt.v3.AsyncRecognizer/DeleteRecognition"' log
	[ "$(jq -r 'select(.message.recognition_model).message.recognition_model
		.audio_format.raw_audio.audio_channel_count' log)" = 2 ]
}

@test "a recording at a rate the service does not know is resampled" {
	double speechkit
	"$peers/words" say -r 22050 --wav 'раз два' >odd.wav
	recording odd.wav
	heard 'раз два'
}

@test "asking after a recording goes on when it fails for a moment" {
	double speechkit --fault \
		status:code=UNAVAILABLE,method=OperationService,times=2 \
		--fault status:code=NOT_FOUND,method=GetRecognition,times=2
	stereo both.wav
	recording both.wav
	run -0 jq -s 'map(select(.type == "asr.final")) | length' events
	[ "$output" = 4 ]
}

@test "a recording that is refused is an error, or for the next engine" {
	double speechkit --fault status:code=INVALID_ARGUMENT,method=RecognizeFile
	stereo both.wav
	run -65 recording both.wav
	run -0 jq -r 'select(.type == "error").reason' events
	[[ $output == *'INVALID_ARGUMENT'* ]]
	speechkit=$port
	double riva
	port=$speechkit
	recording -e speechkit,riva -p riva.url="http://127.0.0.1:$riva_port" \
		-p riva.punctuation=no both.wav
	[ "$(texts asr.final | sort | tr '\n' ,)" = \
		'алло это клиент,дайте пять,отдел продаж,хорошо,' ]
}

@test "a recording of more than 60 MB is told so" {
	double speechkit
	sox -n -r 48000 -b 16 -c 2 big.wav trim 0 400
	run -65 recording big.wav
	run -0 jq -r 'select(.type == "error").reason' events
	[[ $output == *'60 MB'* ]]
}

@test "a recording that takes longer than patience is given up" {
	double speechkit --work 60000
	stereo both.wav
	run -65 recording -p patience=500ms both.wav
	run -0 jq -r 'select(.type == "error").reason' events
	[[ $output == *'setting patience'* ]]
}

# --- version 1 ---

v1() {
	sv-asr -r 8000 -e speechkit-v1 -u "http://127.0.0.1:$port" "$@" \
		>events 2>err
}

@test "version 1 hears an utterance a request, live and in recordings" {
	double speechkit
	say 'раз два (1500) пять' | v1
	heard 'раз два пять'
	say 'раз два (1500) пять' | v1 -p normalize=yes
	heard 'Раз 2 5'
	stereo both.wav
	v1 both.wav
	[ "$(texts asr.final | sort | tr '\n' ,)" = \
		'алло это клиент,дайте пять,отдел продаж,хорошо,' ]
}

@test "version 1 cuts what is too long for a request where it is quiet" {
	double speechkit
	text=$(echo $LONG $LONG $LONG)
	say "$text" | v1 --max-utterance 2m
	heard "$text"
	[ "$(texts asr.final | wc -l)" = 1 ]
}

@test "version 1 says what to do about what was refused" {
	double speechkit
	SV_SPEECHKIT_API_KEY=somebody-elses-key run -77 v1 < <(say 'раз')
	grep -q 'check SV_SPEECHKIT_API_KEY' err
	! grep -r somebody-elses-key events err
	run ! v1 -p model=nonsense < <(say 'раз')
	grep -q 'no topic nonsense' err
	run -0 sv-asr engines --probe -e speechkit-v1 -u "http://127.0.0.1:$port"
	[[ $output == *'general, ru-RU'* ]]
}
