# sv-asr with NVIDIA Riva, against a double that hears words and refuses what
# Riva refuses: tests/peers/riva.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export SV_RUN=$BATS_TEST_TMPDIR/run
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
	sv-asr -r 8000 -e riva -p riva.url="http://127.0.0.1:$port" "$@" \
		>events 2>err
}

# until_in FILE PATTERN [COUNT]: so many lines are there
until_in() {
	timeout 60 sh -c 'until [ "$(grep -c "$2" "$1" 2>/dev/null)" -ge "$3" ]
		do sleep 0.02; done' sh "$1" "$2" "${3:-1}"
}

texts() { jq -r "select(.type == \"$1\").text" events; }

# heard TEXT: that is what the finals say together
heard() {
	texts asr.final
	[ "$(texts asr.final | tr -s '\n' ' ' | sed 's/ $//')" = "$1" ]
}

none() { ! grep "\"type\":\"$1\"" events; }

# configs FILTER: of each stream's configuration
configs() {
	jq -c "select(.what == \"message\" and .message.streaming_config) |
		.message.streaming_config | $1" log
}

@test "a call's words come as they are said, and in the end with their times" {
	double riva
	mkfifo pipe
	asr <pipe &
	started+=($!)
	exec {in}>pipe
	say 'мне нужен большой каталог' | head -c 20000 >&$in
	until_in events asr.partial
	say 'мне нужен большой каталог' | tail -c +20001 >&$in
	until_in events asr.final
	exec {in}>&-
	wait "${started[-1]}"
	unset 'started[-1]' in
	[ ! -s err ]
	"$SV_ROOT/tests/check-events" --known events
	heard 'Мне нужен большой каталог.'
	first=$(texts asr.partial | head -n 1)
	[[ 'мне нужен большой каталог' == "$first"* ]]
	[ -z "$(texts asr.partial | uniq -d)" ]
	run -0 jq -c 'select(.type == "asr.final") | [.engine, .confidence,
		.words[0].word, .words[0].start_ms, .words[3].word,
		.words[3].start_ms, .words[3].confidence]' events
	[ "$output" = '["riva",0.95,"мне",0,"каталог",1080,0.95]' ]
	run -0 jq -c 'select(.type == "cost") | [.engine, .service, .unit]' events
	[ "$output" = '["riva","asr","seconds"]' ]
}

@test "each utterance is a stream, and all are on one connection" {
	double riva
	say 'раз (1500) два (1500) три' | asr -p punctuation=no
	[ "$(texts asr.final | tr '\n' ,)" = раз,два,три, ]
	run -0 jq -c 'select(.type == "asr.final").words[0].start_ms / 100 | round' \
		events
	[ "$(tr '\n' ' ' <<<"$output")" = '0 18 36 ' ]
	run -0 curl -sf "http://127.0.0.1:$port/control/counts"
	[ "$(jq -c '[.calls, .connections]' <<<"$output")" = '[3,1]' ]
	[ "$(grep -c half-close log)" = 3 ]
	run -0 configs '[.interim_results, .config.encoding,
		.config.sample_rate_hertz, .config.language_code,
		.config.enable_word_time_offsets]'
	[ "${lines[0]}" = '[true,1,8000,"ru-RU",true]' ]
	# the call's id goes along
	[ "$(jq -r 'select(.message.id).message.id.value' log | sort -u)" = \
		"$(jq -r .call events | sort -u)" ]
}

@test "settings say how it is recognised" {
	double riva
	say 'раз' | asr -p verbatim=yes -p profanity-filter=yes -p boost=30 \
		-p 'phrases=каталог,десять машин' -p custom=a:b,c:d:e \
		-p start-history=300ms -p start-threshold=0.5 \
		-p stop-history=800ms -p stop-threshold=0 \
		-p stop-history-eou=400ms -p stop-threshold-eou=1 \
		-p model=conformer-ru-ru-asr-streaming
	heard 'Раз.'
	run -0 configs '.config | [.verbatim_transcripts, .profanity_filter,
		.speech_contexts, .custom_configuration, .endpointing_config]'
	[ "$output" = '[true,true,[{"phrases":["каталог","десять машин"],"boost":30}],{"a":"b","c":"d:e"},{"start_history":300,"start_threshold":0.5,"stop_history":800,"stop_threshold":0,"stop_history_eou":400,"stop_threshold_eou":1}]' ]
	# what is not set is not sent
	say 'раз' | asr
	run -0 configs '.config | has("endpointing_config"), has("speech_contexts")'
	[ "$(tail -n 2 <<<"$output" | tr '\n' ' ')" = 'false false ' ]
}

@test "the hints of a question are phrases, and its language the model's" {
	double riva
	mkfifo expects
	export SV_CALL_FDS=1
	asr -p punctuation=no < <(until_in ready . ; say 'yes') 5<expects &
	started+=($!)
	exec 9>expects
	echo '{"type":"asr.expect","expect":"yesno","language":"en","hints":["yes","no way"]}' >&9
	echo '{"type":"dtmf","digit":"1"}' >&9
	echo yes >ready
	until_in events asr.final
	exec 9>&-
	wait "${started[-1]}"
	unset 'started[-1]'
	heard 'yes'
	run -0 configs '[.config.language_code, .config.speech_contexts]'
	[ "$output" = '["en-US",[{"phrases":["yes","no way"],"boost":20}]]' ]
}

@test "finals within an utterance are put together" {
	double riva --stop-history 300
	say 'раз два (450) три' | asr
	heard 'Раз два. Три.'
	[ "$(texts asr.final | wc -l)" = 1 ]
	[ "$(jq -c 'select(.type == "asr.final") | [.words[].word]' events)" = \
		'["раз","два","три"]' ]
}

