# Speech services in whole calls: a conversation in which they fail, and the
# ways in which their certificates can be wrong.
#
# in real time
bats_require_minimum_version 1.5.0
load peers/doubles

setup() {
	doubles_setup
	export HOME=$PWD SV_RUN=$PWD/run SV_TTS_CACHE=$PWD/cache SV_LANG=ru
	export SV_SPEECHKIT_API_KEY=key-of-the-tests SV_ASR_SOCKET=none
	unset SV_RATE SV_CALL_ID SV_CALL_FDS
}

teardown() {
	doubles_teardown
}

PROMPTS='здравствуйте что вам прислать отправим завтра утром всё верно'
PROMPTS+=' спасибо до свидания'

scenario() {
	cat <<-'end'
		name: faults
		version: "1"
		language: ru
		start: need
		no_input: {after: 30s}
		slots:
		  need: {type: choice, choices: {one: [каталог], two: [цена]}}
		  sure: {type: yesno}
		states:
		  need: {say: "Здравствуйте, что вам прислать?", ask: need, next: sure}
		  sure: {say: "Отправим завтра утром. Всё верно?", ask: sure, next: bye}
		  bye: {say: "Спасибо, до свидания!", end: lead}
	end
}

# converse FAULT-OF-RECOGNITION FAULT-OF-SYNTHESIS: a call in a folder of its
# own, ./$n, where the first service has these
converse() {
	mkdir $((++n))
	with "$1" RecognizeStreaming
	with "$2" Synthesis
	(
		cd $n
		export SV_RUN=$PWD/run SV_TTS_CACHE=$PWD/cache
		export SV_SPEECHKIT_URL=http://f$n.localhost:$speechkit_port
		sv-capture -v --grace 5s --silence 20s --echo-guard no \
			audiosocket://127.0.0.1:0 -- \
			"$SV_ROOT/pipelines/live-call" >events 2>log 3>&- &
		server=$!
		timeout 60 sh -c 'until grep -qs "listening on" log; do
			sleep 0.1; done'
		timeout 180 "$peers/audiosocket" --patience 150 --hear heard "$(
			sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' log)" \
			wait-sound silence 7000 say ../need.pcm silence 1000 \
			wait-sound silence 9000 say ../sure.pcm wait >peer
		kill $server
		wait $server || true
	) &
	callers+=($!)
}

with() {
	local fault=$1
	[[ $fault == *:* ]] && fault+=, || fault+=:
	all+=("${fault}method=$2,host=f$n")
}

@test "a conversation goes on whatever its services do" {
	scenario >faults.yaml
	export SV_SCENARIO=$PWD/faults.yaml SV_ASR_ENGINE=speechkit,riva,loudness
	export SV_TTS_ENGINE=speechkit,riva,beep
	# who takes over has time, however busy the machine
	for wait in CONNECT FIRST SILENCE RESULT TOTAL; do
		export "SV_ASR_RIVA_BUDGET_$wait=30s"
	done
	for wait in CONNECT FIRST STALL; do
		export "SV_TTS_RIVA_BUDGET_$wait=30s"
	done
	"$peers/words" say -r 8000 'мне нужен каталог' >need.pcm
	"$peers/words" say -r 8000 'да (100)' >sure.pcm
	n=0 all=() callers=()
	double riva --pace 3
	export SV_RIVA_URL=http://127.0.0.1:$port
	double speechkit --pace 3
	converse status status
	converse status:at=300 status:at=600
	converse status:at=end tcp-reset
	converse tcp-reset silent
	converse silent half-open:at=start
	converse half-open rst
	faults "$speechkit_port" "${all[@]}"
	wait "${callers[@]}"
	for call in $(seq $n); do
		cd "$BATS_TEST_TMPDIR/$call"
		echo "# $call: $(jq -r 'select(.type == "asr.final").text' events |
			paste -sd '|')" >&2
		cat peer log >&2
		"$SV_ROOT/tests/check-events" events
		jq -es 'all(.[]; has("wrong") | not) and .[0].ended == "hangup"' \
			peer >/dev/null
		jq -r 'select(.type == "asr.final").text' events | tr -d . |
			sed 's/.*/\L&/' >said
		# a machine that stood still has cut into words on the line
		stood=$(jq -s '.[0].gap_ms > 200' peer)
		[ "$stood" = true ] ||
			[ "$(<said)" = $'мне нужен каталог\nда' ]
		"$peers/words" hear -r 8000 heard >spoken
		[ "$stood" = true ] || all_of "$PROMPTS" spoken
		grep -q '"type":"engine.failover".*"stage":"asr"' events
		grep -q '"type":"engine.failover".*"stage":"tts"' events
	done
}

# trusts NAME CA PATTERN [OPTION...]: what a double with that certificate gets
trusts() {
	double speechkit --tls "tls/$1.pem" "tls/$1.key" \
		${client:+--client-ca tls/ca.pem}
	local at=(-p "speechkit.url=https://localhost:$port" ${2:+-p "ca=$2"}
		"${@:4}")
	sv-asr -q -r 8000 -e speechkit,loudness "${at[@]}" <da.pcm >heard
	jq -r 'select(.type == "engine.failover").reason,
		(select(.type == "asr.final").text | select(. != ""))' heard >found
	cat found >&2
	grep -qE "$3" found
	run sv-tts -r 8000 --no-cache -e speechkit "${at[@]}" -o pcm да
	"$peers/words" hear -r 8000 pcm >>spoken || true
	grep -qE "$3" <<<"$output" || grep -qxE "$3" spoken
	rm -rf run spoken
	! grep -rq key-of-the-tests heard found
}

@test "certificates: those of the right name, time and authority are trusted" {
	"$peers/certificates" tls
	"$peers/words" say -r 8000 '(300) да (900)' >da.pcm
	trusts good tls/ca.pem '^да$'
	trusts good tls/other.pem 'cannot be trusted: .*issuer'
	trusts good '' 'cannot be trusted: .*issuer'
	trusts wrong tls/ca.pem "cannot be trusted: .*does not|no alternative"
	trusts old tls/ca.pem 'cannot be trusted: certificate has expired'
	client=1
	trusts good tls/ca.pem '^да$' -p cert=tls/client.pem -p key=tls/client.key
	trusts good tls/ca.pem 'UNAVAILABLE'
}
