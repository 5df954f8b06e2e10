# The doubles of SpeechKit and Riva, met by another implementation of gRPC: what
# they hear and say, what they refuse, and how they fail when told to.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	[ -d "$peers/node_modules" ] || skip "no npm packages: make deps"
}

teardown() {
	doubles_teardown
}

RAW='"raw_audio":{"audio_encoding":1,"sample_rate_hertz":8000,
	"audio_channel_count":1}'
EXTERNAL='"eou_classifier":{"external_classifier":{}}'
AUTH='authorization=Api-Key key-of-the-tests'

# streams LINE...: messages to RecognizeStreaming, the responses in `out`
streams() {
	printf '%s\n' "${@//$'\n'/}" | tr -d '\t' | timeout 60 "$peers/ask" \
		"${ask[@]}" --meta "$AUTH" "$port" \
		Recognizer/RecognizeStreaming >out
}

# options [MODEL [REST]]: a first message, with more fields
options() {
	echo "{\"session_options\":{\"recognition_model\":{\"audio_format\":{$RAW}
		${1:+,$1}}${2:+,$2}}}" | tr -d '\n'
}

# asks METHOD MESSAGE...: to SpeechKit
asks() {
	printf '%s\n' "${@:2}" | timeout 60 "$peers/ask" --meta "$AUTH" "$port" "$1" >out
}

# all FILTER: of the responses
all() {
	jq -r "$1 // empty" out
}

# status NAME [PART]: how the call ended, and a part of why
status() {
	tail -n 1 out
	[ "$(tail -n 1 out | jq -r .status)" = "$1" ]
	[[ $(tail -n 1 out | jq -r .details) == *"${2-}"* ]]
}

@test "words that were said can be heard, at any rate and in telephone codes" {
	text='мне нужен каталог world-wide 42 ааа ёж'
	for rate in 8000 16000 22050 24000 48000; do
		[ "$("$peers/words" say -r $rate "$text" |
			"$peers/words" hear -r $rate)" = "$text" ]
	done
	"$peers/words" say "$text" | sox -t raw -e signed -b 16 -c 1 -r 16000 - \
		-t ul -r 8000 - | sox -t ul -r 8000 -c 1 - -t raw -e signed -b 16 \
		-r 48000 - vol 0.2 | "$peers/words" hear -r 48000 >heard
	[ "$(<heard)" = "$text" ]
}

@test "a word that was cut, wherever, is no whole word" {
	"$peers/words" say -r 8000 'каталог' >pcm
	size=$(stat -c %s pcm)
	for part in 2 3 4 5 6 7; do
		cut=$((size * part / 10 / 2 * 2))
		head -c $cut pcm | "$peers/words" hear -r 8000 >left
		tail -c +$((cut + 1)) pcm | "$peers/words" hear -r 8000 >right
		echo "# $(<left) $(<right)" >&2
		[[ $(<left) == *'~' && $(<right) == '~'* ]]
	done
	# something lost inside, something twice
	{ head -c $((size * 4 / 10 / 2 * 2)) pcm
		tail -c $((size * 4 / 10 / 2 * 2)) pcm; } |
		"$peers/words" hear -r 8000 >hole
	[ "$(<hole)" != каталог ]
	{ head -c $((size * 6 / 10 / 2 * 2)) pcm
		tail -c $((size * 6 / 10 / 2 * 2)) pcm; } |
		"$peers/words" hear -r 8000 >double
	[ "$(<double)" != каталог ]
}

@test "speechkit: partials, finals, refinements, then the end of the utterance" {
	double speechkit
	streams "$(options '"text_normalization":{"text_normalization":1,
		"literature_text":true}' "$EXTERNAL")" \
		'{"say":"мне нужно два","rate":8000,"as":"chunk.data"}' \
		'{"eou":{}}' '{"silence_chunk":{"duration_ms":60000}}' \
		'{"say":"каталога","rate":8000,"as":"chunk.data"}'
	status OK
	[ "$(all .partial.alternatives[0].text | head -n 1)" = мн ]
	[ "$(all .final.alternatives[0].text)" = \
		$'мне нужно два\nкаталога' ]
	[ "$(all .final_refinement.normalized_text.alternatives[0].text)" = \
		$'Мне нужно 2.\nКаталога.' ]
	jq -rs '[.[] | if .final then "final" elif .final_refinement then
		"refinement" elif .eou_update then "eou" else empty end] |
		join(" ")' out >order
	[ "$(<order)" = "final refinement eou final refinement eou" ]
	all '.final.alternatives[0].words[0].start_time_ms' >times
	near "$(sed -n 1p times)" 200 20
	near "$(sed -n 2p times)" 61500 200
	[ "$(all .session_uuid.uuid | sort -u | wc -l)" = 1 ]
}

