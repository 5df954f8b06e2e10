# Every program on hostile input, on each of its inputs: an orderly exit code,
# no word on stderr but its own, no event lost, and what was due comes out.
bats_require_minimum_version 1.5.0

setup_file() {
	export IN=$BATS_FILE_TMPDIR/in
	mkdir "$IN"
	cd "$IN" || return 1
	: >empty
	head -c 100000 /dev/urandom >random
	good_call A >good
	head -c -20 good >cut
	iconv -t UTF-16 good >utf16
	iconv -t CP1251 good >cp1251
	{ tr A '\0' <good && head -c 5000 /dev/zero; } >nul
	{ printf '{"type":"long","a":"' && head -c 3145728 /dev/zero | tr '\0' x &&
		printf '"}\n'; } >long
	deep >deep
	odd_fields >fields
	{ cat good good && printf '{"type":"call.%s","call":"A"}\n' \
		start start end end; } >twice
	printf '%s\n' 1 '"a"' '[]' null '{}' '{"type":7}' '{"type":""}' \
		'{"type":"x","call":7}' '{"type":"x","type":"y"}' \
		'{"type":"x","a":"\u0000"}' '{"type":"x","t":1e999}' >none
	rm good
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	export HOME=$PWD SV_STATE=$PWD/state SV_TTS_CACHE=$PWD/cache
	scenario=$SV_ROOT/examples/scenarios/sales-ru.yaml
	events=$SV_ROOT/examples/events/calls.ndjson
	sound=/usr/share/asterisk/sounds/en/digits/5.wav
}

# good_call ID: a call with something in it for each program
good_call() {
	printf '{"type":"%s","call":"'"$1"'"%s}\n' \
		unknown.kind ', "x" : 1.10' \
		call.start ',"caller":"+79161234567"' \
		dialog.say ',"say":"s1","text":"Да"' \
		asr.final ',"utterance":1,"text":"нужен ремонт"' \
		dialog.end ',"outcome":"qualified","slots":{"name":"Иван"}' \
		call.end ',"reason":"hangup"'
}

deep() {
	head -c 100000 /dev/zero | tr '\0' '['
	for field in '{"type":"call.start","source":' \
		'{"type":"dialog.end","call":"D","outcome":"x","slots":'; do
		printf '\n%s' "$field"
		head -c 1500 /dev/zero | tr '\0' '['
		head -c 1500 /dev/zero | tr '\0' ']'
		printf '}'
	done
	printf '\n{"type":"call.end","call":"D"}\n'
}

