# sv-asr on a live line: PCM on stdin, events on stdout. Most tests stand on
# the loudness engine, which needs no model; words are Vosk's.
bats_require_minimum_version 1.5.0

sounds=/usr/share/asterisk/sounds/en

# raw FILE...: the sounds one after the other as PCM at 8 kHz
raw() {
	sox -D "$@" -t raw -e signed -b 16 -r 8000 -c 1 -
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	sox -n -r 8000 -c 1 -b 16 pause.wav trim 0 1.5
	# a phrase, three digits, and a phrase that the audio's end cuts short
	raw $sounds/vm-enter-num-to-call.wav pause.wav \
		$sounds/digits/{4,1,5}.wav pause.wav $sounds/tt-weasels.wav >talk
	raw $sounds/digits/{4,1,5}.wav pause.wav pause.wav >digits
	raw $sounds/vm-enter-num-to-call.wav >phrase
	head -c 160000 /dev/zero >silence
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
	unset SV_CALL_ID SV_CALLER SV_CALLEE SV_DIRECTION SV_RATE SV_MODEL \
		SV_VOSK_LIB SV_ASR_ENGINE
}

# what an event says, without what differs from run to run
plain() {
	jq -c 'del(.call, .time, .asr_ms)'
}

types() {
	jq -r .type | tr '\n' ' '
}

# holds TYPE CONDITION FILE: of every event of that type, and there is one
holds() {
	jq -e -s --arg type "$1" "[.[] | select(.type == \$type) | $2] |
		length > 0 and all" "$3"
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -q "$1" "$2"; do :; done' sh "$1" "$2"
}

@test "speech becomes words with times between the call's start and its end" {
	run --separate-stderr sv-asr -l en -r 8000 <talk
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(grep -v partial events | types)" = "call.start vad.start vad.end \
asr.final vad.start vad.end asr.final vad.start vad.end asr.final call.end " ]
	[ "$(jq -r 'select(.type == "asr.final") | .reason' events |
		tr '\n' ' ')" = "silence silence eof " ]
	[ "$(jq -r 'select(.utterance == 2 and .type == "asr.final").text' \
		events)" = "four one five" ]
	# every word lies in its utterance, give or take a tenth of a second
	jq -e -s '[.[] | select(.type == "asr.final") | . as $u | .words[] |
		.start_ms <= .end_ms and .start_ms >= $u.start_ms - 500 and
		.end_ms <= $u.end_ms + 400 and .confidence <= 1] | all' events
	jq -e -s '[.[].t] == ([.[].t] | sort)' events
	jq -e -s '[.[].seq] == [range(1; length + 1)]' events
}

@test "partials come while speech goes on and only when the text changed" {
	sv-asr -l en -r 8000 <phrase >events
	jq -e -s '[.[] | select(.type == "asr.partial").text] |
		length >= 3 and . == (reduce .[] as $x ([]; if last == $x
		then . else . + [$x] end))' events
	[ "$(sed -n '/asr.partial/=' events | head -n 1)" -lt \
		"$(sed -n '/vad.end/=' events)" ]
}

@test "nothing on stdin is a call of no length" {
	run --separate-stderr sv-asr -e loudness </dev/null
	[ "$status" -eq 0 ]
	[ "$(plain <<<"$output" | jq -c '[.type, .t, .reason, .duration_ms]' |
		tr '\n' ' ')" = \
		'["call.start",0,null,null] ["call.end",0,"eof",0] ' ]
}