@test "speechkit: its own classifier ends an utterance at a pause" {
	double speechkit
	streams "$(options '' '"eou_classifier":{"default_classifier":
		{"type":2,"max_pause_between_words_hint_ms":400}}')" \
		'{"say":"раз (300) два (600) три (100)","rate":8000,"as":"chunk.data"}'
	status OK
	[ "$(all .final.alternatives[0].text)" = $'раз два\nтри' ]
}

# call WORDS LINE...: one of several calls, WORDS being in what it must end with
call() {
	printf '%s\n' "${@:2}" '{"next":1}' >>calls
	echo "$1" >>expected
}

# answered: whether each call of `out` ended as expected
answered() {
	jq -r 'select(.status | type == "string") | .status + " " + .details' \
		out | head -n "$(wc -l <expected)" >ends
	paste -d '|' ends expected | tee /dev/stderr |
		awk -F '|' 'index($1, $2) == 0 { bad = 1 } END { exit bad }'
	[ "$(wc -l <ends)" = "$(wc -l <expected)" ]
}

@test "speechkit: what it is not to be told is refused" {
	double speechkit
	say='{"say":"да","rate":8000,"as":"chunk.data"}'
	call 'ARGUMENT chunk before session_options' "$say"
	call 'ARGUMENT session_options twice' "$(options)" "$(options)"
	call 'ARGUMENT eou without' "$(options)" "$say" '{"eou":{}}'
	call 'ARGUMENT no session_options'
	call 'ARGUMENT an empty' "$(options)" '{}'
	call 'half a sample' "$(options)" '{"chunk":{"data":"AAAA"}}'
	call 'without data' "$(options)" '{"chunk":{}}'
	call 'silence of' "$(options)" '{"silence_chunk":{}}'
	call 'no model x' "$(options '"model":"x"')"
	call 'no language ru' "$(options '"language_restriction":
		{"restriction_type":1,"language_code":["ru"]}')"
	call 'no restriction_type' "$(options '"language_restriction":
		{"language_code":["ru-RU"]}')"
	call 'options are on' "$(options '"text_normalization":
		{"literature_text":true}')"
	call 'no classifier x' "$(options '' '"recognition_classifier":
		{"classifiers":[{"classifier":"x","triggers":[1]}]}')"
	call 'sample_rate_hertz is 11025' "$(RAW=${RAW/8000/11025} options)"
	call 'audio_encoding' "$(RAW=${RAW/encoding\":1/encoding\":0} options)"
	call 'one channel' "$(RAW=${RAW/count\":1/count\":2} options)"
	call OK "$(options)" "$say"
	mapfile -t lines <calls
	streams "${lines[@]}"
	answered
}

@test "speechkit: classifiers answer on their trigger" {
	double speechkit
	streams "$(options '' '"recognition_classifier":{"classifiers":[
		{"classifier":"answerphone","triggers":[1]}]}')" \
		'{"say":"вас приветствует автоответчик","rate":8000,
		"as":"chunk.data"}'
	status OK
	[ "$(all '.classifier_update.classifier_result.labels[0].confidence')" \
		= 0.95 ]
}

@test "speechkit: five seconds without a message, five minutes, 10 MB are its limits" {
	double speechkit --hurry 20 --session-bytes 48000
	streams "$(options)" '{"wait":400}'
	status OUT_OF_RANGE '5 seconds'
	streams "$(options)" '{"silence_chunk":{"duration_ms":15100}}' \
		'{"wait":100}'
	status OUT_OF_RANGE '5 minutes'
	streams "$(options)" \
		'{"say":"(3000)","rate":8000,"as":"chunk.data"}' '{"wait":100}'
	status OUT_OF_RANGE '10 MB'
	[ "$(all .status_code.code_type | tail -n 1)" = 3 ]
}

@test "speechkit: only who may is let in" {
	double speechkit
	for AUTH in 'x-a=b' 'authorization=Api-Key wrong' \
		'authorization=Bearer wrong' \
		'authorization=Bearer token-of-the-tests'; do
		streams "$(options)"
		status UNAUTHENTICATED
	done
	ask=(--meta x-folder-id=folder-of-the-tests)
	streams "$(options)"
	status OK
	ask=(--meta x-folder-id=another)
	streams "$(options)"
	status PERMISSION_DENIED another
	[ "$(jq -r 'select(.what == "call").headers.authorization' log |
		grep -c wrong)" = 2 ]
}

