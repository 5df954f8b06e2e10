# No key, token or password comes out of any program: not at the highest level
# of the log, not when a service repeats it, not in any file that was written.
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	local bin=$SV_BIN
	unset "${!SV_@}"
	export SV_BIN=$bin SV_ROOT=${peers%/tests/peers} HOME=$BATS_TEST_TMPDIR/seen
	export SV_SPEECHKIT_API_KEY=AQVNspeechkitKEYq7w8e9r0t1y2u3i4o5p6
	export SV_SPEECHKIT_FOLDER=folder-of-the-tests
	export SV_RIVA_API_KEY=nvapi-rivaKEYz1x2c3v4b5n6m7a8s9d0f
	export SV_OPENAI_API_KEY=sk-projOPENAIKEYg1h2j3k4l5m6n7b8v9c0
	token=t1.9euSPEECHKITTOKENp0o9i8u7y6t5r4e3w2q1
	password=hunter2PASSWORDofthePROXY
	# all that the programs write goes below `seen`, what is known beforehand
	# (the doubles' logs, files of secrets) does not
	mkdir -p seen/run
	export SV_RUN=$PWD/seen/run SV_CACHE=$PWD/seen/cache \
		SV_STATE=$PWD/seen/state SV_PRICES=$SV_ROOT/examples/prices
	"$peers/words" say -r 16000 "сколько стоит доставка" >words.pcm
	"$peers/words" say --wav "сколько стоит доставка" >words.wav
	n=0
}

teardown() {
	doubles_teardown
}

# run_all COMMAND ...: with -vv, and the log as text and as JSON by turns; what
# it wrote is kept, and how it ended is no matter here
run_all() {
	local forms=(text json)
	n=$((n + 1))
	timeout 60 "$@" -vv --log "${forms[n % 2]}" >"seen/$n.out" \
		2>"seen/$n.err" 3>&- <"${input:-/dev/null}" || true
}

# heard WORDS: one of the runs so far has written that, or the test would pass
# because nothing ran
heard() {
	grep -rqaF -- "$1" seen || {
		tail -n 3 seen/*.err >&2
		return 1
	}
}

# no_secret: nowhere in what was written, whole, its first half, or coded
no_secret() {
	local secret form
	for secret in "$SV_SPEECHKIT_API_KEY" "$SV_RIVA_API_KEY" \
		"$SV_OPENAI_API_KEY" "$token" "$password"; do
		for form in "$secret" "${secret:0:18}" "${secret: -14}" \
			"$(printf %s "$secret" | base64 -w0 | cut -c 1-20)" \
			"$(printf %s "$secret" | xxd -p -c 200 | cut -c 1-32)"; do
			if grep -raF -- "$form" seen >&2; then
				echo "# '$form' came out" >&2
				return 1
			fi
		done
	done
}

# the doubles' keys are ours, unless given otherwise
speechkit() {
	double speechkit --key "$SV_SPEECHKIT_API_KEY" --token "$token" "$@"
	export SV_SPEECHKIT_URL=http://127.0.0.1:$port \
		SV_SPEECHKIT_OPERATIONS=http://127.0.0.1:$port
}

riva() {
	double riva --key "$SV_RIVA_API_KEY" "$@"
	export SV_RIVA_URL=http://127.0.0.1:$port
}

# its key is no option, for that would be seen; the path is a folder
openai() {
	rm -f openai.port
	"$peers/openai/serve" --port-file openai.port --log openai.log "$@" 3>&- &
	started+=($!)
	timeout 60 sh -c 'until [ -s openai.port ]; do sleep 0.02; done'
	export SV_OPENAI_URL=http://127.0.0.1:$(<openai.port)/v1
}

# has PROGRAM ENGINE: whether this build has it
has() {
	"$1" engines 2>/dev/null </dev/null | grep -aq "^$2 "
}

# use_engine NAME: it recognises from a pipe and a file, and speaks
use_engine() {
	if has sv-asr "$1"; then
		input=words.pcm run_all sv-asr -e "$1"
		run_all sv-asr -e "$1" words.wav
		run_all sv-asr engines --probe -e "$1"
	fi
	if has sv-tts "$1"; then
		run_all sv-tts --no-cache -e "$1" "сколько стоит доставка"
		run_all sv-tts engines --probe -e "$1"
	fi
}

@test "this test would find a secret" {
	echo "x $SV_RIVA_API_KEY" >seen/x
	run ! no_secret
	printf %s "$SV_OPENAI_API_KEY" | base64 >seen/x
	run ! no_secret
	echo "${SV_SPEECHKIT_API_KEY:0:20}..." >seen/x
	run ! no_secret
	rm seen/x
	no_secret
}

@test "programs that ask nobody tell no secret" {
	local program
	for program in "$SV_BIN"/sv-*; do
		run_all "${program##*/}" --help
		run_all "${program##*/}" --version
		run_all "${program##*/}" --no-such-option
		run_all "${program##*/}"
	done
	run_all sv-asr -e loudness words.wav
	run_all sv-tts -e beep "раз два"
	run_all sv-asr engines
	run_all sv-tts engines
	run_all sv-dialog -s "$SV_ROOT/examples/scenarios/sales-ru.yaml" --check
	input=$SV_ROOT/examples/events/calls.ndjson
	run_all sv-dialog -s "$SV_ROOT/examples/scenarios/sales-ru.yaml"
	run_all sv-crm -e journal
	run_all sv-report costs
	run_all sv-text redact
	heard "usage: sv-asr"
	no_secret
}

