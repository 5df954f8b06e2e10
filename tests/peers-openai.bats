# The double of OpenAI's audio, met by clients that are not ours: it refuses
# what the service refuses.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || exit 1
	words=$SV_ROOT/tests/peers/words
	started=
}

teardown() {
	[ -z "$started" ] || kill "$started"
}

# double [OPTION ...]: it listens on $port
double() {
	"$SV_ROOT/tests/peers/openai/serve" --port-file port --log log "$@" 3>&- &
	started=$!
	timeout 20 sh -c 'until [ -s port ]; do sleep 0.02; done'
	port=$(cat port)
}

# ask PATH [CURL'S OPTION ...]: the answer, and in `status` what it was
ask() {
	local path=$1
	shift
	curl -s -o answer -w '%{http_code}' -H 'Authorization: Bearer sk-peer' \
		"$@" "http://127.0.0.1:$port/v1/$path" >status
}

# refuses STATUS WORDS: the last answer is an error in the service's form
refuses() {
	jq -c .error answer >&2
	[ "$(cat status)" = "$1" ]
	[[ "$(jq -r .error.message answer)" == *"$2"* ]]
	[ "$(jq -c '.error | keys' answer)" = '["code","message","param","type"]' ]
}

# transcribe FIELD=VALUE ...: of `sound.wav`
transcribe() {
	local field
	local args=(-F 'file=@sound.wav;type=audio/wav')
	for field; do
		args+=(-F "$field")
	done
	ask audio/transcriptions "${args[@]}"
}

# speak JSON
speak() {
	ask audio/speech -H 'Content-Type: application/json' -d "$1"
}

@test "a recording is heard, whole, in detail and bit by bit" {
	double
	"$words" say --wav "сколько стоит доставка" >sound.wav
	transcribe model=gpt-transcribe language=ru
	[ "$(jq -r .text answer)" = "сколько стоит доставка" ]
	transcribe model=whisper-1 response_format=verbose_json 'timestamp_granularities[]=word'
	[ "$(jq -r '.words[1].word' answer)" = стоит ]
	transcribe model=gpt-4o-transcribe stream=true
	[ "$(sed -n 's/^data: //p' answer | jq -r .type | uniq | paste -sd' ')" = \
		"transcript.text.delta transcript.text.done" ]
}

@test "a recording that the service would not take is refused" {
	double
	"$words" say --wav "да" >sound.wav
	transcribe model=gpt-5
	refuses 404 "does not exist"
	transcribe
	refuses 400 "model"
	transcribe model=gpt-transcribe language=ru-RU
	refuses 400 "ISO-639-1"
	transcribe model=gpt-4o-transcribe response_format=verbose_json
	refuses 400 "not compatible"
	transcribe model=gpt-4o-transcribe 'keywords[]=да'
	refuses 400 "keywords"
	transcribe model=whisper-1 'timestamp_granularities[]=word'
	refuses 400 "timestamp_granularities"
	transcribe model=gpt-4o-transcribe-diarize prompt=да
	refuses 400 "prompt"
	transcribe model=whisper-1 temperature=2
	refuses 400 "temperature"
	transcribe model=whisper-1 colour=red
	refuses 400 "Unknown parameter: 'colour'"
	ask audio/transcriptions -F model=whisper-1
	refuses 400 "Field required"
	ask audio/transcriptions -F model=whisper-1 -F 'file=@sound.wav;filename=sound.pcm;type=audio/wav'
	refuses 400 "Invalid file format"
	ask audio/transcriptions -d model=whisper-1
	refuses 400 "multipart/form-data"
	ask audio/transcriptions -H 'Content-Type: multipart/form-data; boundary=x' -d 'no boundary'
	refuses 400 "does not begin with the boundary"
	head -c 2000 sound.wav >cut && mv cut sound.wav
	transcribe model=whisper-1
	refuses 400 "the size of RIFF is not that of the file"
	sox -n -r 16000 -b 16 -c 1 sound.wav trim 0 0.05
	transcribe model=whisper-1
	refuses 400 "too short"
}

@test "a text is spoken, in pieces that cut samples" {
	double
	speak '{"model":"gpt-4o-mini-tts","input":"добрый день","voice":"alloy","response_format":"pcm"}'
	[ "$("$words" hear -r 24000 answer)" = "добрый день" ]
	speak '{"model":"gpt-4o-mini-tts","input":"день","voice":"alloy","response_format":"wav"}'
	[ "$(head -c 8 answer | xxd -p)" = 52494646ffffffff ]
}

@test "a text that the service would not speak is refused" {
	double
	speak '{"model":"tts-1","input":"да","voice":"alloy","pitch":1}'
	refuses 400 "Unknown parameter: 'pitch'"
	speak '{"model":"tts-1","input":"да","voice":"anna"}'
	refuses 400 "Supported values are"
	speak '{"model":"tts-1","input":"","voice":"alloy"}'
	refuses 400 "input"
	speak "{\"model\":\"tts-1\",\"input\":\"$(printf 'а%.0s' {1..4097})\",\"voice\":\"alloy\"}"
	refuses 400 "too long"
	speak '{"model":"tts-1","input":"да","voice":"alloy","instructions":"warm"}'
	refuses 400 "instructions"
	speak '{"model":"tts-1","input":"да","voice":"alloy","speed":5}'
	refuses 400 "speed"
	speak '{"model":"tts-1"'
	refuses 400 "parse"
	ask audio/speech -d '{"model":"tts-1","input":"да","voice":"alloy"}'
	refuses 400 "application/json"
}