@test "speechkit: a quota of starts a second" {
	double speechkit --starts 0
	streams "$(options)"
	status RESOURCE_EXHAUSTED 'requests per second'
}

@test "speechkit: a file of two channels is an operation" {
	double speechkit --work 3000
	"$peers/words" say -r 8000 'добрый день' >a
	"$peers/words" say -r 8000 'алло да' >b
	for f in a b; do sox -t raw -e signed -b 16 -c 1 -r 8000 $f $f.wav; done
	sox -M a.wav b.wav both.wav
	content=$(base64 -w 0 both.wav)
	model='{"audio_format":{"container_audio":{"container_audio_type":1}}}'
	asks AsyncRecognizer/RecognizeFile \
		"{\"content\":\"$content\",\"recognition_model\":$model}"
	status OK
	id=$(all .id)
	asks AsyncRecognizer/GetRecognition "{\"operation_id\":\"$id\"}"
	status NOT_FOUND
	until [ "$(all .done)" = true ]; do
		asks OperationService/Get "{\"operation_id\":\"$id\"}"
	done
	asks AsyncRecognizer/GetRecognition "{\"operation_id\":\"$id\"}"
	[ "$(jq -r 'select(.final) | .channel_tag + .final.alternatives[0].text' \
		out)" = $'0добрый день\n1алло да' ]
	asks AsyncRecognizer/DeleteRecognition "{\"operation_id\":\"$id\"}"
	status OK
	asks OperationService/Get "{\"operation_id\":\"$id\"}"
	status NOT_FOUND
	asks AsyncRecognizer/RecognizeFile \
		"{\"content\":\"AAAA\",\"recognition_model\":$model}"
	status INVALID_ARGUMENT 'not what container_audio says'
}

@test "speechkit: short audio by REST" {
	double speechkit
	"$peers/words" say -r 8000 'алло это я' >pcm
	short() { # QUERY [CURL...]
		curl -s -w '%{http_code}' --data-binary @pcm "${@:2}" \
			"http://127.0.0.1:$port/speech/v1/stt:recognize?$1"
	}
	key=(-H 'Authorization: Api-Key key-of-the-tests')
	lpcm='format=lpcm&sampleRateHertz=8000'
	[ "$(short $lpcm "${key[@]}")" = '{"result":"Алло это я"}200' ]
	[ "$(short "$lpcm&rawResults=true" "${key[@]}" \
		--http2-prior-knowledge)" = '{"result":"алло это я"}200' ]
	[[ $(short $lpcm) == *UNAUTHORIZED*401 ]]
	[[ $(short "$lpcm&lang=ru" "${key[@]}") == *'no language ru'*400 ]]
	[[ $(short format=lpcm\&sampleRateHertz=11025 "${key[@]}") == *400 ]]
	[[ $(short '' "${key[@]}") == *OggOpus*400 ]]
	head -c 500000 /dev/zero >pcm
	[[ $(short $lpcm "${key[@]}") == *'30 s'*400 ]]
}

@test "speechkit: what is said can be heard, what cannot be said is refused" {
	double speechkit --chunk 1001
	spec='"output_audio_spec":{"raw_audio":{"audio_encoding":1,
		"sample_rate_hertz":8000}}'
	says() { # JSON
		asks Synthesizer/UtteranceSynthesis \
			"$(tr -d '\n' <<<"{$1,$spec}")"
	}
	says '"text":"Привет, кат+алог **готов**. sil<[300]> Да!",
		"hints":[{"voice":"alena"},{"role":"good"},{"speed":1.1}]'
	status OK
	jq -r '.audio_chunk.data // empty' out | while read -r data; do
		base64 -d <<<"$data"
	done | "$peers/words" hear -r 8000 >heard
	[ "$(<heard)" = "привет каталог готов да" ]
	[ "$(all .word_timings[1].word)" = каталог ]
	say() { # WORDS JSON
		call "$1" "$(tr -d '\n' <<<"{$2,$spec}")"
	}
	say 'no text' '"text":""'
	say 'no text besides' '"text":"sil<[300]> <[tiny]>"'
	say '251 characters' "\"text\":\"$(printf 'а%.0s' {1..251})\""
	say 'no voice x' '"text":"да","hints":[{"voice":"x"}]'
	say 'no role evil' '"text":"да","hints":[{"role":"evil"}]'
	say 'speed is 9' '"text":"да","hints":[{"speed":9}]'
	say 'volume is 0.7' '"text":"да","hints":[{"volume":0.7}]'
	say 'SSML' '"text":"<speak>да</speak>"'
	say 'no pause odd' '"text":"a <[odd]> b"'
	say 'model is x' '"text":"да","model":"x"'
	spec=${spec/8000/4000}
	say 'sample_rate_hertz is 4000' '"text":"да"'
	asks Synthesizer/UtteranceSynthesis "$(<calls)"
	answered
	asks Synthesizer/UtteranceSynthesis \
		"{\"text\":\"$(printf 'а %.0s' {1..150})\",\"unsafe_mode\":true}"
	status OK
	[ "$(all .audio_chunk.data | head -n 1 | base64 -d | head -c 4)" = RIFF ]
}

