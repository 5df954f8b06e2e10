# The engine openai of sv-asr, against a strict peer on the loopback that hears
# the words of tests/peers/words.
bats_require_minimum_version 1.5.0
load openai

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return
	"$SV_ROOT/tests/peers/words" say -r 8000 \
		"добрый день. (1500) хочу заказать (1500) два три" >talk
	"$SV_ROOT/tests/peers/words" say -r 8000 \
		"раз (1500) два (1500) три (1500) четыре" >four
	"$SV_ROOT/tests/peers/words" say -r 8000 "да конечно" >short
	sox -t raw -r 8000 -e signed -b 16 -c 1 talk talk.wav
	sox -M talk.wav talk.wav both.wav
}

setup() {
	common_setup
	export SV_ASR_ENGINE=openai SV_RATE=8000
	talk=$BATS_FILE_TMPDIR/talk short=$BATS_FILE_TMPDIR/short
}

teardown() {
	common_teardown
}

# texts FILE: what was heard, utterance by utterance
texts() {
	jq -r 'select(.type == "asr.final").text' "$1" | paste -sd '|'
}

all="добрый день|хочу заказать|два три"

@test "an utterance is a request, and its text the answer's" {
	openai
	run -0 --separate-stderr sv-asr <"$talk"
	[ "$stderr" = "" ]
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(texts events)" = "$all" ]
	[ "$(asked transcription | wc -l)" -eq 3 ]
	[ "$(asked transcription | head -n 1 | jq -c '[.rate, .fields]')" = \
'[8000,{"model":"gpt-transcribe","stream":"true","language":"ru",'\
'"file":"utterance.wav"}]' ]
	[ "$(jq -r 'select(.type == "cost") | [.unit, .model] | join(" ")' \
		events | paste -sd '|')" = \
		"input_tokens gpt-transcribe|output_tokens gpt-transcribe" ]
}

@test "a streamed answer is the same wherever it is cut" {
	for faults in "bytes" "crlf comments" "bytes crlf done bom" "slow=5"; do
		for fault in $faults; do
			set -- "$@" --fault "$fault"
		done
		openai "$@"
		sv-asr <"$talk" >events
		echo "$faults: $(texts events)"
		[ "$(texts events)" = "$all" ]
		set --
	done
}

@test "what an answer says is told while it comes" {
	openai --fault slow=200
	sv-asr <"$short" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(jq -r 'select(.type | test("^(vad.end|asr)")) |
		[.type, .utterance, .text] | join(" ")' events |
		paste -sd '|')" = \
"vad.end 1 |asr.partial 1 да|asr.partial 1 да конечно|asr.final 1 да конечно" ]
}

@test "a server that answers whole where a stream was asked for is heard" {
	openai --fault bytes
	sv-asr -p model=whisper-1 -p stream=yes <"$talk" >events
	[ "$(texts events)" = "$all" ]
	holds='[.[] | select(.type == "asr.final").words[]] |
		length == 6 and all(.start_ms < .end_ms)'
	jq -es "$holds" events
	[ "$(jq -r 'select(.type == "cost").unit' events)" = seconds ]
}

@test "recordings are heard utterance by utterance, channel by channel" {
	openai
	sv-asr "$BATS_FILE_TMPDIR/both.wav" >events
	"$SV_ROOT/tests/check-events" --known events
	for channel in 0 1; do
		jq -c "select(.channel == $channel)" events >channel
		[ "$(texts channel)" = "$all" ]
	done
	[ "$(asked transcription | jq -r '.fields.stream // "none"' |
		sort -u)" = none ]
}

@test "a recording goes out whole where the answer has times" {
	openai
	sv-asr -p model=gpt-4o-transcribe-diarize -p format=diarized_json \
		"$BATS_FILE_TMPDIR/talk.wav" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(texts events)" = "добрый|день|хочу|заказать|два|три" ]
	jq -es '[.[] | select(.type == "asr.final")] |
		all(.speaker and .start_ms < .end_ms)' events
	[ "$(asked transcription | wc -l)" -eq 1 ]
	sv-asr -p model=whisper-1 -p whole=yes "$BATS_FILE_TMPDIR/both.wav" >events
	[ "$(asked transcription | wc -l)" -eq 3 ]
	jq -es '[.[] | select(.type == "asr.final")] | length == 2 and
		all(.text == "добрый день хочу заказать два три" and
		(.words | length) == 6 and .confidence > 0.5)' events
}