@test "the key is asked for, and its faults are the service's" {
	double --fault status=429@2 --fault wait=250@2 --fault quota@3 --fault status=503@4
	curl -s -o answer -w '%{http_code}' "http://127.0.0.1:$port/v1/models" >status
	refuses 401 "didn't provide an API key"
	curl -s -D head -o answer -w '%{http_code}' "http://127.0.0.1:$port/v1/models" >status
	refuses 429 "Rate limit"
	grep -qi '^retry-after-ms: 250' head
	grep -qi '^x-request-id: req_' head
	ask models
	refuses 429 "quota"
	[ "$(jq -r .error.code answer)" = insufficient_quota ]
	ask models
	refuses 503 "overloaded"
	curl -s -H 'Authorization: Bearer sk-wrong' -o answer -w '%{http_code}' \
		"http://127.0.0.1:$port/v1/models" >status
	refuses 401 "Incorrect API key"
	ask models
	[ "$(jq -r .object answer)" = list ]
}

# live [QUERY [HEADER ...]]: the events on stdin, what comes of them in `out`
live() {
	"$SV_ROOT/tests/peers/openai/ask" "$port" "$@" >out
	cut -c 1-200 out >&2
}

update='{"type":"session.update","session":{"type":"transcription","audio":{"input":{"turn_detection":null,"transcription":{"model":"gpt-realtime-whisper","language":"ru"}}}}}'

# speech WORDS: as events that append it, and a commit
speech() {
	"$words" say -r 24000 "$1" | base64 -w 3200 |
		jq -cR '{type: "input_audio_buffer.append", audio: .}'
	echo '{"type":"input_audio_buffer.commit"}'
}

@test "a call is heard as it goes on, utterance by utterance" {
	double
	{ echo "$update"; speech "раз два"; speech "три"; } | live
	[ "$(jq -r 'select(.transcript).transcript' out | paste -sd,)" = "раз два,три" ]
	[ "$(jq -r 'select(.delta).delta' out | paste -sd,)" = "раз, два,три" ]
	first=$(jq -r 'select(.type == "input_audio_buffer.committed").item_id' out | head -n 1)
	[ "$(jq -r 'select(.type == "input_audio_buffer.committed").previous_item_id' out | paste -sd,)" = "null,$first" ]
}

@test "what the service would not hear is refused, and the session lives on" {
	double
	{
		echo "no json"
		echo '{"type":"response.create"}'
		echo '{"type":"session.update","session":{"audio":{}}}'
		echo '{"type":"session.update","session":{"type":"realtime"}}'
		echo '{"type":"session.update","session":{"type":"transcription","input_audio_format":"pcm16"}}'
		echo '{"type":"session.update","session":{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}}'
		echo '{"type":"session.update","session":{"type":"transcription","audio":{"input":{"transcription":{"model":"gpt-realtime-whisper"}}}}}'
		echo '{"type":"session.update","session":{"type":"transcription","audio":{"input":{"turn_detection":null,"transcription":{"model":"gpt-realtime-whisper","prompt":"x"}}}}}'
		echo "$update"
		echo '{"type":"input_audio_buffer.append","audio":"***="}'
		echo '{"type":"input_audio_buffer.append","audio":"AAA="}'
		echo '{"type":"input_audio_buffer.append","audio":"AA=="}'
		echo '{"type":"input_audio_buffer.commit","event_id":"e7"}'
		speech "да"
	} | live
	[ "$(jq -r 'select(.type == "error").error.code' out | paste -sd' ')" = \
		"invalid_json invalid_value missing_required_parameter invalid_value unknown_parameter invalid_value invalid_value invalid_value invalid_value invalid_value input_audio_buffer_commit_empty" ]
	[ "$(jq -r 'select(.type == "error").error.event_id' out | grep -c e7)" -eq 1 ]
	[ "$(jq -r 'select(.transcript).transcript' out)" = да ]
}

@test "what is no session of transcription is refused at the door" {
	double
	live intent=transcription 'Authorization: Bearer sk-wrong' <<<""
	[ "$(head -n 1 out)" = "refused 401" ]
	live intent=transcription 'OpenAI-Beta: realtime=v1' <<<""
	[ "$(head -n 1 out)" = "refused 400" ]
	live 'intent=transcription&model=gpt-realtime-whisper' <<<""
	[ "$(head -n 1 out)" = "refused 400" ]
	live "" <<<""
	[ "$(head -n 1 out)" = "refused 400" ]
}

@test "its sessions fail as they are told to" {
	double --fault close=1011@1 --fault expired@2 --fault order@3 --fault failed@4 --fault pieces@5
	{ echo "$update"; speech "раз"; } | live
	[ "$(tail -n 1 out)" = "close 1011" ]
	{ echo "$update"; speech "раз"; } | live
	[ "$(sed '$d' out | jq -r 'select(.type == "error").error.code')" = session_expired ]
	{ echo "$update"; speech "раз"; speech "два"; } | live
	[ "$(sed '$d' out | jq -r 'select(.transcript).transcript' | paste -sd,)" = "два,раз" ]
	{ echo "$update"; speech "раз"; } | live
	sed '$d' out | jq -e 'select(.type == "conversation.item.input_audio_transcription.failed")'
	{ echo "$update"; speech "раз"; } | live
	[ "$(sed '$d' out | jq -r 'select(.transcript).transcript')" = раз ]
}