CONFIG='"encoding":1,"sample_rate_hertz":8000,"language_code":"ru-RU"'
STREAM=RivaSpeechRecognition/StreamingRecognize

# rivas METHOD LINE...: messages to Riva
rivas() {
	printf '%s\n' "${@:2}" | timeout 60 "$peers/ask" "${ask[@]}" "$port" \
		"$1" >out
}

# config [MORE]: a first message, with more fields in its config
config() {
	echo "{\"streaming_config\":{\"interim_results\":true,\"config\":{
		$CONFIG${1:+,$1}}}}" | tr -d '\n\t'
}

@test "riva: what is sure and what is not, then finals with times" {
	double riva
	rivas $STREAM "$(config '"enable_word_time_offsets":true,
		"speech_contexts":[{"phrases":["каталог"],"boost":20}]')" \
		'{"say":"мне нужен большой каталог (1000) да","rate":8000,"as":"audio_content"}'
	status OK
	jq -es 'any(.[]; (.results | length == 2) and
		.results[0].stability > 0.8 and .results[1].stability < 0.2)' \
		out >/dev/null
	finals='.results[]? | select(.is_final).alternatives[0]'
	[ "$(all "$finals.transcript")" = $'мне нужен большой каталог \nда ' ]
	near "$(jq "$finals.words[1].start_time" out | head -n 1)" 480 20
}

@test "riva: what it is not to be told is refused" {
	double riva --boost no
	say='{"say":"да","rate":8000,"as":"audio_content"}'
	call 'audio_content before' "$say"
	call 'streaming_config twice' "$(config)" "$(config)"
	call 'no streaming_config'
	call 'neither' "$(config)" '{}'
	call 'audio_content of 3' "$(config)" '{"audio_content":"AAAA"}'
	call 'LINEAR_PCM' "$(CONFIG=${CONFIG/:1/:3} config)"
	call 'no language_code' "$(CONFIG=${CONFIG/ru-RU/} config)"
	call 'Unavailable model' "$(CONFIG=${CONFIG/ru-RU/de-DE} config)"
	call 'sample_rate_hertz is 4000' "$(CONFIG=${CONFIG/8000/4000} config)"
	call 'one channel' "$(config '"audio_channel_count":2')"
	call 'boosting is not' "$(config '"speech_contexts":[{"phrases":["a"]}]')"
	call 'stop_history_eou' "$(config '"endpointing_config":
		{"stop_history":500,"stop_history_eou":600}')"
	call OK "$(config)" "$say"
	rivas $STREAM "$(<calls)"
	answered
}

@test "riva: recognition at once, its models, its health" {
	double riva
	audio=$("$peers/words" say -r 8000 'алло да' | base64 -w 0)
	rivas RivaSpeechRecognition/Recognize "{\"config\":{$CONFIG},$(
		)\"audio\":\"$audio\",\"id\":{\"value\":\"a1\"}}"
	status OK
	[ "$(all .results[0].alternatives[0].transcript)" = 'алло да ' ]
	[ "$(all .id.value)" = a1 ]
	rivas RivaSpeechRecognition/GetRivaSpeechRecognitionConfig '{}'
	[ "$(all '.model_config[0].parameters.language_code')" = ru-RU ]
	rivas Health/Check '{}' '{"next":1}' '{"service":"x"}'
	[ "$(all .status | head -n 1)" = 1 ]
	status NOT_FOUND
}

@test "riva: NVIDIA's cloud wants a key and the id of a function" {
	double riva --key nvapi-1 --function-id f-1
	rivas Health/Check '{}'
	status UNAUTHENTICATED
	ask=(--meta 'authorization=Bearer nvapi-1')
	rivas Health/Check '{}'
	status NOT_FOUND
	ask+=(--meta function-id=f-1)
	rivas Health/Check '{}'
	status OK
}

