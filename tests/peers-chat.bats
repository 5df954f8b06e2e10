# The double of chat completions, met by clients that are not ours: it refuses
# what the services refuse.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
}

teardown() {
	doubles_teardown
}

# ask JSON [CURL'S OPTION ...]: the answer, and in `status` what it was
ask() {
	curl -s -o answer -w '%{http_code}' -H "Authorization: Bearer ${key:-sk-peer}" \
		-H 'Content-Type: application/json' -d "$1" "${@:2}" \
		"http://127.0.0.1:$port/v1/${path:-chat/completions}" >status
}

# refuses STATUS WORDS: the last answer is an error in the service's form
refuses() {
	cat status answer >&2
	[ "$(cat status)" = "$1" ]
	[[ "$(jq -r .error.message answer)" == *"$2"* ]]
}

user='"messages":[{"role":"user","content":"привет"}]'

@test "an answer, whole and in a stream" {
	double chat
	ask "{\"model\":\"gpt-test\",$user}"
	[ "$(jq -r '.choices[0].message.content' answer)" = "Вы сказали: привет" ]
	ask "{\"model\":\"gpt-test\",\"stream\":true,$user}" -N
	[ "$(tail -n 2 answer | head -n 1)" = "data: [DONE]" ]
	[ "$(sed -n 's/^data: {/{/p' answer | jq -rj '.choices[].delta.content // ""')" = \
		"Вы сказали: привет" ]
}

@test "requests that OpenAI refuses are refused" {
	double chat
	ask "{$user}"
	refuses 400 "model parameter"
	ask "{\"model\":\"gpt-9\",$user}"
	refuses 404 "does not exist"
	ask "{\"model\":\"gpt-test\",\"top_k\":5,$user}"
	refuses 400 "Unrecognized request argument supplied: top_k"
	ask "{\"model\":\"gpt-test\",\"max_tokens\":5,$user}"
	refuses 400 "max_completion_tokens"
	ask '{"model":"gpt-test","messages":[]}'
	refuses 400 "messages"
	ask '{"model":"gpt-test","messages":[{"role":"bot","content":"x"}]}'
	refuses 400 "Invalid value: 'bot'"
	ask '{"model":"gpt-test","messages":[{"role":"tool","content":"x","tool_call_id":"y"}]}'
	refuses 400 "response to a preceding message"
	ask '{"model":"gpt-test","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"user","content":"x"}]}'
	refuses 400 "must be followed by tool messages"
	ask "{\"model\":\"gpt-test\",\"tool_choice\":\"auto\",$user}"
	refuses 400 "tool_choice"
	ask "{\"model\":\"gpt-test\",\"stream_options\":{},$user}"
	refuses 400 "stream_options"
	ask "{\"model\":\"gpt-test\",\"response_format\":{\"type\":\"json_object\"},$user}"
	refuses 400 "must contain the word 'json'"
	ask "{\"model\":\"gpt-test\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"a\",\"strict\":true,\"schema\":{\"type\":\"object\",\"properties\":{\"a\":{}}}}},$user}"
	refuses 400 "additionalProperties"
	key=sk-other ask "{\"model\":\"gpt-test\",$user}"
	refuses 401 "Incorrect API key"
	ask "{\"model\""
	refuses 400 "could not parse"
}

@test "faults are to order, and what was asked is told" {
	double chat --fault "status=429 wait=1500 times=1"
	ask "{\"model\":\"gpt-test\",$user}" -D head
	refuses 429 "Rate limit"
	grep -qi '^retry-after-ms: 1500' head
	ask "{\"model\":\"gpt-test\",$user}"
	[ "$(cat status)" = 200 ]
	ask '{"model":"gpt-test","messages":[{"role":"user","content":"@fault quota"}]}'
	refuses 429 "quota"
	curl -s "http://127.0.0.1:$port/control/asked" >asked
	[ "$(jq length asked)" = 3 ]
	[ "$(jq -r '.[0].body.model' asked)" = gpt-test ]
}

@test "a script says what is answered" {
	echo '{"match": "окн", "say": "Есть!", "tools": [{"name": "f", "arguments": "{}"}]}' >script
	double chat --script script
	ask '{"model":"gpt-test","messages":[{"role":"user","content":"есть окна?"}]}'
	[ "$(jq -r '.choices[0].message.content' answer)" = "Есть!" ]
	ask '{"model":"gpt-test","messages":[{"role":"user","content":"есть двери?"}]}'
	[ "$(jq -r '.choices[0].message.content' answer)" = "Вы сказали: есть двери?" ]
}

@test "errors are worded as each maker words them" {
	double chat --dialect llama
	ask "{$user}"
	[ "$(cat status)" = 200 ]
	ask '{"messages":[{"role":"bot","content":"x"}]}'
	[ "$(jq .error.code answer)" = 400 ]
	double chat --dialect yandexgpt
	ask "{\"model\":\"gpt://b1gfolder/yandexgpt/latest\",$user}"
	refuses 400 "folder"
	ask "{\"model\":\"gpt://b1gfolder/yandexgpt/latest\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}],\"tool_choice\":\"required\",$user}" \
		-H 'OpenAI-Project: b1gfolder'
	refuses 400 "tool_choice"
}

@test "texts that are alike have embeddings that are near" {
	double chat
	path=embeddings
	ask '{"model":"text-embedding-test","input":["доставка окон","доставка окна","сборка мебели"]}'
	jq -e '[.data | sort_by(.index)[].embedding] as [$a, $b, $c] |
		def dot($x; $y): [$x, $y] | transpose | map(.[0] * .[1]) | add;
		dot($a; $b) > 0.6 and dot($a; $c) < 0.4 and
		(dot($a; $a) - 1 | fabs) < 0.001' answer
	ask '{"model":"text-embedding-test","input":"окна","encoding_format":"base64","dimensions":8}'
	[ "$(jq -r '.data[0].embedding' answer | base64 -d | wc -c)" = 32 ]
	ask '{"model":"text-embedding-test","input":""}'
	refuses 400 "input"
}
