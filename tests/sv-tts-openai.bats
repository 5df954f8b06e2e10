# The engine openai of sv-tts, against a strict peer on the loopback.
bats_require_minimum_version 1.5.0
load openai

setup() {
	common_setup
	export SV_TTS_ENGINE=openai SV_RATE=24000
}

teardown() {
	common_teardown
}

# say ID TEXT: a dialog.say of call c
say() {
	jq -cn --arg say "$1" --arg text "$2" '{v: 1, type: "dialog.say",
		call: "c", seq: 1, t: 0, time: "2026-11-21T00:00:00.000Z",
		stage: "dialog", say: $say, text: $text}'
}

@test "a text becomes the service's sound, bit by bit" {
	openai
	run -0 --separate-stderr sv-tts -o out.pcm "Здравствуйте"
	[ "$stderr" = "" ]
	[ "$(stat -c %s out.pcm)" -gt 4800 ]
	[ "$(asked speech | jq -c .asked)" = '{"model":"gpt-4o-mini-tts",'\
'"voice":"alloy","input":"Здравствуйте","response_format":"pcm"}' ]
}

@test "the sound is the same however its bytes come" {
	openai
	sv-tts --no-cache -o whole.pcm "раз два три"
	openai --fault bytes
	sv-tts --no-cache -o bytes.pcm "раз два три"
	cmp whole.pcm bytes.pcm
	# and where samples are multiplied
	sv-tts --no-cache -p volume=50 -o half-bytes.pcm "раз два три"
	openai
	sv-tts --no-cache -p volume=50 -o half.pcm "раз два три"
	cmp half.pcm half-bytes.pcm
	[ "$(stat -c %s half.pcm)" = "$(stat -c %s whole.pcm)" ]
	sox -t raw -r 24000 -e signed -b 16 -c 1 whole.pcm -t raw quiet vol 0.5
	! cmp -s half.pcm whole.pcm
}

@test "every rate sounds as long as the others" {
	openai
	for rate in 8000 16000 24000 48000; do
		sv-tts -r $rate -o $rate.pcm "Добрый день"
		long=$(($(stat -c %s $rate.pcm) * 500 / rate))
		[ "${first:=$long}" -ge $((long - 1)) ]
		[ "$first" -le $((long + 1)) ]
	done
}

@test "the first bytes are heard before the answer is complete" {
	openai --fault stall=24000
	# half a second of sound is there, and the rest never comes
	say s1 "Здравствуйте" |
		sv-tts --no-cache --pace -p budget.stall=3s --events events \
			2>err 3>&- >heard &
	pipe=$!
	wait_for tts.start events
	timeout 20 sh -c 'until [ "$(tr -d "\0" <heard | wc -c)" -gt 9600 ]
		do sleep 0.02; done'
	! grep tts.end events
	kill $pipe
	wait $pipe || true
}

@test "voice, speed, instructions and model are as set" {
	openai
	sv-tts -p voice=marin,rate=150,model=gpt-4o-mini-tts-2025-12-15 \
		-p "instructions=Говори тепло" -o out.pcm "да"
	[ "$(asked speech | jq -c .asked)" = \
'{"model":"gpt-4o-mini-tts-2025-12-15","voice":"marin","input":"да",'\
'"response_format":"pcm","speed":1.5,"instructions":"Говори тепло"}' ]
	sv-tts -p openai.voice=voice_123 -o out.pcm "нет"
	[ "$(asked speech | tail -n 1 | jq -c .asked.voice)" = \
		'{"id":"voice_123"}' ]
	# a voice of another engine's is not asked for, one of its own is
	for voice in anna coral; do
		say s1 "пять" | jq -c --arg voice $voice '.voice = $voice' |
			sv-tts --no-cache -o out.pcm >events
	done
	[ "$(asked speech | tail -n 2 | jq -r .asked.voice | tr '\n' ' ')" = \
		"alloy coral " ]
}

@test "settings come from the environment, too" {
	openai
	SV_TTS_OPENAI_VOICE=nova SV_OPENAI_MODEL=tts-1 sv-tts -o out.pcm "да"
	[ "$(asked speech | jq -c '.asked | [.model, .voice]')" = \
		'["tts-1","alloy"]' ] ||
	[ "$(asked speech | jq -c '.asked | [.model, .voice]')" = \
		'["tts-1","nova"]' ]
}

@test "what is kept is kept by what makes the sound" {
	openai
	sv-tts -o one.pcm "да"
	sv-tts -o two.pcm "да"
	cmp one.pcm two.pcm
	[ "$(asked speech | wc -l)" -eq 1 ]
	sv-tts -p instructions=быстро -o two.pcm "да"
	sv-tts -p rate=120 -o two.pcm "да"
	sv-tts -p model=tts-1 -o two.pcm "да"
	sv-tts -p voice=echo -o two.pcm "да"
	[ "$(asked speech | wc -l)" -eq 5 ]
}

@test "a wrong key is told as one" {
	openai
	SV_OPENAI_API_KEY=sk-wrong-key-0815 run --separate-stderr \
		sv-tts -o out.pcm "да"
	[[ "$output$stderr" == *"openai: the key is refused: check SV_OPENAI_API_KEY (HTTP 401 invalid_api_key, request req_"* ]]
	[[ "$stderr$output" != *sk-wrong-key-0815* ]]
	[ "$(jq -r 'select(.type == "error").code' <<<"$output")" = 77 ]
	openai --fault echo-key
	run --separate-stderr sv-tts --no-cache -vv -o out.pcm "да"
	[[ "$stderr$output" != *sk-peer* ]]
}

