# sv-dialog in a live call: events of the line on descriptor 4, barge-in,
# silence, and the end of a call.
bats_require_minimum_version 1.5.0
load dialog

setup() {
	dialog_setup
	cat >s.yaml <<-'S'
		name: live
		version: "1"
		language: ru
		start: hello
		no_input: {after: 500ms, tries: [Вы тут?, Алло?], then: bye}
		slots: {ok: {type: yesno}, name: {type: name}, code: {type: digits}}
		intents: {price: [сколько стоит]}
		digressions: {price: Бесплатно.}
		states:
		  hello:
		    say: {text: Разговор записывается., interruptible: no}
		    next: sure
		  sure:
		    say: [Вам удобно говорить?, Можете говорить?]
		    ask: ok
		    next: [{if: ok = yes, to: name}, {to: bye}]
		  name:
		    say: [Как вас зовут?, Ваше имя?]
		    ask: name
		    next: code
		  code:
		    say: [Наберите код., Введите код.]
		    ask: code
		    next: manager
		  manager:
		    say: Соединяю.
		    handoff: {target: sales, reason: готово, brief: "{name}"}
		  bye: {say: До свидания., end: refused}
	S
}

teardown() {
	dialog_teardown
}

@test "the line is not passed on, the pipe is" {
	start
	speech
	settle
	hangup
	[ "$(jq -r 'select(.stage == "x").type' out | tr '\n' ' ')" = \
		"vad.start x.settle " ]
}

@test "silence is timed from the end of the prompt and climbs the ladder" {
	start
	playing s1
	event tts.end '"say":"s1"' >&9
	playing s2
	settle
	! grep -q no_input out
	event tts.end '"say":"s2"' >&9
	wait_for every.no_input.1
	played s3
	wait_for every.no_input.2
	played s4
	wait_for bye.say
	! grep -q call.hangup out
	played s5
	wait_for call.hangup
	hangup
	[ "$(jq -r 'select(.type == "dialog.end").outcome' out)" = refused ]
}

@test "the time of silence stands still while the caller speaks" {
	start
	played s1 s2
	speech
	! timeout 1 sh -c 'until grep -q no_input out; do :; done'
	final "да"
	wait_for name.say
	hangup
	! grep -q no_input out
}