@test "a session hears utterance after utterance, and tells words at once" {
	openai
	"$SV_ROOT/tests/peers/words" say -r 8000 --live \
		"добрый день. (1200) хочу заказать пиццу" |
		sv-asr -p api=realtime >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(texts events)" = "добрый день|хочу заказать пиццу" ]
	grep -q '"asr.partial".*"добрый"' events
	[ "$(jq -r 'select(.type == "vad.end" or .type == "asr.partial").type' \
		events | head -n 1)" = asr.partial ]
	[ "$(grep -c '"GET /v1/realtime"' log)" -eq 1 ]
	[ "$(asked realtime | grep -c '"input_audio_buffer.commit"')" -eq 2 ]
	jq -es '[.[] | select(.realtime == "session.update").event.session] ==
		[{type: "transcription", audio: {input: {
		format: {type: "audio/pcmu"}, turn_detection: null,
		transcription: {model: "gpt-realtime-whisper",
		language: "ru"}}}}]' log
}

@test "what a session tells may come in any shape and order" {
	for fault in order pieces unknown notjson hold=300; do
		openai --fault $fault
		run -0 --separate-stderr sv-asr -p api=realtime \
			<"$BATS_FILE_TMPDIR/four"
		printf '%s\n' "$output" >events
		echo "$fault: $stderr $(texts events)"
		[ "$(texts events)" = "раз|два|три|четыре" ]
		jq -es '[.[] | select(.type == "asr.final").start_ms] |
			. == sort' events
		! grep engine.failover events
	done
}

