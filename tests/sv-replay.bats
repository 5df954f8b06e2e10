# sv-replay as its user meets it: calls that were, run again in words.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SV_SCENARIO SV_REDACT SV_CALL_ID SV_CALLER SV_DIALOG_STATE SV_CLOCK
	export TZ=UTC SV_STATE=$PWD/state
	cat >s.yaml <<-'S'
		name: shop
		version: "1"
		language: en
		start: need
		no_input: {after: 4s, tries: ["Hello?", "Still there?"], then: silent}
		no_match: {tries: ["Pardon?", "Sorry?"], then: person}
		slots:
		  need: {type: choice, choices: {buy: [buy, a plan], help: [help, broken]}}
		  budget: {type: money, min: 10, invalid: That is too little.}
		  name: {type: name}
		  code: {type: digits}
		intents: {agent: [a person please, operator], price: [how much]}
		digressions: {price: It is 30 dollars., agent: {to: person}}
		states:
		  need:
		    say: Do you want to buy, or do you need help?
		    ask: need
		    next: [{if: need = help, to: code}, {to: budget}]
		  budget: {say: What is your budget?, ask: budget, next: name}
		  name: {say: What is your name?, ask: name, next: done}
		  code: {say: Key in your customer code., ask: code, next: done}
		  done: {say: "Thank you, goodbye.", end: lead}
		  silent: {say: Goodbye., end: silent}
		  person:
		    say: {text: One moment., interruptible: no}
		    handoff: {target: sales, reason: asked, brief: "{name}"}
	S
}

teardown() {
	cat then now out 2>/dev/null >>"$BATS_FILE_TMPDIR/all" || true
}

# ev CALL T TYPE FIELDS: an event of that time
ev() {
	local stage=asr
	case $3 in
	call.* | dtmf) stage=capture ;;
	tts.*) stage=tts ;;
	dialog.*) stage=dialog ;;
	esac
	printf '{"v":1,"type":"%s","call":"%s","seq":%d,"t":%d,"time":"2026-11-0%dT10:%02d:%02d.%03dZ","stage":"%s"%s}\n' \
		"$3" "$1" $((++seq)) "$2" 2 $(($2 / 60000)) $(($2 / 1000 % 60)) $(($2 % 1000)) \
		$stage "${4:+,$4}"
}

# says CALL T TEXT [MS]: speech that begins at T
says() {
	local ms=${4:-1000}
	utterance=$((utterance + 1))
	ev "$1" "$2" vad.start "\"utterance\":$utterance,\"start_ms\":$2"
	ev "$1" $(($2 + ms / 2)) asr.partial "\"utterance\":$utterance,\"text\":\"${3%% *}\""
	ev "$1" $(($2 + ms)) vad.end "\"utterance\":$utterance"
	ev "$1" $(($2 + ms + 50)) asr.final "\"utterance\":$utterance,\"text\":\"$3\",\"confidence\":0.9"
}

# ring CALL: it begins, and a first prompt of two seconds is played
ring() {
	ev "$1" 0 call.start '"caller":"+15551234567","direction":"in","rate":8000,"language":"en"'
	ev "$1" 0 dialog.say '"say":"s1","text":"Do you want to buy, or do you need help?"'
	ev "$1" 30 tts.start '"say":"s1"'
	ev "$1" 2030 tts.end '"say":"s1","duration_ms":2000'
}

# buyer CALL: the cues of one who buys
buyer() {
	ring "$1"
	says "$1" 2500 "i want to buy"
	ev "$1" 4000 dialog.say '"say":"s2","text":"What is your budget?"'
	says "$1" 7500 "one hundred dollars"
	ev "$1" 9000 dialog.say '"say":"s3","text":"What is your name?"'
	says "$1" 12000 "mike"
	ev "$1" 20000 call.end '"reason":"hangup"'
}

# keyer CALL: one who needs help, and keys
keyer() {
	ring "$1"
	says "$1" 1000 "help"
	ev "$1" 3000 dialog.say '"say":"s2","text":"Key in your customer code."'
	for i in 1 2 3; do
		ev "$1" $((4000 + i * 300)) dtmf "\"digit\":\"$i\""
	done
	ev "$1" 12000 call.end '"reason":"hangup"'
}

# quiet CALL: one who says nothing at all, and waits
quiet() {
	ring "$1"
	ev "$1" 40000 call.end '"reason":"hangup"'
}