@test "a model's name that is not UTF-8 is no end of the call" {
	run -0 --separate-stderr sv-asr -e vosk,loudness \
		-p vosk.model=$'/no\xff' </dev/null
	"$SV_ROOT/tests/check-events" --known - <<<"$output"
	[ "$(jq -r 'select(.type == "engine.failover") |
		"\(.from) \(.to)"' <<<"$output")" = 'vosk loudness' ]
}

@test "silence and steady noise of any colour are no speech" {
	for noise in whitenoise pinknoise brownnoise; do
		for gain in -60 -45 -30; do
			sox -R -n -r 8000 -c 1 -b 16 -t raw - synth 10 $noise \
				gain $gain >noise
			run sv-asr -e loudness -r 8000 <noise
			echo "$noise $gain"
			[ "$(types <<<"$output")" = "call.start call.end " ]
		done
	done
	run sv-asr -e loudness -r 8000 <silence
	[ "$(types <<<"$output")" = "call.start call.end " ]
}

@test "a soft voice and one in noise are heard as well as a loud one" {
	sv-asr -e loudness -r 8000 <talk | plain >loud
	sox -D -t raw -r 8000 -e signed -b 16 -c 1 talk -t raw soft gain -25
	sox -R -n -r 8000 -c 1 -b 16 noise.wav synth 20 pinknoise gain -30
	sox -D -R -m -v 1 -t raw -r 8000 -e signed -b 16 -c 1 talk \
		-v 1 noise.wav -t raw noisy
	for file in soft noisy; do
		sv-asr -e loudness -r 8000 <$file >events
		jq -s '[.[] | select(.type == "asr.final").start_ms]' \
			<(plain <loud) >a
		jq -s '[.[] | select(.type == "asr.final").start_ms]' events >b
		echo "$file: $(jq -c . a) $(jq -c . b)"
		jq -e -n --slurpfile a a --slurpfile b b '[$a[0], $b[0]] |
			(.[0] | length) == (.[1] | length) and
			([transpose[] | (.[0] - .[1]) | fabs < 250] | all)'
	done
}

@test "the first sound after the line opens is not lost" {
	raw $sounds/hello-world.wav $sounds/tt-weasels.wav | tail -c +1601 >at-once
	sv-asr -e loudness -r 8000 <at-once >events
	[ "$(jq 'select(.type == "vad.start").start_ms' events | head -n 1)" -lt 200 ]
}

@test "loudness says how loud each utterance was" {
	sv-asr -e loudness -r 8000 <phrase >events
	"$SV_ROOT/tests/check-events" --known events
	holds asr.final '.text == "" and .level_db > -30 and .level_db < -10 and
		.peak_db > .level_db and .peak_db <= 0' events
	sox -D -t raw -r 8000 -e signed -b 16 -c 1 phrase -t raw soft gain -20
	sv-asr -e loudness -r 8000 <soft | jq -e -n --slurpfile loud events \
		'[inputs, $loud[]] | map(select(.type == "asr.final").level_db) |
		.[1] - .[0] > 18 and .[1] - .[0] < 22'
}

@test "the pieces that audio comes in change nothing" {
	head -c 32000 talk >some
	sv-asr -e loudness -r 8000 <some | plain >whole
	for size in 1 7 4096; do
		dd if=some obs=$size 2>/dev/null | sv-asr -e loudness -r 8000 |
			plain >pieces
		diff whole pieces
	done
	sv-asr -l en -r 8000 <some | plain >whole
	dd if=some obs=7 2>/dev/null | sv-asr -l en -r 8000 | plain >pieces
	diff whole pieces
}

@test "every rate gives the same utterances" {
	sv-asr -e loudness -r 8000 <talk |
		jq -c 'select(.type == "asr.final") | [.start_ms, .end_ms]' >want
	for rate in 16000 24000 48000; do
		sox -D -t raw -r 8000 -e signed -b 16 -c 1 talk -r $rate -t raw up
		sv-asr -e loudness -r $rate <up |
			jq -c 'select(.type == "asr.final") | [.start_ms, .end_ms]' >got
		paste want got
		jq -e -n --slurpfile a want --slurpfile b got \
			'[$a, $b] | (.[0] | length) == (.[1] | length) and
			([map(flatten) | transpose[] |
			(.[0] - .[1]) | fabs <= 100] | all)'
	done
}

@test "audio that ends in mid-sample is recognised, and is bad input" {
	head -c 30001 phrase >odd
	run -65 --separate-stderr sv-asr -e loudness -r 8000 <odd
	[[ "$stderr" == *"the last sample is cut in half"* ]]
	[ "$(types <<<"$output")" = \
		"call.start vad.start vad.end asr.final call.end " ]
}

@test "random bytes end in an orderly way" {
	openssl enc -aes-128-ctr -nosalt -K 00 -iv 00 </dev/zero 2>/dev/null |
		head -c 200000 >random
	run sv-asr -e loudness -r 48000 <random
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 <<<"$output" | types)" = "call.end " ]
	head -c 40000 random >some
	run sv-asr -l en -r 8000 <some
	[ "$status" -eq 0 ]
	[ "$(tail -n 1 <<<"$output" | types)" = "call.end " ]
}