# odd_fields: each type without fields, and each field with each odd value
odd_fields() {
	jq -c '."$defs" | to_entries[] | .key as $type | { $type },
		{ $type, call: "C" },
		(((.value.properties // {} | keys[]), "v", "seq", "t", "time", "stage")
		as $field | (7, -5, 1e30, 1.5, "x", "", [], [[]], [{}], {},
		{a: {b: [1]}}, true, null, "@max", "@min", "\u001b[31m\u0001")
		as $value | { $type, call: "C" } + { ($field): $value })' \
		"$SV_ROOT/man/sv-events.schema.json" |
		sed 's/"@max"/9223372036854775807/; s/"@min"/-9223372036854775808/'
}

# survives CODES COMMAND...: stdin to out; one of the codes, and every line of
# stderr the program's own
survives() {
	local codes=$1 rc=0
	shift
	timeout 180 "$@" >out 2>err || rc=$?
	if [[ " $codes " != *" $rc "* ]]; then
		echo "$* ended with $rc"
		head -c 2000 err
		return 1
	fi
	if grep -v "^$1: " err; then
		echo "$* let others write on stderr"
		return 1
	fi
	# a failure is explained
	[ $rc = 0 ] || [ -s err ] || grep -q '"type":"error"' out events
}

# each_input COMMAND...: every input, and a good call behind it
each_input() {
	for input in "$IN"/*; do
		{ cat "$input" && echo && good_call LAST; } >in
		survives "0 65" "$@" <in
		"due_$1" "${input##*/}"
	done
	survives "0" "$@" <"$IN/empty"
}

# passed: all of the last call's lines, as they were
passed() {
	good_call LAST | while IFS= read -r line; do
		grep -Fxq -e "$line" out || { echo "$1: lost $line" && return 1; }
	done
	! grep -avq '^ *{.*}$' out
}

due_sv-crm() {
	passed "$1"
	[ "$(grep -c '"key":"LAST:' leads)" = 2 ]
	rm -rf leads state
}

@test "sv-crm passes events and queues leads, whatever else there is" {
	each_input sv-crm -p file=leads
}

due_sv-dialog() {
	passed "$1"
	grep -a '"type":"dialog.end","call":"LAST"' out | grep -q abandoned
}

@test "sv-dialog answers a call, whatever came before" {
	each_input sv-dialog -s "$scenario"
}

due_sv-tts() {
	passed "$1"
	grep -aq '"type":"tts.end","call":"LAST"' out
}

@test "sv-tts speaks what is to be said, whatever else there is" {
	each_input sv-tts -e beep -p rate=250 -o /dev/null
}

due_sv-text() {
	[ "$(grep -c LAST out)" = 6 ]
}

@test "sv-text does the lines that are text, whatever else there is" {
	each_input sv-text redact --events
	each_input sv-text itn --mode phone --events
	each_input sv-text tn --events
	each_input sv-text redact
}

@test "sv-text itn and tn take any bytes for text" {
	for verb in "itn" "itn --mode phone" "itn --mode email -l en" \
		"itn --mode date" tn "tn -l en"; do
		cat "$IN"/{random,utf16,cp1251,nul,long,deep} >in
		survives "65" sv-text $verb <in
	done
}

due_sv-report() {
	grep -q LAST out
}

@test "sv-report counts the calls there are, whatever else there is" {
	each_input sv-report calls --format json
	for report in "daily --format html" "funnel --format csv" latency \
		"costs --format csv" "daily --format prometheus" variants \
		"transcript LAST --redact no"; do
		{ cat "$IN"/* && echo && good_call LAST; } >in
		survives "65" sv-report $report in
		[ -s out ]
	done
}

due_sv-replay() {
	grep -a '"type":"dialog.end","call":"LAST"' out | grep -q abandoned
}

@test "sv-replay runs the calls there are, whatever else there is" {
	each_input sv-replay -s "$scenario"
	for input in "$IN"/*; do
		{ cat "$input" && echo && good_call LAST; } >in
		survives "1 65" sv-replay --diff -s "$scenario" in
		tail -n 1 out | grep -q ' changed: '
	done
	for input in random fields long nul; do
		mkdir -p trace
		cp "$IN/$input" trace/3.ndjson
		{ good_call LAST && cat "$IN/$input"; } >trace/4.ndjson
		cp "$IN/$input" trace/0.pcm
		survives "0 65" sv-replay -s "$scenario" trace
		SV_ASR_ENGINE=loudness SV_TTS_ENGINE=beep survives "0 65" \
			sv-replay --from audio -s "$scenario" trace
	done
}

@test "ten thousand calls in one stream are ten thousand calls" {
	store=$(mktemp -d -p /dev/shm 2>/dev/null || mktemp -d)
	for ((i = 1; i <= 10000; i++)); do
		echo "{\"type\":\"call.start\",\"call\":\"K$i\"}"
		echo "{\"type\":\"dialog.end\",\"call\":\"K$i\",\"outcome\":\"x\",\"slots\":{}}"
		echo "{\"type\":\"call.end\",\"call\":\"K$i\",\"reason\":\"eof\"}"
	done >in
	survives 0 sv-report calls --format csv <in
	[ "$(wc -l <out)" = 10001 ]
	survives 0 sv-dialog -s "$scenario" <in
	[ "$(grep -c '"stage":"dialog"' out)" -ge 20000 ]
	survives 0 sv-replay -s "$scenario" <in
	[ "$(grep -c '"type":"dialog.end"' out)" -eq 10000 ]
	survives 0 sv-tts -e beep -o /dev/null <in
	cmp in out
	survives 0 sv-text redact --events <in
	cmp in out
	survives 0 sv-crm -d "$store/db" -p file="$store/leads" <in
	[ "$(wc -l <"$store/leads")" = 20000 ]
	rm -r "$store"
}

@test "sv-capture and sv-asr take any bytes for sound" {
	cp "$sound" wav
	head -c 1001 wav >"$BATS_TEST_TMPDIR/cut.wav"
	{ head -c 40 wav && printf '\xff\xff\xff\x7f' && head -c 1000 wav; } >lying.wav
	sox "$sound" x.flac && { head -c 300 x.flac && head -c 4000 /dev/urandom; } >broken.flac
	sox "$sound" x.ogg && head -c 2000 x.ogg >cut.ogg
	mkdir folder
	: >empty.wav
	for file in "$IN"/{random,utf16,nul,deep,long} cut.wav lying.wav \
		broken.flac cut.ogg empty.wav folder missing; do
		survives "0 65 66" sv-capture "$file"
		survives "0 65 66" sv-asr -e loudness -j 1 "$file"
	done
	for coding in ulaw gsm vox g722 sln48; do
		survives "0 65" sv-capture --raw $coding <"$IN/random"
	done
	for input in empty random nul long; do
		survives "0 65" sv-asr -e loudness -r 8000 <"$IN/$input"
		survives "0 65" sv-capture -o made.wav <"$IN/$input"
		# as names, but not those of all there is on this machine
		survives "0 65 66" sv-asr -e loudness --files-from - \
			< <(tr / _ <"$IN/$input")
	done
}

@test "a live call outlives garbage on its descriptors" {
	export SV_CALL_FDS=1 SV_CALL_ID=A
	for input in fields random long nul; do
		survives "0 65" sv-asr -e loudness -r 8000 \
			3>events 5<"$IN/$input" <"$sound"
		survives "0 65" sv-dialog -s "$scenario" 3>events \
			4<"$IN/$input" <"$IN/none"
		survives "0 65" sv-tts -e beep -p rate=250 3>events <"$IN/$input"
	done
	for fd in 3 4 5; do # a descriptor that is not there
		survives "0 64 65 74" sv-asr -e loudness 3>e 4<"$events" \
			5<"$events" {fd}>&- <"$sound"
	done
}

@test "a scenario that is garbage is refused" {
	printf 'a: &a [*a]\n' >alias
	printf '{%.0s' {1..20000} >braces
	mkdir folder
	for file in "$IN"/* alias braces folder missing /dev/full; do
		survives "65 66 78" sv-dialog -s "$file" <"$IN/empty"
		timeout 60 sv-dialog --check -s "$file" >out 2>err && return 1
		grep -v "^sv-dialog: " err && return 1
	done
	true
}

# spoil PATH HOW: makes it so; false where that cannot be
spoil() {
	rm -rf "$1"
	case $2 in
	garbage) cp "$IN/random" "$1" ;;
	text) cp "$IN/fields" "$1" ;;
	empty) : >"$1" ;;
	folder) mkdir "$1" ;;
	unreadable) : >"$1" && chmod 0 "$1" && [ ! -r "$1" ] ;;
	device) ln -s /dev/full "$1" ;;
	dangling) ln -s nowhere/at/all "$1" ;;
	esac
}

@test "files of ours that hold something else are told of, and nothing is lost" {
	good_call A >in
	for how in garbage text empty folder unreadable device dangling; do
		if spoil f $how; then
			survives "0 65 73 74" sv-crm -d f -p file=j <in
			cmp <(head -n 6 out) in
		fi
		if spoil f $how; then
			survives "0 65 73 74" sv-crm -d "$how.db" -p file=f <in
			grep -Fxq -e "$(tail -n 1 in)" out
		fi
		mkdir -p cp
		if spoil cp/A.dialog $how; then
			survives "0 65 73 74" sv-dialog --state cp -s "$scenario" <in
			grep -q '"type":"unknown.kind"' out
		fi
		if spoil f $how; then
			survives "0 73 74" sv-dialog --state f -s "$scenario" <in
		fi
		if spoil f $how; then
			survives 0 sv-tts -e beep --cache f -o sound <in
			[ -s sound ]
		fi
		if spoil f $how; then
			survives "0 65 73 74" sv-asr -e loudness --resume f "$sound"
		fi
		if spoil f $how; then
			survives "65 66 69" sv-asr -e vosk --model f -l en <"$sound"
		fi
		if [ $how != device ] && spoil f $how; then
			survives "0 65 66 74" sv-report calls f
		fi
	done
}

@test "a configuration that is garbage is a configuration error" {
	for how in garbage text folder unreadable dangling; do
		spoil conf $how || continue
		for program in "$SV_BIN"/sv-*; do
			SV_CONF=conf survives 78 "${program##*/}" -h <"$IN/empty"
		done
	done
}

@test "an output that cannot be is told of, and nothing is left beside it" {
	good_call A >in
	mkdir folder.wav
	for path in folder.wav nowhere/at/all.wav /dev/full/x.wav; do
		survives 73 sv-capture -o "$path" "$sound" <in
		survives 73 sv-tts -e beep -o "$path" <in
		survives 73 sv-asr -e loudness -o "$path" "$sound"
		survives 73 sv-report calls -o "$path" in
		survives 73 sv-report calls --html "$path" in
	done
	[ "$(ls -A . folder.wav | grep -c '^folder.wav')" = 2 ]
	[ -z "$(ls -A folder.wav)" ]
	[ -z "$(find . -name '*.part' -o -name '*.wav.*')" ]
}

# full N: a disk of N KiB, in the folder disk
full() {
	mkdir -p disk
	mount -t tmpfs -o size="$1"k tmpfs disk 2>/dev/null ||
		skip "may not mount a disk to fill"
}

teardown() {
	! mountpoint -q "$BATS_TEST_TMPDIR/disk" ||
		umount "$BATS_TEST_TMPDIR/disk"
}

@test "a full disk is told of, and no event is lost" {
	full 64
	for i in {1..200}; do good_call "K$i"; done >in
	head -c 60000 /dev/zero >disk/filler
	survives "0 74" sv-crm -d disk/store -p file=leads <in
	cmp in <(grep -v '"stage":"crm"' out)
	survives 74 sv-crm -d store -p file=disk/leads <in
	cmp in <(grep -v '"stage":"crm"' out)
	rm -f disk/leads disk/store*
	survives 74 sv-dialog --state disk/cp -s "$scenario" <in
	cmp in <(grep -v '"stage":"dialog"' out)
	survives 0 sv-tts -e beep -p rate=250 --cache disk/cache -o sound <in
	survives 74 sv-tts -e beep -p rate=250 -o disk/sound <in
	cmp in <(grep -v '"stage":"tts"' out)
	rm -f disk/sound
	sounds=/usr/share/asterisk/sounds/en/digits
	survives 74 sv-asr -e loudness --resume disk/journal "$sounds"
	survives "73 74" sv-asr -e loudness -o disk/out "$sounds"
	survives 74 sv-capture -o disk/out.wav "$sounds"/*.wav
	survives 74 sv-report daily --html disk/page.html in
	[ ! -e disk/out ] && [ ! -e disk/out.wav ] && [ ! -e disk/page.html ]
}

@test "what a full disk kept out is there when it is fed again" {
	full 300
	for i in {1..200}; do good_call "K$i"; done >in
	survives 74 sv-crm -d disk/store -p file=leads <in
	mount -o remount,size=16m disk
	survives 0 sv-crm -d disk/store -p file=leads <in
	[ "$(jq -r .key leads | sort | uniq -d | wc -l)" = 0 ]
	[ "$(wc -l <leads)" = 400 ]
}