@test "without a key OpenAI itself is not asked" {
	unset SV_OPENAI_API_KEY SV_OPENAI_URL
	run --separate-stderr sv-tts -o out.pcm "да"
	[ "$status" -ne 0 ]
	[[ "$output$stderr" == *"openai: no key: set SV_OPENAI_API_KEY or SV_OPENAI_API_KEY_FILE"* ]]
}

@test "a server of one's own needs no key" {
	cat >server.js <<-'END'
	require('http').createServer((request, response) => {
		const pcm = Buffer.alloc(48000, 1);
		request.resume();
		request.on('end', () => response.end(
			request.headers.authorization ? '' : pcm));
	}).listen(0, '127.0.0.1', function () {
		require('fs').writeFileSync('port', String(this.address().port));
	});
	END
	node server.js 3>&- &
	peers+=($!)
	timeout 20 sh -c 'until [ -s port ]; do sleep 0.02; done'
	unset SV_OPENAI_API_KEY
	SV_OPENAI_URL=http://127.0.0.1:$(cat port)/v1 sv-tts -o out.pcm "да"
	[ "$(stat -c %s out.pcm)" -ge 48000 ]
}

@test "an account without money, a service in trouble, a model that is gone" {
	openai --fault quota@1 --fault status=500@2
	run --separate-stderr sv-tts --no-cache -o out.pcm "да"
	[[ "$output$stderr" == *"openai: the account has no quota left: see to its billing (HTTP 429 insufficient_quota"* ]]
	[ "$(jq -r 'select(.type == "error").code' <<<"$output")" = 75 ]
	[ "$(grep -c "POST /v1/audio/speech" log)" -eq 1 ]
	rm -rf run
	run --separate-stderr sv-tts --no-cache -o out.pcm "да"
	[[ "$output$stderr" == *"openai: the service fails: The server had an error"*"(HTTP 500 server_error"* ]]
	rm -rf run
	run --separate-stderr sv-tts --no-cache -p model=tts-9 -o out.pcm "да"
	[[ "$output$stderr" == *"openai: the service has no model 'tts-9': set another (HTTP 404 model_not_found"* ]]
}

@test "a sentence that breaks off is spoken by the next engine" {
	for fault in cut=9600 cut=0 html garbage drop stall=9600 silent; do
		openai --fault $fault
		rm -rf run
		run --separate-stderr sv-tts --no-cache -e openai,beep \
			-p budget.stall=500ms,budget.first=500ms \
			--events events -o out.pcm "раз два"
		echo "$fault: $stderr"
		[ "$status" -eq 0 ]
		[ "$fault" = garbage ] || grep -q engine.failover events
		[ "$(jq -r 'select(.type == "tts.end").type' events)" = tts.end ]
		rm -f events
	done
}

@test "an answer that is no PCM is not played as if it were" {
	for body in RIFFxxxxWAVE '<html><body>' '{"error":' 'abc'; do
		cat >server.js <<-END
		require('http').createServer((request, response) => {
			request.resume();
			request.on('end', () => response.end('$body'));
		}).listen(0, '127.0.0.1', function () {
			require('fs').writeFileSync('port.new',
				String(this.address().port));
			require('fs').renameSync('port.new', 'port');
		});
		END
		rm -rf port run
		node server.js 3>&- &
		peers+=($!)
		timeout 20 sh -c 'until [ -s port ]; do sleep 0.02; done'
		SV_OPENAI_URL=http://127.0.0.1:$(cat port)/v1 run \
			--separate-stderr sv-tts --no-cache -o out.pcm "да"
		echo "$body: $stderr"
		[ "$status" -ne 0 ]
		[[ "$output$stderr" == *"openai: the answer is no PCM"* ||
			"$output$stderr" == *"openai: the answer has no sound"* ||
			"$output$stderr" == *"openai: the sound ends within a sample"* ]]
	done
}

@test "a prompt that is cancelled breaks its request off" {
	openai --fault stall=48000
	mkfifo events.in
	sv-tts --no-cache --pace -p budget.stall=3s --events events \
		-o out.pcm <events.in 2>err 3>&- &
	tts=$!
	exec 4>events.in
	say s1 "Здравствуйте" >&4
	wait_for tts.start events
	jq -cn '{v: 1, type: "tts.cancel", call: "c", seq: 2, t: 0,
		time: "2026-11-21T00:00:00.000Z", stage: "dialog"}' >&4
	wait_for tts.interrupted events
	wait_for '"broken"' log
	exec 4>&-
	wait $tts
	[ "$(cat err)" = "" ]
}

@test "a long text is asked for in sentences, each within the limit" {
	openai
	for i in $(seq 150); do
		printf 'Это предложение номер %d из очень длинного текста. ' "$i"
	done >text
	sv-tts --no-cache -o out.pcm "$(cat text)"
	[ "$(asked speech | jq -rs '[.[].speech | length] | max')" -le 4096 ]
	[ "$(asked speech | jq -rs '[.[].speech] | join(" ")' | wc -w)" -gt 1000 ]
}

@test "what makes no sense is refused before anybody is asked" {
	openai
	run -64 sv-tts -p model=tts-1,instructions=тихо -o out.pcm "да"
	run -64 sv-tts -p pcm_rate=1 -o out.pcm "да"
	run -64 sv-tts -p rate=1000 -o out.pcm "да"
	run -64 sv-tts -p openai.colour=red -o out.pcm "да"
	! grep "POST" log
}