@test "a full disk is not a success" {
	run -74 --separate-stderr sh -c 'sv-asr -e loudness <talk >/dev/full'
	[[ "$stderr" == *"No space left on device"* ]]
}

@test "a reader that left ends it quietly" {
	run --separate-stderr bash -o pipefail -c \
		'cat talk talk talk talk | sv-asr -e loudness -r 8000 | head -n 1'
	[ "$stderr" = "" ]
	run --separate-stderr bash -c \
		'sv-asr -e loudness -r 8000 <talk > >(exec >&-; sleep 0.1); echo $?'
	[ "$stderr" = "" ]
	[ "${lines[-1]}" = 0 ]
}

@test "SIGTERM in mid-speech still gives what was said" {
	mkfifo audio
	sv-asr -l en -r 8000 <audio >events 2>err &
	pid=$!
	exec 8>audio
	head -c 32000 phrase >&8
	wait_for asr.partial events
	kill -TERM $pid
	wait $pid
	exec 8>&-
	rm audio
	[ "$(cat err)" = "" ]
	[ "$(grep -v partial events | types)" = \
		"call.start vad.start vad.end asr.final call.end " ]
	[ "$(jq -r 'select(.type == "call.end").reason' events)" = stopped ]
	holds asr.final '.text != "" and .reason == "eof"' events
}

@test "the call is sv-capture's, who also says when it starts and ends" {
	SV_CALL_ID=01ARZ3NDEKTSV4RRFFQ69G5FAV SV_CALL_FDS=1 sv-asr -e loudness \
		-r 8000 <phrase 5</dev/null >events
	[ "$(types <events)" = "vad.start vad.end asr.final " ]
	[ "$(jq -r .call events | sort -u)" = 01ARZ3NDEKTSV4RRFFQ69G5FAV ]
}

@test "offline the call's start says who calls, as the environment does" {
	SV_CALLER=+79161234567 SV_CALLEE=100 SV_DIRECTION=in sv-asr -e loudness \
		</dev/null >events
	"$SV_ROOT/tests/check-events" --known events
	holds call.start '.caller == "+79161234567" and
		.callee == "100" and .direction == "in" and .rate == 16000' events
}

@test "a call id that is none is refused before any audio is read" {
	SV_CALL_ID=$(printf '%065d' 0) run -78 --separate-stderr sv-asr \
		-e loudness <phrase
	[[ "$stderr" == "sv-asr: SV_CALL_ID is no call id"* ]]
	[ "$output" = "" ]
}

@test "the question decides how long a pause ends the answer" {
	for want in yesno:400 free:700 phone:1500; do
		sv-asr -e loudness -r 8000 --expect ${want%:*} <digits >events
		[ "$(jq 'select(.type == "asr.final").endpoint_ms' events)" = \
			"${want#*:}" ]
	done
	sv-asr -e loudness -r 8000 --silence free=1200ms <digits >events
	[ "$(jq 'select(.type == "asr.final").endpoint_ms' events)" = 1200 ]
}

@test "asr.expect on descriptor 5 counts for the audio after it" {
	echo '{"type":"asr.expect","expect":"yesno"}' >expect
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 <digits 5<expect >events
	[ "$(jq 'select(.type == "asr.final").endpoint_ms' events)" = 400 ]
}

# when_sure [OPTION ...]: t of the first vad.start, with these events before
when_sure() {
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 "$@" <phrase 5<told |
		jq 'select(.type == "vad.start").t' | head -n 1
}