# first: what the scenario made of those calls
first() {
	sv-replay -s s.yaml >then
}

# told [FILE]: the calls as told
told() {
	jq -r 'select(.type | test("^(dialog.(say|state|slot|handoff|end)|call.(hangup|transfer|end)|asr.final|dtmf)$")) |
		[.call, .t, .type, .text // .state // .slot // .target // .outcome // .digit // empty] |
		join(" ")' "${1:-out}"
}

@test "a caller buys: what was said comes as long after our prompts as it did" {
	buyer A | first
	[ "$(told then)" = "A 0 dialog.state need
A 0 dialog.say Do you want to buy, or do you need help?
A 3550 asr.final i want to buy
A 3550 dialog.slot need
A 3550 dialog.state budget
A 3550 dialog.say What is your budget?
A 8140 asr.final one hundred dollars
A 8140 dialog.slot budget
A 8140 dialog.state name
A 8140 dialog.say What is your name?
A 12230 asr.final mike
A 12230 dialog.slot name
A 12230 dialog.state done
A 12230 dialog.say Thank you, goodbye.
A 12230 dialog.end lead
A 13220 call.hangup
A 13220 call.end" ]
}

@test "the same scenario: nothing changed, exit 0" {
	{ buyer A; keyer B; quiet C; } | first
	run -0 --separate-stderr sv-replay --diff -s s.yaml then
	[ "$output" = "3 calls, none changed" ]
	[ "$stderr" = "" ]
}

@test "run again what was run, the bytes are the same, twice and once more" {
	{ buyer A; keyer B; quiet C; } >cues
	sv-replay -s s.yaml cues >then
	sv-replay -s s.yaml cues >now
	cmp then now
	sv-replay -s s.yaml then >now
	cmp then now
	sv-replay -s s.yaml <now >out
	cmp then out
}

@test "a slow reader and pieces of 1 and 7 bytes change nothing" {
	keyer B >cues
	sv-replay -s s.yaml cues >then
	dd if=cues bs=1 status=none | sv-replay -s s.yaml >now
	cmp then now
	dd if=cues bs=7 status=none | sv-replay -s s.yaml | dd bs=7 status=none of=now
	cmp then now
}

@test "calls mixed in one stream come apart" {
	buyer A >a
	keyer B >b
	sv-replay -s s.yaml a b >then
	paste -d '\n' a b | grep . >mixed
	sv-replay -s s.yaml mixed >now
	[ "$(grep '"call":"A"' then)" = "$(grep '"call":"A"' now)" ]
	[ "$(grep '"call":"B"' then)" = "$(grep '"call":"B"' now)" ]
	run -0 sv-replay --diff -s s.yaml now
}

@test "another prompt is shown with what the caller said, and exit 1" {
	{ buyer A; keyer B; } | first
	sed -i 's/What is your name/Who are you/' s.yaml
	run -1 --separate-stderr sv-replay --diff -s s.yaml then
	[ "$output" = "call A  2026-11-02T10:00:00.000Z
    > one hundred dollars
    slot    budget = 100 USD
    state   name
  - say     What is your name?
  + say     Who are you?

2 calls, 1 changed: 1 text" ]
	[ "$stderr" = "" ]
}

@test "another limit of a slot changes slots, states and the outcome" {
	buyer A | first
	sed -i 's/min: 10/min: 500/' s.yaml
	run -1 --separate-stderr sv-replay --diff -s s.yaml then
	[ "$output" = "call A  2026-11-02T10:00:00.000Z
    > one hundred dollars
  - slot    budget = 100 USD
  - state   name
  - say     What is your name?
  + say     That is too little.
    ...
    > mike
  - slot    name = [NAME_1]
  - state   done
  - say     Thank you, goodbye.
  - outcome lead
  + say     Sorry?
  + outcome abandoned
  ! more is asked now than the caller answered then

1 call, 1 changed: 2 texts, 2 states, 2 slots, 1 outcome" ]
}

@test "a new hand-over is an outcome, and what is not heard any more is told" {
	buyer A | first
	sed -i 's/next: name/next: [{if: budget >= 100, to: person}, {to: name}]/' s.yaml
	run -1 --separate-stderr sv-replay --diff --redact no -s s.yaml then
	[ "$output" = "call A  2026-11-02T10:00:00.000Z
    > one hundred dollars
    slot    budget = 100 USD
  - state   name
  - say     What is your name?
  + state   person
  + say     One moment.
  + handoff sales: asked
  + brief   Calling from +15551234567. Said: 'one hundred dollars'. Reason: asked.
  + outcome handoff
    ...
  - heard   mike
  - slot    name = Mike
  - state   done
  - say     Thank you, goodbye.
  - outcome lead
  ! the call is over before 1 of the caller's answers

1 call, 1 changed: 4 texts, 2 states, 1 slot, 2 outcomes" ]
}

@test "personal data is masked unless told otherwise, events never" {
	buyer A | first
	sed -i 's/What is your name/Who are you/; s/Thank you/Thanks {name}/' s.yaml
	run -1 sv-replay --diff -s s.yaml then
	[[ $output != *Mike* ]]
	SV_REDACT=no run -1 sv-replay --diff -s s.yaml then
	[[ $output == *"Thanks Mike"* ]]
	run -0 sv-replay -s s.yaml then
	[[ $output == *"Thanks Mike"* ]]
}

@test "as JSON, an object for each call that changed and the sums" {
	{ buyer A; keyer B; } | first
	sed -i 's/What is your name/Who are you/' s.yaml
	run -1 --separate-stderr sv-replay --diff --json -s s.yaml then
	[ "${#lines[@]}" -eq 2 ]
	[ "${lines[0]}" = '{"call":"A","time":"2026-11-02T10:00:00.000Z","texts":1,"states":0,"slots":0,"outcomes":0,"unreached":0,"short_of":false,"cut":false,"turns":[{"turn":2,"heard":"one hundred dollars","then":[{"say":"What is your name?"}],"now":[{"say":"Who are you?"}]}]}' ]
	[ "${lines[1]}" = '{"calls":2,"changed":1,"texts":1,"states":0,"slots":0,"outcomes":0}' ]
}

@test "a longer prompt is heard out, and one that was talked over is talked over" {
	{ buyer A; keyer B; } >cues
	sed -i 's/in your customer code/in the long number that is on top of your contract/
		s/What is your budget/What is the sum that you would like to spend in a month/' s.yaml
	sv-replay -s s.yaml cues >out
	# two and a half seconds after the end of the question, as then
	end=$(jq 'select(.call == "A" and .type == "tts.end" and .say == "s2").t' out)
	[ "$(jq 'select(.call == "A" and .type == "vad.start" and .utterance == 2).t' out)" -eq $((end + 2500)) ]
	# a second into the first prompt, as then: it is paused, and cut by the word
	[ "$(jq -r 'select(.call == "B" and (.type | test("^tts"))) | [.t, .type, .say] | join(" ")' out |
		head -n 5)" = "30 tts.start s1
1000 tts.pause s1
1500 tts.cancel s1
1500 tts.interrupted s1
2090 tts.start s2" ]
	# the keys when it had been heard, as then
	[ "$(jq 'select(.call == "B" and .type == "dtmf").t' out | head -n 1)" -eq \
		"$(jq 'select(.call == "B" and .type == "tts.end" and .say == "s2").t' out)" ]
	[ "$(jq -r 'select(.call == "B" and .type == "tts.interrupted").heard' out)" = "Do you want to buy," ]
	# keys go on as they were pressed
	[ "$(jq -r 'select(.call == "B" and .slot == "code").value' out)" = 123 ]
}

@test "silence climbs the ladder in no time" {
	quiet C | first
	[ "$(told then)" = "C 0 dialog.state need
C 0 dialog.say Do you want to buy, or do you need help?
C 6030 dialog.say Hello?
C 10370 dialog.say Still there?
C 15010 dialog.state silent
C 15010 dialog.say Goodbye.
C 15010 dialog.end silent
C 15450 call.hangup
C 15450 call.end" ]
	# who waits until we leave waits longer, too
	sed -i 's/after: 4s/after: 20s/; s/"Still there?"/"Are you there?"/' s.yaml
	run -1 sv-replay --diff -s s.yaml then
	[[ $output == *"1 call, 1 changed: 1 text" ]]
}

@test "a call of a recording has no clock: each final is a turn" {
	{
		ev R 0 call.start '"source":"x.wav"' | sed 's/capture/asr/'
		says R 1000 "buy"
		ev R 9000 asr.final '"utterance":9,"text":""'
		says R 20000 "one hundred dollars"
		ev R 30000 call.end '"reason":"eof"' | sed 's/capture/asr/'
	} >cues
	sv-dialog -s s.yaml <cues >then
	run -0 --separate-stderr sv-replay --diff -s s.yaml then
	[ "$output" = "1 call, none changed" ]
	sv-replay -s s.yaml then >now
	[ "$(jq -c 'del(.time, .seq, .dialog_ms)' then | sort)" = "$(jq -c 'del(.time, .seq, .dialog_ms)' now | sort)" ]
	sed -i 's/Hello?/Anybody there?/' s.yaml
	run -1 sv-replay --diff -s s.yaml then
	[[ $output == *"1 call, 1 changed: 1 text" ]]
}

@test "a call that breaks off is run as far as it goes" {
	buyer A | first
	head -n 20 then >cut
	run -0 --separate-stderr sv-replay --diff -s s.yaml cut
	[ "$output" = "1 call, none changed" ]
	sed -i 's/What is your budget/Your budget/' s.yaml
	run -1 sv-replay --diff -s s.yaml cut
	[[ $output == *"! the events of this call break off"* ]]
	head -c 3030 then >cut
	run -65 --separate-stderr sv-replay --diff -s s.yaml cut
	[[ $stderr == "sv-replay: warning: cut:"*"not JSON"* ]]
}

@test "bad lines are told of, the rest is done, exit 65" {
	{
		buyer A
		echo 'no event'
		echo '{"type":7}'
		keyer B
		printf '\xff\n'
	} >cues
	run -65 --separate-stderr sv-replay -s s.yaml cues
	[ "$(grep -c '"type":"dialog.end"' <<<"$output")" -eq 2 ]
	[ "$(grep -c '"type":"error"' <<<"$output")" -eq 3 ]
	[ "${#stderr_lines[@]}" -eq 3 ]
	[[ ${stderr_lines[0]} == "sv-replay: warning: cues:"*": not JSON"* ]]
	[[ ${stderr_lines[1]} == "sv-replay: warning: cues:"*": an event without a type" ]]
	run -65 --separate-stderr sv-replay --diff -s s.yaml cues
	[[ $output != *'"type"'* ]]
	[[ $output == *"2 calls, 2 changed"* ]]
}

@test "nothing in, nothing out" {
	run -0 --separate-stderr sv-replay -s s.yaml </dev/null
	[ "$output$stderr" = "" ]
	run -0 --separate-stderr sv-replay --diff -s s.yaml </dev/null
	[ "$output" = "0 calls, none changed" ]
	echo '{"v":1,"type":"crm.sent","call":"Q","seq":1,"t":5,"time":"2026-11-02T10:00:00.000Z","stage":"crm","kind":"lead","key":"k"}' |
		sv-replay --diff -s s.yaml >out
	[ "$(cat out)" = "0 calls, none changed" ]
}

@test "wrong use, and files and programs that are not there" {
	run -64 --separate-stderr sv-replay </dev/null
	[ "$stderr" = "sv-replay: which scenario? give -s FILE" ]
	run -64 --separate-stderr sv-replay -s s.yaml --json </dev/null
	run -64 --separate-stderr sv-replay -s s.yaml --from memory </dev/null
	run -66 --separate-stderr sv-replay -s s.yaml none.ndjson
	[ "$stderr" = "sv-replay: open none.ndjson: No such file or directory" ]
	buyer A >cues
	run -69 --separate-stderr sv-replay cues -- ./no-such-program
	[ "$stderr" = "sv-replay: ./no-such-program: no such program" ]
	run -69 --separate-stderr sv-replay cues -- false
	[ "$stderr" = "sv-replay: false ended in mid-call with exit code 1" ]
	echo 'start: nowhere' >bad.yaml
	run -69 --separate-stderr sv-replay -s bad.yaml cues
	[[ ${stderr_lines[-1]} == "sv-replay: sv-dialog ended in mid-call with exit code 78" ]]
}

@test "a command stands in for sv-dialog" {
	buyer A | first
	run -0 sv-replay -s s.yaml --diff then -- sh -c 'sv-dialog -e rules'
	[ "$output" = "1 call, none changed" ]
	run -1 sv-replay --diff then -- sh -c 'sed -u s/goodbye/farewell/ | sv-dialog -s s.yaml |
		sed -u "s/Thank you, goodbye/Bye/"'
	[[ $output == *"+ say     Bye."* ]]
}

@test "a full disk, a reader that left, SIGTERM" {
	for i in {1..20}; do buyer "A$i"; done >cues
	run -74 --separate-stderr bash -c 'sv-replay -s s.yaml cues >/dev/full'
	run -74 --separate-stderr bash -c 'sv-replay --diff -s s.yaml cues >/dev/full'
	run -0 --separate-stderr bash -o pipefail -c 'sv-replay -s s.yaml cues | head -n 1 >/dev/null'
	[ "$stderr" = "" ]
	mkfifo in
	sv-replay -s s.yaml in >out &
	exec 8>in
	buyer A >&8
	kill -TERM $!
	wait $!
	exec 8>&-
}

@test "in real time a call lasts as long as it did, and is seen as it goes" {
	{
		ev F 0 call.start '"direction":"in","caller":"1"'
		ev F 0 dialog.say '"say":"s1","text":"Do you want to buy, or do you need help?"'
		ev F 10 tts.start '"say":"s1"'
		ev F 400 tts.end '"say":"s1","duration_ms":390'
		ev F 700 call.end '"reason":"hangup"'
	} >cues
	start=$(date +%s%N)
	sv-replay --pace -s s.yaml cues >out
	ms=$((($(date +%s%N) - start) / 1000000))
	[ "$ms" -ge "$(jq -s 'map(.t) | max' out)" ]
	grep -q '"type":"call.end"' out
}

# until_ COMMAND...: waits for it to hold, 20 s at most
until_() {
	local n=0
	until "$@" 2>/dev/null; do
		((n++ < 1000)) || return 1
		read -r -t 0.02 <> <(:) || true
	done
}

# telephone STEP...: a real call, into events, rec and trace
telephone() {
	export SV_RUN=$PWD/run SV_SCENARIO=$PWD/s.yaml SV_LANG=en
	sv-capture -v --grace 3s --record rec --trace trace audiosocket://127.0.0.1:0 \
		-- "$SV_ROOT/pipelines/live-call" >events 2>log 3>&- &
	local server=$!
	until_ grep -q 'listening on' log
	"$SV_ROOT/tests/peers/audiosocket" \
		"$(sed -n 's/.*listening on .*:\([0-9]*\).*/\1/p' log | head -n 1)" "$@" >peer
	until_ grep -q '"type":"call.end"' events
	kill $server
	wait $server
}

# every_way FILE...: the call that was, run again in every way, is the same
every_way() {
	for from in asr.final audio; do
		for file; do
			run -0 --separate-stderr sv-replay --diff --from $from $file
			[ "$output" = "1 call, none changed" ]
		done
		sv-replay --from $from events >now
		sv-replay --from $from now >again
		cmp now again
	done
}

@test "a telephone call of keys is the same from its words, recording and trace" {
	export SV_ASR_ENGINE=loudness SV_TTS_ENGINE=beep
	telephone silence 300 key 2 silence 700 key 1 key 2 key 3 key '#' silence 5000 hangup
	[ "$(jq -r 'select(.type == "dialog.end").outcome' events)" = lead ]
	every_way events trace trace/*
	sed -i 's/Key in your/What is your/' s.yaml
	for from in asr.final audio; do
		run -1 sv-replay --diff --from $from trace
		[[ $output == *"+ say     What is your customer code."* ]]
	done
}

@test "a telephone call of words, too, and barge-in; a busy machine changes nothing" {
	sv-asr -l en </dev/null >/dev/null 2>&1 || skip "no Vosk: make deps fetches it"
	sounds=/usr/share/asterisk/sounds/en
	[ -d $sounds ] || skip "no asterisk-core-sounds-en-wav: make deps installs it"
	sed -i 's/buy: \[buy/buy: [work, buy/; s/Do you want/Hello and welcome, this is a shop. Do you want/' s.yaml
	sv-capture -r 8000 $sounds/vm-Work.wav >work.pcm
	sv-capture -r 8000 $sounds/digits/{2,hundred,dollars}.wav >money.pcm
	sv-capture -r 8000 $sounds/phonetic/c_p.wav >name.pcm
	telephone silence 1500 say work.pcm silence 1500 wait-quiet say money.pcm \
		silence 1500 wait-quiet say name.pcm silence 4000
	grep -q '"type":"tts.interrupted"' events
	[ "$(jq -c 'select(.type == "dialog.end").slots' events)" = \
		'{"need":"buy","budget":"200 USD","name":"Charlie"}' ]
	every_way events trace
	for i in 1 2; do sv-replay --from audio events >busy$i & done
	wait
	for i in 1 2; do cmp now busy$i; done
}

@test "a recording that is elsewhere is found, one that is nowhere is told of" {
	export SV_ASR_ENGINE=loudness SV_TTS_ENGINE=beep
	mkdir -p moved/2026-11-02
	sox -n -r 8000 -c 2 moved/2026-11-02/A.flac synth 1 sine 300
	{
		ev A 0 call.start '"direction":"in","rate":8000,"language":"en"'
		ev A 900 dtmf '"digit":"2"'
		ev A 1000 call.end '"reason":"hangup","recording":"gone/2026-11-02/A.flac"'
		ev B 0 call.start '"direction":"in","rate":16000,"language":"en"'
		ev B 1000 call.end '"reason":"hangup"'
	} >cues
	run -66 --separate-stderr sv-replay --from audio -s s.yaml --recordings moved cues
	[ "$(jq -r 'select(.type == "dialog.end") | [.call, .slots.need] | join(" ")' <<<"$output")" = "A help" ]
	[ "${stderr_lines[0]}" = "sv-replay: call B: its events name no recording: say --recordings where it is" ]
	[ "${stderr_lines[1]}" = "sv-replay: 1 call without a recording" ]
	run -66 --separate-stderr sv-replay --from audio -s s.yaml --diff cues
	[ "$output" = "0 calls, none changed" ]
	# named by itself, of another rate and mono
	sox -n -r 44100 -c 1 b.wav synth 0.5 sine 300
	grep '"call":"B"' cues | sv-replay --from audio -s s.yaml --recordings b.wav >out
	[ "$(jq -r 'select(.type == "call.end").t' out)" -eq 500 ]
	echo nonsense >b.wav
	run -66 --separate-stderr sv-replay --from audio -s s.yaml --recordings b.wav cues
	# nothing is left behind
	[ -z "$(find /tmp -maxdepth 1 -name 'sv-replay.*' -user "$(id -u)" -newer cues)" ]
}

@test "a pipeline that breaks is an error of its own" {
	sox -n -r 8000 -c 2 r.wav synth 1 sine 300
	{
		ev A 0 call.start '"direction":"in","rate":8000,"language":"en"'
		ev A 1000 call.end '"reason":"hangup","recording":"r.wav"'
	} >cues
	run -69 --separate-stderr sv-replay --from audio cues -- ./no-such
	[ "$stderr" = "sv-replay: ./no-such failed with exit code 127" ]
	run -69 --separate-stderr sv-replay --from audio cues -- sh -c 'exit 3'
	[ "$stderr" = "sv-replay: sh failed with exit code 3" ]
	run -64 sv-replay -s s.yaml --recordings r.wav cues
	mkdir empty
	run -66 --separate-stderr sv-replay -s s.yaml empty
}

@test "the shipped calls, by the shipped scenarios, to a fixed point" {
	for language in ru en; do
		scenario=$SV_ROOT/examples/scenarios/sales-$language.yaml
		sv-replay -s "$scenario" "$SV_ROOT/examples/events/calls.ndjson" >then
		[ "$(jq -s 'map(select(.type == "dialog.end")) | length' then)" -eq 7 ]
		sv-replay -s "$scenario" then >now
		cmp then now
		run -0 sv-replay --diff -s "$scenario" then
	done
}

@test "every event of these calls keeps to the schema" {
	grep -h '"type"' "$BATS_FILE_TMPDIR/all" >events
	"$SV_ROOT/tests/check-events" --known events
}

@test "a call has the variants of its experiments again, and none twice" {
	sed -i 's/^states:/experiments:\n  ask: {variants: [short, long]}\n  voice: {by: caller, variants: {a: {voice: anna}, b: {voice: boris}}}\n&/
		s/say: What is your budget?/say: {text: What is your budget?, experiment: ask, wording: {long: And what would your budget be?}}/' s.yaml
	sv-dialog --check -s s.yaml
	{ buyer A; buyer B; buyer C; buyer D; buyer E; } | first
	[ "$(jq -r 'select(.experiment == "ask").variant' then | sort -u | paste -sd' ')" = "long short" ]
	sv-replay -s s.yaml then >now
	jq -c 'select(.experiments or .experiment) | [.call, .type, .experiments // .variant, .text, .voice]' then >before
	jq -c 'select(.experiments or .experiment) | [.call, .type, .experiments // .variant, .text, .voice]' now >after
	diff before after
	[ "$(grep -c dialog.experiment after)" -eq 10 ]
	run -0 sv-replay --diff -s s.yaml then
}