@test "riva: what is said can be heard, what cannot be said is refused" {
	double riva --chunk 999
	request='"language_code":"ru-RU","encoding":1,"sample_rate_hz":8000'
	say() { # WORDS JSON [FROM TO]
		call "$1" "{$2,${request/${3-}/${4-}}}"
	}
	say OK '"text":"Привет, <каталог"' && : >calls && : >expected
	say OK '"text":"Привет, каталог."'
	say 'no text' '"text":"..."'
	say 'no language_code' '"text":"да"' ru-RU ''
	say 'Unavailable model' '"text":"да"' ru-RU de-DE
	say 'LINEAR_PCM' '"text":"да"' '"encoding":1' '"encoding":4'
	say 'sample_rate_hz' '"text":"да"' 8000 100
	say 'no voice x' '"text":"да","voice_name":"x"'
	say 'does not speak' '"text":"да","voice_name":"English-US.Female-1"'
	say '401 characters' "\"text\":\"$(printf 'а%.0s' {1..401})\""
	rivas RivaSpeechSynthesis/SynthesizeOnline "$(<calls)"
	answered
	jq -r '.audio // empty' out | while read -r data; do
		base64 -d <<<"$data"
	done | "$peers/words" hear -r 8000 >heard
	[ "$(<heard)" = "привет каталог" ]
	rivas RivaSpeechSynthesis/Synthesize \
		'{"text":"два слова",'"$request}"
	all .audio | base64 -d | "$peers/words" hear -r 8000 >heard
	[ "$(<heard)" = "два слова" ]
}

@test "faults come when and as often as they were ordered" {
	double speechkit --fault status:times=1 \
		--fault status:code=UNAUTHENTICATED,skip=1,times=1
	call 'UNAVAILABLE сбой по заказу, 100%' "$(options)"
	call OK "$(options)"
	call UNAUTHENTICATED "$(options)"
	call OK "$(options)"
	mapfile -t lines <calls
	streams "${lines[@]}"
	answered
	faults "$port" 'status:at=end,code=DATA_LOSS'
	streams "$(options)" '{"say":"да","rate":8000,"as":"chunk.data"}'
	status DATA_LOSS
	[ "$(all .partial.alternatives[0].text | tail -n 1)" = да ]
	[ -z "$(all .final)" ]
	[ "$(curl -s "http://127.0.0.1:$port/control/counts" |
		jq .statuses.OK)" -ge 2 ]
	run -22 faults "$port" nonsense
}

@test "each fault is what it is called, to a client that knows gRPC" {
	double speechkit
	say='{"say":"мне нужен каталог","rate":8000,"as":"chunk.data"}'
	fault() { # FAULT PATTERN
		faults "$port" "$1"
		streams "$(options)" "$say" '{"wait":50}'
		echo "# $1: $(tail -n 1 out)" >&2
		tail -n 1 out | grep -qE "$2"
	}
	ask=(--deadline 20000)
	fault exhausted 'RESOURCE_EXHAUSTED.*квота.*grpc-status-details-bin'
	fault no-status 'UNKNOWN|INTERNAL'
	fault http 'UNAVAILABLE.*503'
	# node 18 may have it as an error of its own write
	lost='UNAVAILABLE|INTERNAL.*Write error'
	fault close:at=start "$lost"
	fault close "$lost"
	fault tcp-reset "$lost"
	fault rst 'INTERNAL.*RST_STREAM with code 2'
	fault rst:h2=8 'CANCELLED'
	fault goaway '"OK"|Connection dropped' # by node 18 itself
	fault goaway-lost "$lost"
	fault late:ms=300 '"OK"'
	fault trickle:size=100 '"OK"'
	fault compressed '"OK"'
	fault huge 'RESOURCE_EXHAUSTED.*larger than max'
	fault garbage 'INTERNAL.*parsing'
	ask=(--deadline 1500)
	for silence in silent half-open shut:at=100; do
		fault $silence DEADLINE_EXCEEDED
	done
}

@test "TLS by ALPN, with a name and a time that a client checks" {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout key -out cert -days 2 \
		-subj /CN=localhost -addext subjectAltName=DNS:localhost 2>/dev/null
	double speechkit --tls cert key
	ask=(--ca cert)
	streams "$(options)"
	status OK
	curl -s --cacert cert "https://localhost:$port/control/counts" |
		grep -q '"calls":1,'
}