@test "while a prompt is played more speech is needed to be sure of it" {
	: >told
	usual=$(when_sure)
	echo '{"type":"tts.start","say":"1"}' >told
	over=$(when_sure)
	echo "usual $usual, over a prompt $over"
	[ $((over - usual)) -ge 40 ]
	[ $((over - usual)) -le 120 ]
	[ "$(when_sure --barge-in-time 240ms)" -gt "$over" ]
	[ "$(when_sure --barge-in-time 100ms --barge-in-level 1)" -le "$usual" ]
	# what was told last counts
	echo '{"type":"tts.pause","say":"1"}' >>told
	[ "$(when_sure)" -eq "$usual" ]
	echo '{"type":"tts.resume","say":"1"}' >>told
	[ "$(when_sure)" -eq "$over" ]
	for end in end interrupted; do
		printf '%s\n' '{"type":"tts.start","say":"1"}' \
			"{\"type\":\"tts.$end\",\"say\":\"1\"}" >told
		[ "$(when_sure)" -eq "$usual" ]
	done
}

@test "a sound that is no word does not stop a prompt, a word does" {
	# a click of 80 ms, and a voice, both loud
	sox -R -n -r 8000 -c 1 -b 16 click.wav synth 0.08 pinknoise gain -12
	sox -R -n -r 8000 -c 1 -b 16 hiss.wav synth 2 pinknoise gain -60
	sox -D hiss.wav click.wav hiss.wav -t raw clicked
	: >told
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 <clicked 5<told >events
	[ "$(grep -c vad.start events)" -eq 1 ]
	echo '{"type":"tts.start","say":"1"}' >told
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 <clicked 5<told >events
	[ "$(grep -c vad.start events)" -eq 0 ]
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 <phrase 5<told >events
	[ "$(grep -c vad.start events)" -ge 1 ]
}

@test "all the digits that were asked for end the answer without a long pause" {
	echo '{"type":"asr.expect","expect":"digits","digits":3,"language":"en"}' \
		>expect
	SV_CALL_FDS=1 sv-asr -l en -r 8000 <digits 5<expect >events
	holds asr.final '.text == "four one five" and
		.reason == "complete" and .endpoint_ms < 700' events
	sed -i 's/3/4/' expect
	SV_CALL_FDS=1 sv-asr -l en -r 8000 <digits 5<expect >events
	holds asr.final '.reason == "silence" and
		.endpoint_ms == 1500' events
}

@test "a closed question is heard as one of its hints" {
	printf '%s\n' '{"type":"asr.expect","expect":"choice","closed":true,
		"hints":["for wonder five","seven"]}' | tr -d '\n' >expect
	SV_CALL_FDS=1 run --separate-stderr sv-asr -l en -r 8000 <digits 5<expect
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	text=$(jq -r 'select(.type == "asr.final").text' <<<"$output")
	echo "$text"
	[ "$text" != "four one five" ]
	[[ "$text" != *unk* ]]
	sed -i 's/for wonder five/four one five/' expect
	SV_CALL_FDS=1 sv-asr -l en -r 8000 <digits 5<expect >events
	holds asr.final '.text == "four one five"' events
	SV_CALL_FDS=1 sv-asr -l en -r 8000 -p grammar=no <digits 5<expect >events
	holds asr.final '.text == "four one five"' events
}

@test "hints that the model does not know leave a warning and free speech" {
	echo '{"type":"asr.expect","expect":"choice","closed":true,
		"hints":["xyzzyplugh"]}' | tr -d '\n' >expect
	cat expect expect >twice
	SV_CALL_FDS=1 run --separate-stderr sv-asr -l en -r 8000 <talk 5<expect
	[ "$status" -eq 0 ]
	[ "$(grep -c warning <<<"$stderr")" -eq 1 ]
	[ "$(jq -r 'select(.utterance == 2 and .type == "asr.final").text' \
		<<<"$output")" = "four one five" ]
}

@test "a key pressed ends the utterance" {
	mkfifo audio keys
	SV_CALL_FDS=1 sv-asr -e loudness -r 8000 <audio 5<keys >events &
	pid=$!
	exec 8>audio 9>keys
	head -c 32000 phrase >&8
	wait_for vad.start events
	echo '{"type":"tts.start","say":"1"}' >&9
	echo '{"type":"dtmf","digit":"4"}' >&9
	wait_for asr.final events
	exec 8>&- 9>&-
	wait $pid
	rm audio keys
	[ "$(jq -r 'select(.type == "asr.final").reason' events |
		head -n 1)" = dtmf ]
}