@test "services that work tell no secret" {
	speechkit
	riva
	PEER_KEY=$SV_OPENAI_API_KEY openai
	use_engine speechkit
	use_engine speechkit-v1
	use_engine riva
	use_engine openai
	heard "сколько стоит доставка"
	no_secret
}

@test "a token tells no more than a key" {
	speechkit
	SV_SPEECHKIT_API_KEY='' SV_SPEECHKIT_IAM_TOKEN=$token use_engine speechkit
	no_secret
}

@test "a secret from a file is no better known" {
	speechkit
	riva
	PEER_KEY=$SV_OPENAI_API_KEY openai
	local name
	for name in SV_SPEECHKIT_API_KEY SV_RIVA_API_KEY SV_OPENAI_API_KEY; do
		(umask 077 && printf '%s\n' "${!name}" >"$name.secret")
		export "${name}_FILE=$PWD/$name.secret"
	done
	(
		unset SV_SPEECHKIT_API_KEY SV_RIVA_API_KEY SV_OPENAI_API_KEY
		use_engine speechkit
		use_engine riva
		use_engine openai
	)
	heard "сколько стоит доставка"
	no_secret
	# readable for all: refused, and not shown for that
	chmod 644 ./*.secret
	(
		unset SV_SPEECHKIT_API_KEY SV_RIVA_API_KEY SV_OPENAI_API_KEY
		use_engine speechkit
		use_engine riva
		use_engine openai
	)
	no_secret
}

@test "a refused key stays ours, and a service that repeats it is not quoted" {
	double speechkit --key other --fault \
		"status:code=UNAUTHENTICATED,message=the key $SV_SPEECHKIT_API_KEY is no good"
	export SV_SPEECHKIT_URL=http://127.0.0.1:$port
	double riva --key other --fault \
		"status:code=PERMISSION_DENIED,message=Bearer $SV_RIVA_API_KEY: no"
	export SV_RIVA_URL=http://127.0.0.1:$port
	PEER_KEY=$SV_OPENAI_API_KEY openai --fault echo-key
	use_engine speechkit
	use_engine speechkit-v1
	use_engine riva
	use_engine openai
	if has sv-asr speechkit; then
		heard "UNAUTHENTICATED"
		heard "***"
	fi
	no_secret
}

@test "a failing service and the engine after it tell no secret" {
	speechkit --fault status:code=UNAVAILABLE
	riva --fault rst
	PEER_KEY=$SV_OPENAI_API_KEY openai --fault status=503 --fault should-retry=false
	input=words.pcm run_all sv-asr -e speechkit,riva,loudness
	run_all sv-tts --no-cache -e speechkit,riva,beep "раз два"
	run_all sv-asr -e openai,loudness words.wav
	local fault
	for fault in garbage cut html; do
		PEER_KEY=$SV_OPENAI_API_KEY openai --fault $fault
		run_all sv-asr -e openai,loudness words.wav
		run_all sv-tts --no-cache -e openai,beep "раз"
	done
	[ -n "$(ls seen/run)" ] # breakers, which are looked at, too
	no_secret
}

@test "nobody is there: the sentence has no secret" {
	export SV_SPEECHKIT_URL=http://127.0.0.1:9 SV_RIVA_URL=https://127.0.0.1:9 \
		SV_OPENAI_URL=https://127.0.0.1:9/v1
	run_all sv-asr engines --probe
	run_all sv-tts engines --probe
	input=words.pcm run_all sv-asr -e speechkit,riva,loudness
	run_all sv-asr -e speechkit,riva,loudness words.wav
	run_all sv-tts --no-cache -e speechkit,riva,beep "раз два"
	no_secret
}

@test "the password of a proxy is a secret" {
	export https_proxy="http://user:$password@127.0.0.1:9" \
		SV_OPENAI_PROXY="http://user:$password@127.0.0.1:9" \
		SV_SPEECHKIT_PROXY="http://user:$password@127.0.0.1:9"
	use_engine speechkit
	use_engine openai
	no_secret
}

@test "a secret is in no process's command line" {
	riva
	has sv-asr riva || skip "no riva in this build"
	mkfifo in
	sv-asr -vv -e riva <in >seen/events 2>seen/err 3>&- &
	local pid=$!
	exec 8>in
	cat words.pcm >&8
	timeout 30 sh -c 'until grep -qs asr.partial seen/events; do sleep 0.02; done' || true
	for process in $pid $(pgrep -P $pid || true); do
		tr '\0' ' ' <"/proc/$process/cmdline" >>seen/cmdline
	done
	exec 8>&-
	wait $pid || true
	grep -q sv-asr seen/cmdline
	no_secret
}

@test "the events and the trace of a live call have no secret" {
	has sv-asr speechkit && has sv-tts speechkit || skip "no speechkit in this build"
	speechkit --fault "status:code=UNAVAILABLE,message=Api-Key $SV_SPEECHKIT_API_KEY,skip=2"
	export SV_TRACE_DIR=$PWD/seen/trace SV_LANG=ru
	mkdir seen/trace
	cat >talk.yaml <<-'END'
		name: t
		version: "1"
		language: ru
		start: a
		slots: {wants: {type: text}}
		states:
		  a: {say: [Слушаю вас., Говорите.], ask: wants, next: b}
		  b: {say: До свидания., end: lead}
	END
	cat >pipeline <<-'END'
		#!/bin/sh
		sv-asr -vv -e speechkit,loudness | sv-dialog -vv -s talk.yaml | sv-tts -vv --no-cache -e speechkit,beep
	END
	chmod +x pipeline
	sv-capture -vv --record seen/rec audiosocket://127.0.0.1:0 -- ./pipeline \
		>seen/events 2>seen/log 3>&- &
	local server=$!
	started+=($server)
	timeout 20 sh -c 'until grep -qs "listening on" seen/log; do sleep 0.02; done'
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' seen/log | head -n 1)
	"$peers/words" say -r 8000 "сколько стоит" >said.pcm
	"$peers/audiosocket" "$port" wait-sound wait-quiet say said.pcm \
		silence 2000 hangup >left 3>&-
	timeout 30 sh -c 'until grep -qs call.end seen/events; do sleep 0.02; done'
	kill $server
	wait $server || true
	started=("${started[0]}")
	heard "сколько стоит"
	grep -q '"type":"engine.failover"' seen/events
	[ -n "$(ls seen/trace)" ]
	no_secret
}
