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

# asks METHOD MESSAGE: one message, to SpeechKit
asks() {
	tr -d '\n' <<<"$2" | timeout 60 "$peers/ask" --meta "$AUTH" "$port" "$1" >out
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

@test "speechkit: what it is not to be told is refused" {
	double speechkit
	chunk='{"say":"да","rate":8000,"as":"chunk.data"}'
	refused() { # STATUS PART LINE...
		streams "${@:3}"
		status "$1" "$2"
	}
	refused INVALID_ARGUMENT 'before session_options' "$chunk"
	refused INVALID_ARGUMENT 'twice' "$(options)" "$(options)"
	refused INVALID_ARGUMENT 'eou without' "$(options)" "$chunk" '{"eou":{}}'
	refused INVALID_ARGUMENT 'no session_options'
	refused INVALID_ARGUMENT 'empty' "$(options)" '{}'
	refused INVALID_ARGUMENT 'half a sample' "$(options)" \
		'{"chunk":{"data":"AAAA"}}'
	refused INVALID_ARGUMENT 'without data' "$(options)" '{"chunk":{}}'
	refused INVALID_ARGUMENT 'silence of' "$(options)" \
		'{"silence_chunk":{}}'
	refused INVALID_ARGUMENT 'no model x' "$(options '"model":"x"')"
	refused INVALID_ARGUMENT 'no language ru' "$(options \
		'"language_restriction":{"restriction_type":1,
		"language_code":["ru"]}')"
	refused INVALID_ARGUMENT 'restriction_type' "$(options \
		'"language_restriction":{"language_code":["ru-RU"]}')"
	refused INVALID_ARGUMENT 'options are on' "$(options \
		'"text_normalization":{"literature_text":true}')"
	refused INVALID_ARGUMENT 'no classifier x' "$(options '' \
		'"recognition_classifier":{"classifiers":[{"classifier":"x",
		"triggers":[1]}]}')"
	RAW=${RAW/8000/11025}
	refused INVALID_ARGUMENT 'sample_rate_hertz is 11025' "$(options)"
	RAW=${RAW/11025/8000} RAW=${RAW/encoding\":1/encoding\":0}
	refused INVALID_ARGUMENT 'audio_encoding' "$(options)"
	RAW=${RAW/encoding\":0/encoding\":1} RAW=${RAW/count\":1/count\":2}
	refused INVALID_ARGUMENT 'one channel' "$(options)"
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
	asks AsyncRecognizer/RecognizeFile "{\"content\":\"AAAA\",
		\"recognition_model\":$model}"
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
		asks Synthesizer/UtteranceSynthesis "{$1,$spec}"
	}
	says '"text":"Привет, кат+алог **готов**. sil<[300]> Да!",
		"hints":[{"voice":"alena"},{"role":"good"},{"speed":1.1}]'
	status OK
	jq -r '.audio_chunk.data // empty' out | while read -r data; do
		base64 -d <<<"$data"
	done | "$peers/words" hear -r 8000 >heard
	[ "$(<heard)" = "привет каталог готов да" ]
	[ "$(all .word_timings[1].word)" = каталог ]
	refused() {
		says "$1"
		status INVALID_ARGUMENT "$2"
	}
	refused '"text":""' 'no text'
	refused '"text":"sil<[300]> <[tiny]>"' 'besides markup'
	refused "\"text\":\"$(printf 'а%.0s' {1..251})\"" '251 characters'
	refused '"text":"да","hints":[{"voice":"x"}]' 'no voice x'
	refused '"text":"да","hints":[{"role":"evil"}]' 'no role evil'
	refused '"text":"да","hints":[{"speed":9}]' 'speed is 9'
	refused '"text":"да","hints":[{"volume":0.7}]' 'volume is 0.7'
	refused '"text":"<speak>да</speak>"' 'SSML'
	refused '"text":"a <[odd]> b"' 'no pause odd'
	refused '"text":"да","model":"x"' 'model is x'
	spec=${spec/8000/4000}
	refused '"text":"да"' 'sample_rate_hertz is 4000'
	asks Synthesizer/UtteranceSynthesis \
		"{\"text\":\"$(printf 'а %.0s' {1..150})\",\"unsafe_mode\":true}"
	status OK
	[ "$(all .audio_chunk.data | head -n 1 | base64 -d | head -c 4)" = RIFF ]
}