@test "garbage on descriptor 5 is reported, the call goes on, the code is 65" {
	{
		echo 'not json'
		echo '{"type":"tts.start","say":"1"}'
		echo '{"type":"asr.expect","expect":17,"hints":"x","digits":-3}'
		echo '{"type":"asr.expect"}'
		echo '{"type":"asr.expect","expect":"riddle","hints":[1,null,""]}'
		echo '{"type":"tomorrow","x":{}}'
		printf '\377\376\n'
		head -c 2000000 /dev/zero | tr '\0' x
		echo
		echo '{"type":"tts.end","say":"1"}'
		printf '{"type":"asr.expect","expect":"yes'
	} >garbage
	SV_CALL_FDS=1 run -65 --separate-stderr sv-asr -e loudness -r 8000 \
		<talk 5<garbage
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	[ "$(jq -r 'select(.type == "error") | "\(.source):\(.line)"' events |
		tr '\n' ' ')" = "fd 5:1 fd 5:7 fd 5:8 fd 5:10 " ]
	[ "$(grep -c asr.final events)" -eq 3 ]
}

@test "a descriptor 5 that is not there is done without" {
	SV_CALL_FDS=1 run --separate-stderr sv-asr -e loudness -r 8000 <talk 5<&-
	[ "$status" -eq 0 ]
	[[ "$stderr" == *warning*"going on without"* ]]
	[ "$(grep -c asr.final <<<"$output")" -eq 3 ]
}

@test "an utterance without end is cut, and nothing of it is lost" {
	sox -D -t raw -r 8000 -e signed -b 16 -c 1 phrase -t raw long repeat 3
	sv-asr -l en -r 8000 --max-utterance 3s <long >events
	[ "$(jq -r 'select(.type == "asr.final").reason' events | head -n 1)" = \
		too_long ]
	[ "$(jq -r 'select(.type == "asr.final").text' events | tr ' ' '\n' |
		grep -c wish)" -ge 4 ]
}

@test "engines lists the engines with what they lack, and a name that is none is refused" {
	run -0 --separate-stderr sv-asr engines -l en
	[ -z "$stderr" ]
	[[ "${lines[0]}" == "vosk "*" configured "* ]]
	[[ "$output" == *"speechkit "*"not configured"*SV_SPEECHKIT_API_KEY* ]]
	[[ "$output" == *"loudness "*" configured "* ]]
	SV_SPEECHKIT_API_KEY=some run -0 --separate-stderr sv-asr engines \
		-e speechkit -u https://127.0.0.1:1
	[[ "$output" == "speechkit "*" configured "*"at 127.0.0.1:1" ]]
	[ "${#lines[@]}" -eq 1 ]
	run -64 --separate-stderr sv-asr -e parrot <talk
	[ "$stderr" = "sv-asr: no engine 'parrot'; sv-asr engines lists them" ]
	run -64 --separate-stderr sv-asr engines talk
	run -64 --separate-stderr sv-asr --probe <talk
	run -64 --separate-stderr sv-asr -e loudness -u http://127.0.0.1:1 <talk
	[[ "$stderr" == *"none of the engines is a service" ]]
}

@test "engines --probe asks those that are configured for an answer" {
	run -0 --separate-stderr sv-asr engines --probe -l en -e vosk,speechkit
	[[ "${lines[0]}" == "vosk "*" answers "*" ms "* ]]
	[[ "${lines[1]}" == "speechkit "*" not configured "* ]]
	SV_SPEECHKIT_API_KEY=some run -69 --separate-stderr sv-asr engines \
		--probe -l en -e vosk,speechkit -p speechkit.url=https://127.0.0.1:1
	[[ "${lines[1]}" == "speechkit "*" does not answer "* ]]
	[ "$stderr" = "sv-asr: not all engines that are configured answer" ]
}

@test "a terminal as stdin is told what to do rather than waited for" {
	run timeout 20 script -qec 'sv-asr -e loudness; echo code $?' /dev/null
	[[ "$output" == *"stdin is a terminal"*"code 64"* ]]
}