@test "results that come late are those of their utterances" {
	double riva --delay 600
	say 'раз (800) два (800) три' | asr --silence free=400ms \
		-p punctuation=no
	[ "$(texts asr.final | tr '\n' ,)" = раз,два,три, ]
}

@test "NVIDIA's cloud is told the function and the key, and neither is shown" {
	id=1598d209-5e27-4d3c-8079-4751568b1081
	double riva --key key-of-the-tests --function-id $id
	export SV_RIVA_API_KEY=key-of-the-tests
	say 'раз' | asr -v -v -p function-id=$id
	heard 'Раз.'
	! grep -r key-of-the-tests events err
	run -0 jq -r 'select(.what == "call").headers | .authorization,
		."function-id"' log
	[ "$output" = "Bearer key-of-the-tests"$'\n'"$id" ]
	SV_RIVA_API_KEY=somebody-elses-key run -77 asr -p function-id=$id \
		< <(say 'раз')
	grep -q 'check SV_RIVA_API_KEY' err
	! grep -r somebody-elses-key events err
}

@test "what a model has not is a mistake of configuration" {
	double riva --languages en-US --boost no
	run -78 asr < <(say 'раз')
	grep -q 'INVALID_ARGUMENT.*Unavailable model.*is there a model for this' \
		err
	run -78 asr -l en -p phrases=x < <(say 'one')
	grep -q 'boosting is not supported' err
	for wrong in boost=101 boost=x stop-threshold=1.1 stop-history=-5ms \
		custom=x verbatim=perhaps start-threshold=nan; do
		run -64 --separate-stderr sv-asr -e riva \
			-u "http://127.0.0.1:$port" -p "$wrong" </dev/null
		[[ $stderr == *"${wrong%%=*}"* ]]
	done
	run -78 --separate-stderr sv-asr -e riva </dev/null
	[[ $stderr == *'no address is set'* ]]
	run -78 --separate-stderr sv-asr -e riva \
		-u https://grpc.nvcf.nvidia.com:443 </dev/null
	[[ $stderr == *'function-id says which model'* ]]
}

@test "whatever happens to a stream, the words are recognised by somebody" {
	export SV_SPEECHKIT_API_KEY=key-of-the-tests
	double riva
	riva=$port
	double speechkit
	port=$riva
	for fault in status status:at=700 status:at=end http no-status:at=700 \
		exhausted close tcp-reset rst goaway goaway-lost compressed unsaid \
		huge garbage truncated late trickle; do
		rm -rf run
		mkdir run
		faults "$port" "$fault"
		say 'раз два три (900) четыре пять' | asr -e riva,speechkit \
			-p speechkit.url="http://127.0.0.1:$speechkit_port" \
			-p riva.punctuation=no
		echo "# $fault" >&2
		heard 'раз два три четыре пять'
	done
}

@test "a service that says nothing any more is left after its budgets" {
	export SV_SPEECHKIT_API_KEY=key-of-the-tests
	double riva
	riva=$port
	double speechkit
	port=$riva
	for fault in silent half-open shut silent:at=end; do
		rm -rf run
		mkdir run
		faults "$port" "$fault"
		say 'раз два три' | asr -e riva,speechkit -p budget.first=500ms \
			-p budget.result=500ms -p budget.silence=800ms \
			-p speechkit.url="http://127.0.0.1:$speechkit_port"
		echo "# $fault" >&2
		heard 'раз два три'
		run -0 jq -r 'select(.type == "engine.failover").to' events
		[ "$output" = speechkit ]
	done
}

@test "a stream that ends too early has not heard all" {
	double riva --fault status:code=OK,at=500
	run ! asr < <(say 'раз два три')
	grep -q 'ended a stream in mid-utterance' err
}

@test "recordings are heard channel by channel, faster than they were said" {
	double riva
	"$peers/words" say -r 8000 --wav 'алло это клиент (1500) дайте пять' >a.wav
	"$peers/words" say -r 8000 --wav '(1200) отдел продаж (3000) хорошо' >b.wav
	sox -M a.wav b.wav both.wav
	asr both.wav
	"$SV_ROOT/tests/check-events" --known events
	run -0 jq -r 'select(.type == "asr.final") | [.channel, .text] | @tsv' \
		events
	[ "$(sort <<<"$output")" = "0	Алло это клиент.
0	Дайте пять.
1	Отдел продаж.
1	Хорошо." ]
}

@test "what another model has heard is not taken from the journal" {
	double riva
	"$peers/words" say -r 8000 --wav 'алло (1500)' >a.wav
	for SV_RIVA_FUNCTION_ID in 1-1 1-1 2-2; do
		export SV_RIVA_FUNCTION_ID
		asr --resume journal a.wav
		heard 'Алло.'
		configs .config.language_code >asked
		wc -l <asked >>counts
	done
	[ "$(tr -d ' ' <counts | xargs)" = '1 1 2' ]
}

@test "engines --probe asks for health and models" {
	double riva
	run -0 --separate-stderr sv-asr engines --probe -e riva \
		-u "http://127.0.0.1:$port"
	[[ $output == *'conformer-ru-ru-asr-streaming (ru-RU)'* ]]
	faults "$port" status:code=UNIMPLEMENTED,method=Health
	run -0 --separate-stderr sv-asr engines --probe -e riva \
		-u "http://127.0.0.1:$port"
	faults "$port" status:code=UNIMPLEMENTED,method=GetRiva
	run -0 --separate-stderr sv-asr engines --probe -e riva \
		-u "http://127.0.0.1:$port"
	[[ $output == *serving* ]]
	faults "$port" status:code=UNIMPLEMENTED
	run ! sv-asr engines --probe -e riva -u "http://127.0.0.1:$port"
}