@test "sound is sent at 24 kHz where the line is not a telephone's" {
	openai
	for rate in 8000 16000 48000; do
		"$SV_ROOT/tests/peers/words" say -r $rate "добрый день" >sound
		sv-asr -r $rate -p api=realtime -p line=pcm <sound >events
		[ "$(texts events)" = "добрый день" ]
	done
	[ "$(jq -c 'select(.realtime == "session.update").event.session.audio |
		.input.format' log | sort -u)" = \
		'{"type":"audio/pcm","rate":24000}' ]
}

@test "a session is replaced before its time, and no word is lost" {
	openai
	"$SV_ROOT/tests/peers/words" say -r 8000 --live \
		"добрый день (900) хочу заказать (900) два три" |
		sv-asr -p api=realtime -p session=1s >events
	[ "$(texts events)" = "$all" ]
	[ "$(grep -c '"GET /v1/realtime"' log)" -ge 2 ]
	! grep engine.failover events
}

@test "a session that the service ends is followed by another" {
	for fault in expired@1 close=1011@1 reset@1 reset=30@1; do
		openai --fault $fault
		rm -rf run
		sv-asr -p api=realtime <"$talk" >events 2>err
		echo "$fault: $(texts events) $(cat err)"
		[ "$(texts events)" = "$all" ]
	done
}

@test "whoever comes next hears what the service did not" {
	for fault in cut=9 error stall=9 silent html drop status=500; do
		openai --fault $fault
		rm -rf run
		run --separate-stderr sv-asr -e openai,loudness \
			-p openai.budget.result=500ms \
			-p openai.budget.total=900ms <"$short"
		printf '%s\n' "$output" >events
		echo "$fault: $stderr"
		[ "$status" -eq 0 ]
		[ "$(jq -r 'select(.type == "engine.failover") |
			[.from, .to] | join(" ")' events | tail -n 1)" = \
			"openai loudness" ]
		[ "$(jq -r 'select(.type == "asr.final").engine' events)" = \
			loudness ]
	done
	openai --fault garbage
	sv-asr -e openai,loudness -p openai.model=whisper-1 <"$short" >events
	[ "$(jq -r 'select(.type == "engine.failover").reason' events |
		tail -n 1)" = "openai: the answer is no JSON object" ]
}

@test "so it is where a session fails" {
	for fault in failed deaf quota; do
		openai --fault $fault
		rm -rf run
		run --separate-stderr sv-asr -e openai,loudness \
			-p api=realtime -p openai.budget.result=500ms \
			-p openai.budget.connect=900ms \
			-p openai.budget.total=900ms <"$short"
		printf '%s\n' "$output" >events
		echo "$fault: $stderr"
		[ "$status" -eq 0 ]
		[ "$(jq -r 'select(.type == "asr.final").engine' events)" = \
			loudness ]
	done
}

@test "a wrong key, no quota, no such model: told as what they are" {
	openai
	for api in transcriptions realtime; do
		rm -rf run
		SV_OPENAI_API_KEY=sk-wrong-0815-key run --separate-stderr \
			sv-asr -vv -p api=$api <"$short"
		echo "$output$stderr"
		[[ "$output$stderr" == *SV_OPENAI_API_KEY* ]]
		[[ "$output$stderr" != *sk-wrong-0815-key* ]]
		[ "$status" -eq 77 ]
	done
	rm -rf run
	run --separate-stderr sv-asr -p model=gpt-9 <"$short"
	[[ "$output" == *"openai: the service has no model 'gpt-9': set another (HTTP 404 model_not_found, request req_"* ]]
	[ "$status" -eq 78 ]
	rm -rf run
	run --separate-stderr sv-asr -p api=realtime -p realtime_model=gpt-9 \
		<"$short"
	[[ "$output" == *"openai: refused: Invalid value: 'gpt-9'"* ]]
	openai --fault quota
	rm -rf run
	run --separate-stderr sv-asr <"$short"
	echo "$output"
	[[ "$output$stderr" == *"openai: the account has no quota left: see to its billing (HTTP 429 insufficient_quota"* ]]
	[ "$(grep -c 'POST /v1/audio/transcriptions' log)" -eq 1 ]
}

@test "a recording's request is sent again when that may help" {
	openai --fault status=503@2 --fault status=429@4 --fault wait=10
	sv-asr "$BATS_FILE_TMPDIR/talk.wav" >events
	[ "$(texts events)" = "$all" ]
	[ "$(grep -c 'POST /v1/audio/transcriptions' log)" -eq 5 ]
}

@test "a server of one's own needs no key, and is sent what all know" {
	cat >server.js <<-'END'
	require('http').createServer((request, response) => {
		let body = '';
		request.setEncoding('latin1');
		request.on('data', (data) => body += data);
		request.on('end', () => {
			const names = [...body.matchAll(/; name="([^"]*)"/g)]
				.map((m) => m[1]);
			if (request.method === 'POST')
				console.log(names.join(' '),
					request.headers.authorization);
			response.end('{"text": " да "}\n');
		});
	}).listen(0, '127.0.0.1', function () {
		require('fs').writeFileSync('port.new',
			String(this.address().port));
		require('fs').renameSync('port.new', 'port');
	});
	END
	node server.js >asked 3>&- &
	peers+=($!)
	timeout 20 sh -c 'until [ -s port ]; do sleep 0.02; done'
	unset SV_OPENAI_API_KEY
	sv-asr -u http://127.0.0.1:"$(cat port)"/v1 -p model=Systran/small \
		<"$short" >events
	[ "$(texts events)" = "да" ]
	[ "$(cat asked)" = "model language file undefined" ]
	# no usage: the sound's own length
	[ "$(jq -r 'select(.type == "cost").unit' events)" = seconds ]
}

@test "a question's hints are told as the model takes them" {
	openai
	jq -cn '{type: "asr.expect", expect: "choice", language: "en",
		hints: ["да конечно", "нет"]}' >expect
	for set in model=gpt-transcribe model=gpt-4o-transcribe \
		model=gpt-4o-transcribe,prompt=Пиццерия. \
		model=gpt-4o-transcribe,hints=no,language=auto \
		model=whisper-1,language=de,temperature=0.2; do
		SV_CALL_FDS=1 sv-asr $(printf -- '-p %s ' ${set//,/ }) \
			<"$short" 5<expect 3>&1 >events
	done
	asked transcription | jq -c '.fields | del(.file, .model, .stream,
		.response_format, .["timestamp_granularities[]"])' >told
	cat told
	[ "$(sed -n 1p told)" = \
'{"language":"en","keywords[]":["да конечно","нет"]}' ]
	[ "$(sed -n 2p told)" = \
'{"language":"en","prompt":"да конечно, нет"}' ]
	[ "$(sed -n 3p told)" = \
'{"language":"en","prompt":"Пиццерия. да конечно, нет"}' ]
	[ "$(sed -n 4p told)" = '{}' ]
	[ "$(sed -n 5p told)" = \
'{"language":"de","prompt":"да конечно, нет","temperature":"0.2"}' ]
	# a session is told when it changes
	SV_CALL_FDS=1 sv-asr -p api=realtime -p realtime_model=gpt-transcribe \
		<"$short" 5<expect >events
	[ "$(jq -c 'select(.realtime == "session.update").event.session.audio |
		.input.transcription.keywords' log | tail -n 1)" = \
		'["да конечно","нет"]' ]
}

@test "what makes no sense is refused before anybody is asked" {
	openai
	for set in api=smoke temperature=2 format=srt hints=loud line=opus \
		model=gpt-realtime-whisper session=1ms delay=long colour=red \
		language=ru-RU; do
		run -64 sv-asr -p $set <"$short"
	done
	! grep POST log
	unset SV_OPENAI_API_KEY SV_OPENAI_URL
	run -78 --separate-stderr sv-asr <"$short"
	[[ "$stderr" == *"openai: no key: set SV_OPENAI_API_KEY or SV_OPENAI_API_KEY_FILE"* ]]
}

@test "a probe asks for a real answer" {
	openai
	run -0 sv-asr engines -e openai --probe
	echo "$output"
	[[ "$output" == *"transcriptions gpt-transcribe in "* ]]
	[ "$(asked transcription | wc -l)" -eq 1 ]
	run -0 sv-asr engines -e openai --probe -p api=realtime
	[[ "$output" == *"realtime gpt-realtime-whisper in "* ]]
	SV_OPENAI_API_KEY=sk-wrong-key-0815 run sv-asr engines -e openai --probe
	[ "$status" -ne 0 ]
	[[ "$output" == *"check SV_OPENAI_API_KEY"* ]]
}