@test "a closed stdin is an error of reading, and the call ends in order" {
	run -74 --separate-stderr sh -c 'exec sv-asr -e loudness <&-'
	[ "$(types <<<"$output")" = "call.start error call.end " ]
	[ "$(tail -n 1 <<<"$output" | jq -r .reason)" = error ]
}

@test "settings that make no sense are refused" {
	run -64 --separate-stderr sv-asr --expect riddle </dev/null
	[[ "$stderr" == *"no kind of answer"* ]]
	run -64 --separate-stderr sv-asr --silence free </dev/null
	run -64 --separate-stderr sv-asr --silence free=1ms </dev/null
	run -64 --separate-stderr sv-asr --silence riddle=1s </dev/null
	run -64 --separate-stderr sv-asr --max-utterance 10ms -e loudness </dev/null
	run -64 --separate-stderr sv-asr --barge-in-time 1s -e loudness </dev/null
	[[ "$stderr" == *"from 20ms to 240ms, in steps of 20"* ]]
	run -64 --separate-stderr sv-asr --barge-in-level 0 -e loudness </dev/null
	run -64 --separate-stderr sv-asr -r 11025 </dev/null
	run -64 --separate-stderr sv-asr -p color=red </dev/null
	[[ "$stderr" == *"color"* ]]
}

@test "a model that is not there is named, with what to do" {
	run -66 --separate-stderr sv-asr -p model=/nowhere <talk
	[[ "$stderr" == "sv-asr: no model in /nowhere; run sv-model get ru"* ]]
	SV_CACHE=$BATS_TEST_TMPDIR run -66 --separate-stderr sv-asr -l en <talk
	[[ "$stderr" == "sv-asr: no model in models/en; run sv-model get en"* ]]
}

@test "a folder that holds no model is refused before libvosk sees it" {
	mkdir -p none broken/{am,conf,graph,ivector}
	SV_MODEL=none run -65 --separate-stderr sv-asr <talk
	[ "$stderr" = "sv-asr: vosk: none is no Vosk model: it has no am/final.mdl" ]
	echo garbage >broken/am/final.mdl
	SV_MODEL=broken run -65 --separate-stderr sv-asr <talk
	[ "$stderr" = "sv-asr: vosk: broken is no Vosk model: it has no conf/mfcc.conf" ]
	echo --sample-frequency=16000 >broken/conf/mfcc.conf
	echo garbage >broken/conf/model.conf
	SV_MODEL=broken run -65 --separate-stderr sv-asr <talk
	[[ "$stderr" == "sv-asr: vosk: cannot load model broken: "* ]]
	[ "${#stderr_lines[@]}" -eq 1 ]
	echo --sample-frequency=11025 >broken/conf/mfcc.conf
	SV_MODEL=broken run -65 --separate-stderr sv-asr <talk
	[[ "$stderr" == *"neither 8000 nor 16000 Hz" ]]
}

@test "without libvosk it says how to get it" {
	SV_VOSK_LIB=/nowhere.so run -69 --separate-stderr sv-asr -l en <talk
	[[ "$stderr" == "sv-asr: vosk: /nowhere.so"*"run make deps or set SV_VOSK_LIB" ]]
	echo garbage >lib.so
	SV_VOSK_LIB=./lib.so run -69 --separate-stderr sv-asr -l en <talk
	[[ "$stderr" == *"run make deps or set SV_VOSK_LIB" ]]
	SV_VOSK_LIB=$(ldconfig -p | sed -n 's/.*=> //p' | grep libjansson |
		head -n 1) run -69 --separate-stderr sv-asr -l en <talk
	[[ "$stderr" == *"it is not libvosk 0.3.39 or later" ]]
}

@test "the next engine takes over when one cannot be loaded" {
	SV_VOSK_LIB=/nowhere.so run --separate-stderr sv-asr -l en -r 8000 \
		-e vosk,loudness <talk
	[ "$status" -eq 0 ]
	[[ "$stderr" == "sv-asr: warning: vosk: "*"going on with loudness" ]]
	printf '%s\n' "$output" >events
	"$SV_ROOT/tests/check-events" --known events
	holds engine.failover '.from == "vosk" and
		.to == "loudness"' events
	[ "$(grep -c asr.final events)" -eq 3 ]
}