@test "words stop a prompt: paused at once, cancelled when they come" {
	start
	played s1
	playing s2
	speech
	wait_for tts.pause
	! grep -q tts.cancel out
	partial "сколько"
	wait_for tts.cancel
	final "сколько стоит"
	wait_for digressions.price
	hangup
	[ "$(ours | sed -n 3,6p)" = "tts.pause s2
tts.cancel s2
dialog.say digressions.price
dialog.say sure.say" ]
}

@test "a listener's sounds do not: the prompt goes on and is no answer" {
	for sound in угу ага "да-да" "да да" ""; do
		rm -rf out state
		settled=0
		start
		played s1
		playing s2
		speech
		wait_for tts.pause
		partial "$sound"
		final "$sound"
		wait_for tts.resume
		hangup
		! grep -q tts.cancel out
		! grep -q name.say out
	done
}

@test "after the prompt the same sound is a yes" {
	start
	played s1 s2
	says "угу"
	wait_for name.say
	hangup
}

@test "an answer may come over the prompt" {
	start
	played s1
	playing s2
	says "да"
	wait_for name.say
	hangup
	grep -q tts.cancel out
}

@test "a prompt that may not be interrupted is heard to its end" {
	start
	playing s1
	says "да удобно"
	settle
	! grep -qE 'tts\.(pause|cancel)|name.say' out
	event tts.end '"say":"s1"' >&9
	played s2
	# what was said over it answers the question
	wait_for name.say
	hangup
}

@test "noise over such a prompt does not count as not understood" {
	start
	playing s1
	says "алло кто там"
	event tts.end '"say":"s1"' >&9
	played s2
	wait_for every.no_input.1
	hangup
	! grep -q no_match out
}

@test "a question that was cut for nothing is asked again" {
	start
	played s1
	playing s2
	speech
	partial "шум"
	wait_for tts.cancel
	final ""
	wait_for sure.say 2
	hangup
}

@test "who goes on speaking before the prompt begins is not spoken over" {
	start
	played s1 s2
	says "да"
	wait_for name.say
	speech
	settle
	playing s3
	wait_for tts.pause
	final "меня зовут Иван"
	wait_for code.say
	hangup
	[ "$(jq -r 'select(.type == "dialog.end").slots.name' out)" = Иван ]
}

@test "a voice that reports nothing does not stop the call" {
	sed -i 's/Вам удобно говорить?/А?/; s/Можете говорить?/М?/; s/Разговор записывается./О./' s.yaml
	start
	wait_for every.no_input.1
	hangup
}

@test "keys come from the line, and a pause after them is their end" {
	start
	played s1 s2
	key 1
	wait_for name.say
	played s3
	says "Иван"
	wait_for code.say
	playing s4
	key 4 0 1
	wait_for manager.say
	hangup
	[ "$(jq -r 'select(.slot == "code").value' out)" = 401 ]
	[ "$(ours | grep -c 'tts.cancel s4')" -eq 1 ]
}

@test "the caller is handed over when the last word was heard" {
	start
	played s1 s2
	key 1
	wait_for name.say
	played s3
	says "Иван"
	wait_for code.say
	played s4
	key 4 '#'
	wait_for dialog.end
	settle
	! grep -q call.transfer out
	played s5
	wait_for call.transfer
	hangup
	[ "$(ours | tail -n 4)" = "dialog.say manager.say
dialog.handoff
dialog.end
call.transfer" ]
	[ -z "$(ls state/dialog)" ]
}

@test "a caller who hangs up in mid-call is told about once" {
	start
	played s1 s2
	event call.end '"reason":"hangup"' >&9
	wait_for dialog.end
	hangup
	[ "$(ours | grep -c dialog.end)" -eq 1 ]
	[ "$(jq -r 'select(.type == "dialog.end").outcome' out)" = abandoned ]
	! grep -q call.hangup out
	[ -z "$(ls state/dialog)" ]
}

@test "a killed conversation goes on by itself when it is started again" {
	start
	played s1 s2
	says "да"
	wait_for name.say
	settle
	kill -9 $pid
	wait $pid || true
	exec 8>&- 9>&-
	ring
	wait_for every.no_input.1
	says "Иван"
	wait_for code.say
	hangup
	[ "$(ours | grep -c name.say)" -eq 1 ]
	[ -z "$(jq -r 'select(.stage == "dialog").seq' out | sort | uniq -d)" ]
}

@test "SIGTERM ends a live call, and what was told is told" {
	start
	played s1 s2
	says "да"
	wait_for name.say
	kill -TERM $pid
	wait $pid
	pid=
	[ "$(jq -c 'select(.type == "dialog.end") | [.outcome, .slots]' out)" = \
		'["abandoned",{"ok":true}]' ]
}

@test "a clock that is none, and a time that is none, are told of" {
	run -64 --separate-stderr sv-dialog --clock sun -s s.yaml </dev/null
	[ "$stderr" = "sv-dialog: --clock: 'sun' is neither wall nor call" ]
	SV_CALL_TIME=noon run -78 --separate-stderr sv-dialog -s s.yaml </dev/null
	[[ $stderr == "sv-dialog: SV_CALL_TIME: 'noon' is not a time"* ]]
}

@test "our own words, come back over the line, are not the caller's" {
	start
	played s1
	event tts.start '"say":"s2","text":"вам удобно говорить сейчас"' >&9
	speech
	wait_for tts.pause
	partial "вам удобно говорить"
	final "удобно говорить сейчас"
	wait_for tts.resume
	# heard to its end, and answered
	event tts.end '"say":"s2"' >&9
	says "да"
	wait_for name.say
	hangup
	! grep -qE 'tts.cancel|no_match' out
}

@test "however late it looks, a prompt's end comes before the answer to it" {
	start
	played s1
	playing s2
	settle
	kill -STOP $pid
	event tts.end '"say":"s2"' >&9
	says "да"
	kill -CONT $pid
	wait_for name.say
	settle
	hangup
	! grep -qE 'tts.(pause|cancel)' out
}

@test "two of our words may be an answer" {
	start
	played s1
	event tts.start '"say":"s2","text":"вам удобно говорить сейчас"' >&9
	says "удобно говорить"
	wait_for tts.cancel
	wait_for name.say
	hangup
}

@test "a filler is said when the answer takes long, and cut by it" {
	sed -i 's/^slots:/filler: {say: [Минутку., Секунду.], after: 500ms}\n&/' s.yaml
	start
	played s1 s2
	speech
	event vad.end '"utterance":1' >&8
	wait_for filler.say
	event tts.start '"say":"s3"' >&9
	settle
	! grep -q no_input out
	event asr.final '"utterance":1,"text":"угу"' >&8
	wait_for name.say
	hangup
	[ "$(ours | sed -n 3,5p)" = "dialog.say filler.say
tts.cancel s3
dialog.say name.say" ]
}

@test "an answer that comes in time needs no filler" {
	sed -i 's/^slots:/filler: {say: [Минутку., Секунду.], after: 600s}\n&/' s.yaml
	start
	played s1 s2
	says "да"
	wait_for name.say
	hangup
	! grep -q filler out
}

@test "a key stands for an intent where it is no answer; one without a meaning is not noticed" {
	sed -i 's/^slots:/keys: {"0": person, "9": price, "1": price}\n&/
		s/intents: {/&person: [оператор], /
		s/digressions: {/&person: {to: manager}, /' s.yaml
	sv-dialog --check -s s.yaml
	start
	played s1
	playing s2
	key 5 8
	settle
	! grep -q tts.cancel out
	key 9
	wait_for digressions.price
	wait_for tts.cancel
	played s3 s4
	# an answer stands before that
	key 1
	wait_for name.say
	playing s5
	key 0
	wait_for dialog.handoff
	hangup
	[ "$(jq -r 'select(.type == "dialog.state" and .intent).intent' out)" = person ]
}

@test "a state of keys is a menu" {
	cat >s.yaml <<-'S'
		name: menu
		version: "1"
		language: ru
		start: menu
		intents: {sale: [купить], help: [помощь]}
		keys: {"0": help}
		states:
		  menu:
		    say: [Купить - один. Помощь - два., "Один - купить, два - помощь."]
		    keys: {"1": sale, "2": help}
		    next: [{intent: sale, to: bye}, {intent: help, to: person}]
		  bye: {say: До свидания., end: sold}
		  person: {say: Соединяю., handoff: {target: q, reason: x, brief: y}}
	S
	start
	playing s1
	key 1
	wait_for tts.cancel
	wait_for dialog.end
	hangup
	[ "$(jq -r 'select(.type == "dialog.end").outcome' out)" = sold ]
}

@test "every event of these calls keeps to the schema" {
	"$SV_ROOT/tests/check-events" --known "$BATS_FILE_TMPDIR/all"
}

# at TYPE T FIELDS: an event of that time
at() {
	printf '{"v":1,"type":"%s","call":"L","seq":1,"t":%d,"time":"2026-11-21T10:00:00.000Z","stage":"x"%s}\n' \
		"$1" "$2" "${3:+,$3}"
}

@test "by the call's clock silence lasts as long as the events say, at once" {
	{
		at call.start 0
		at tts.start 20 '"say":"s1"'
		at tts.end 900 '"say":"s1"'
		at tts.start 900 '"say":"s2"'
		at tts.end 2000 '"say":"s2"'
		at clock 2400
		at clock 2500
		at tts.end 3000 '"say":"s3"'
		at clock 9000000
	} >in
	run -0 --separate-stderr sv-dialog --clock call -s s.yaml <in
	[ "$stderr" = "" ]
	printf '%s\n' "${lines[@]}" >out
	[ "$(jq -r 'select(.stage == "dialog" and .type != "asr.expect" and .type != "dialog.state") |
		[.t, .type, .prompt // .due // .outcome // empty] | join(" ")' out)" = \
		"0 dialog.say hello.say
0 dialog.say sure.say
2400 clock 2500
2500 dialog.say every.no_input.1
2500 clock 7940
3500 dialog.say every.no_input.2
9080 dialog.say bye.say
9080 dialog.end refused
15720 call.hangup
9000000 clock" ]
	"$SV_ROOT/tests/check-events" --known out
}

@test "by the call's clock the time on the line comes before what follows it" {
	mkfifo in line
	SV_CALL_FDS=1 SV_CALL_ID=L SV_CLOCK=call SV_CALL_TIME=2026-11-21T09:00:00Z \
		sv-dialog -s s.yaml <in 4<line >out 2>err 3>&- &
	pid=$!
	exec 8>in 9>line
	at call.start 0 >&9
	at clock 20 >&8
	wait_for '"clock"'
	at tts.end 900 '"say":"s1"' >&9
	at tts.end 1900 '"say":"s2"' >&9
	at asr.final 2000 '"utterance":1,"text":"да"' >&8
	at clock 2000 >&8
	wait_for '"clock"' 2
	at call.end 3000 '"reason":"hangup"' >&9
	exec 8>&- 9>&-
	wait $pid
	pid=
	[ "$(jq -r 'select(.stage == "dialog" and .type != "asr.expect") |
		[.t, .time[11:23], .type, .prompt // .outcome // empty] | join(" ")' out |
		grep -v dialog.state)" = "0 09:00:00.000 dialog.say hello.say
0 09:00:00.000 dialog.say sure.say
20 09:00:00.020 clock
2000 09:00:02.000 dialog.slot
2000 09:00:02.000 dialog.say name.say
2000 09:00:02.000 clock
3000 09:00:03.000 dialog.end abandoned" ]
}
