# Sound in and out: recordings, pipes and devices to PCM and back.
bats_require_minimum_version 1.5.0

sounds=/usr/share/asterisk/sounds/en

setup() {
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || exit 1
	cp "$sounds/agent-pass.wav" a.wav # 8 kHz, 26280 samples
}

samples() { echo $(($(stat -c %s "$1") / 2)); }

# the root of the mean square of the difference of two files of samples, and
# of the first one's own, as whole numbers
rms() {
	paste <(od -An -v -td2 -w2 "$1") <(od -An -v -td2 -w2 "$2") |
		awk '{ d += ($1 - $2) ^ 2; s += $1 ^ 2 }
			END { printf "%d %d\n", sqrt(d / NR), sqrt(s / NR) }'
}

# the samples of $2 are those of $1 but for noise of at most $3
alike() {
	[ "$(samples "$1")" -eq "$(samples "$2")" ]
	read -r noise sound < <(rms "$1" "$2")
	echo "# $2: noise $noise of $sound"
	[ "$noise" -le "$3" ] && [ "$sound" -gt 100 ]
}

# waits until the file, which may not be there yet, has that many bytes
until_size() {
	until [ "$(cat $2 2>/dev/null | wc -c)" -ge "$1" ]; do :; done
}

# waits until the process has begun, and would notice a SIGTERM
until_listening() {
	until awk '/^Name:/ { name = $2 } /^SigCgt:/ { caught = $2 }
		END { exit !(name == "sv-capture" &&
			substr(caught, 13, 1) ~ /[4567c-f]/) }' "/proc/$1/status"; do :; done
}

by_sox() { # IN OUT RATE
	sox "$1" -D -t raw -e signed -b 16 -c 1 "$2" rate -h "$3"
}

le16() { printf '%02x%02x' $(($1 & 255)) $(($1 >> 8 & 255)); }
le32() { le16 $(($1 & 65535)); le16 $(($1 >> 16)); }

# wav DATA-SIZE [CHANNELS [RATE [BITS [FORMAT]]]] <sound: its header and it
wav() {
	local channels=${2:-1} rate=${3:-8000} bits=${4:-16}
	{
		printf RIFF | xxd -p
		le32 $((36 + $1))
		printf 'WAVEfmt ' | xxd -p
		le32 16
		le16 "${5:-1}"
		le16 "$channels"
		le32 "$rate"
		le32 $((rate * channels * bits / 8))
		le16 $((channels * bits / 8))
		le16 "$bits"
		printf data | xxd -p
		le32 "$1"
	} | xxd -r -p
	cat
}

@test "a recording comes out as sox would have it, whatever its format" {
	sox a.wav -r 44100 -c 2 st.wav
	for format in wav flac ogg aiff au; do
		[ $format = wav ] || sox st.wav st.$format
		by_sox st.$format want.raw 16000
		sv-capture st.$format >got.raw
		alike want.raw got.raw 1
	done
	for rate in 8000 16000 24000 48000; do
		by_sox a.wav want.raw $rate
		sv-capture -r $rate a.wav >got.raw
		alike want.raw got.raw 1
	done
	SV_RATE=8000 sv-capture a.wav >got.raw
	[ "$(samples got.raw)" -eq 26280 ]
}

@test "samples of any width and kind convert, and clip instead of wrapping" {
	by_sox a.wav want.raw 8000
	for kind in "-b 24" "-b 32" "-e float -b 32" "-e float -b 64"; do
		sox a.wav $kind k.wav
		sv-capture -r 8000 k.wav >got.raw
		cmp want.raw got.raw
		sv-capture -r 8000 <k.wav >got.raw
		cmp want.raw got.raw
		cat k.wav | sv-capture -r 8000 >got.raw
		cmp want.raw got.raw
	done
	for kind in "-b 8" "-e u-law" "-e a-law" "-e ms-adpcm"; do
		sox a.wav $kind k.wav
		by_sox k.wav want.raw 8000
		sv-capture -r 8000 k.wav >got.raw
		alike want.raw got.raw 1
		cat k.wav | sv-capture -r 8000 >piped.raw
		cmp got.raw piped.raw
	done
	# 1.0, 2.0, -2.0, infinity, not a number, 0.5
	xxd -r -p <<<"0000803f 00000040 000000c0 0000807f 0000c07f 0000003f" |
		wav 24 1 8000 32 3 >float.wav
	run -0 sv-capture -r 8000 float.wav
	sv-capture -r 8000 float.wav | od -An -v -td2 >got
	[ "$(tr -s ' ' <got)" = " 32767 32767 -32768 32767 0 16384" ]
	cat float.wav | sv-capture -r 8000 | od -An -v -td2 | diff - got
}

@test "Asterisk's raw files are known by suffix, and on a pipe by --raw" {
	sox a.wav -t raw -e u-law a.ulaw
	sox a.wav -t raw -e a-law a.alaw
	sox a.wav a.gsm
	sox a.wav -t raw -e signed -b 16 a.sln
	sox a.wav -r 16000 -t raw -e signed -b 16 a.sln16
	for format in ulaw alaw gsm sln sln16; do
		rate=8000
		[ $format = sln16 ] && rate=16000
		case $format in
		sln*) kind="-t raw -e signed -b 16 -c 1" ;;
		ulaw) kind="-t raw -e u-law -c 1" ;;
		alaw) kind="-t raw -e a-law -c 1" ;;
		gsm) kind="-t gsm" ;;
		esac
		sox -r $rate $kind a.$format -D -t raw -e signed -b 16 want.raw \
			rate -h 16000
		sv-capture a.$format >got.raw
		alike want.raw got.raw 1
		cat a.$format | sv-capture --raw $format >got.raw
		alike want.raw got.raw 1
	done
	run -64 --separate-stderr sv-capture --raw g729 a.gsm
	[[ $stderr == "sv-capture: --raw: no coding 'g729'; there are ulaw,"* ]]
}

@test "G.722 comes back as it went in, 22 samples later" {
	sv-capture a.wav >a.raw
	sv-capture -o a.g722 <a.raw
	[ "$(stat -c %s a.g722)" -eq 26280 ]
	sv-capture a.g722 | tail -c +45 >got.raw
	head -c -44 a.raw >want.raw
	alike want.raw got.raw 100
	cat a.g722 | sv-capture --raw g722 | tail -c +45 | cmp - got.raw
}

@test "a pipe's pieces of 1, 7 and 4096 bytes make no difference" {
	sox a.wav -t raw -e u-law a.ulaw
	sv-capture a.wav >a.want
	sv-capture a.ulaw >u.want
	for size in 1 7 4096; do
		dd if=a.wav bs=$size status=none | sv-capture | cmp - a.want
		dd if=a.ulaw bs=$size status=none |
			sv-capture --raw ulaw - | cmp - u.want
		dd if=a.want bs=$size status=none | sv-capture -o got.sln16
		cmp a.want got.sln16
	done
}

@test "a WAV on a pipe is decoded while it is being made" {
	mkfifo in out
	sv-capture -r 8000 <in >out &
	exec 7>in 8<out
	head -c 16044 a.wav >&7 # a second of it
	head -c 16000 <&8 | cmp - <(tail -c +45 a.wav | head -c 16000)
	exec 7>&-
	wait $! || [ $? -eq 65 ]
	exec 8<&-
}

@test "a WAV that does not know its length is read to its end" {
	tail -c +45 a.wav >sound
	for size in 0 2147479552 4294967295; do
		wav $size <sound | sv-capture -r 8000 | cmp - sound
	done
}

@test "what cannot be read from a pipe is taken in full first" {
	sox a.wav a.flac
	sox a.wav -e gsm g.wav
	for file in a.flac g.wav; do
		sv-capture $file >want.raw
		cat $file | sv-capture | cmp - want.raw
		TMPDIR=. sv-capture - < <(cat $file) | cmp - want.raw
	done
	[ "$(ls -A | grep -c tmp)" -eq 0 ]
	run -73 --separate-stderr sh -c 'cat a.flac | TMPDIR=missing sv-capture'
	[ "$stderr" = "sv-capture: make a file in missing for stdin: No such file or directory" ]
}

@test "a channel is taken, counted from 0, or all are mixed" {
	sox -n -r 16000 left.wav synth 0.5 sine 400 gain -6
	sox -n -r 16000 right.wav synth 0.5 sine 900 gain -12
	sox -M left.wav right.wav both.wav
	for channel in 0 1; do
		sv-capture --channel $channel both.wav >got.raw
		by_sox "$([ $channel = 0 ] && echo left.wav || echo right.wav)" \
			want.raw 16000
		alike want.raw got.raw 1
	done
	by_sox both.wav want.raw 16000
	sv-capture both.wav >got.raw
	alike want.raw got.raw 1
	sv-capture --channel mix both.wav | cmp - got.raw
	run -65 --separate-stderr sv-capture --channel 2 both.wav
	[ "$output" = "" ]
	[ "$stderr" = "sv-capture: both.wav: no channel 2: it has 2, counted from 0" ]
	run -64 --separate-stderr sv-capture --channel left both.wav
	[ "$stderr" = "sv-capture: --channel: 'left' is neither mix nor a channel counted from 0" ]
}

@test "effects are SoX's" {
	sox a.wav -D -t raw -e signed -b 16 want.raw \
		highpass 300 gain -3 rate -h 16000
	sv-capture --effects 'highpass 300 gain -3' a.wav >got.raw
	alike want.raw got.raw 1
	[ "$(sv-capture --effects 'trim 1 =2' a.wav | wc -c)" -eq 32000 ]
	[ "$(sv-capture --effects 'reverse rate 22050 remix 1 1' a.wav | wc -c)" -eq 105120 ]
	[ "$(sv-capture --effects '"trim" '\''0'\'' \0.5' a.wav a.wav | wc -c)" -eq 32000 ]
	run -0 --separate-stderr sv-capture --effects 'gain 30' a.wav
	[[ $stderr == *"sox: "*"clipped"* ]]
}

@test "an effect that cannot be is named" {
	run -64 --separate-stderr sv-capture --effects 'gain -3 hipass 9' a.wav
	[ "$output" = "" ]
	[ "$stderr" = "sv-capture: effect 'gain': usage: [-e|-b|-B|-r] [-n] [-l|-h] [gain-dB]" ]
	run -64 --separate-stderr sv-capture --effects 'hipass 9' a.wav
	[ "$stderr" = "sv-capture: no effect 'hipass'; sox --help-effect all lists them" ]
	run -64 --separate-stderr sv-capture --effects 'highpass' a.wav
	[[ $stderr == "sv-capture: effect 'highpass': usage: "* ]]
	run -64 --separate-stderr sv-capture --effects 'highpass 5000' a.wav
	[[ $stderr == "sv-capture: effect 'highpass': frequency must be less"* ]]
	run -64 --separate-stderr sv-capture --effects 'gain "-3' a.wav
	[[ $stderr == *"a quote that does not end in 'gain \"-3'" ]]
	run -64 --separate-stderr sv-capture --effects 'noiseprof' a.wav
	[ "$output" = "" ]
}

@test "no chain of effects makes it crash" {
	sv-capture -r 8000 --effects 'trim 0 0.1' -o short.wav a.wav
	while read -r effects; do
		run sv-capture --effects "$effects" short.wav
		echo "# $effects: $status"
		[ $status -eq 0 ] || [ $status -eq 64 ]
	done <<-EOF
		channels 3
		channels 33
		delay 1e9
		delay 1
		input x
		output x
		gain -3 input x
		remix 5
		remix 1 1 1
		oops
		swap
		splice 1
		trim
		mcompand 1 2 3
		speed 0
		upsample 300
		rate nan
		rate 1
		rate 1e30
		rate -b 90
		rate -m -b 90 22.05k
		pitch nan
		downsample inf
		biquad 1 2 3 4 5 6
		: gain -3
		newfile
	EOF
}

@test "operands are put one behind the other, and one that fails keeps none" {
	sox a.wav -r 22050 -c 2 b.flac
	sv-capture a.wav >a.raw
	sv-capture b.flac >b.raw
	sv-capture a.wav b.flac a.wav | cmp - <(cat a.raw b.raw a.raw)
	cat b.flac | sv-capture a.wav - | cmp - <(cat a.raw b.raw)
	sv-capture missing.wav a.wav . >got.raw 2>err && false
	[ $? -eq 66 ] || sv-capture missing.wav a.wav . >got.raw 2>err || [ $? -eq 66 ]
	cmp got.raw a.raw
	diff err - <<-EOF
		sv-capture: open missing.wav: No such file or directory
		sv-capture: . is a folder
	EOF
}

@test "a recording that was cut short yields what there is, and 65" {
	sox a.wav -r 44100 -c 2 st.wav
	for format in wav flac ogg aiff au; do
		[ $format = wav ] || sox st.wav st.$format
		head -c $(($(stat -c %s st.$format) * 2 / 3)) st.$format >cut.$format
		sv-capture st.$format >want.raw
		sv-capture cut.$format >got.raw 2>err && false || [ $? -eq 65 ]
		grep -q "^sv-capture: warning: cut.$format: " err
		[ "$(samples got.raw)" -gt 20000 ]
		# what comes before the cut is the same
		head -c 40000 want.raw | cmp - <(head -c 40000 got.raw)
		cat cut.$format | sv-capture >got.raw 2>err && false || [ $? -eq 65 ]
		grep -q "^sv-capture: warning: stdin: " err
		[ "$(samples got.raw)" -gt 20000 ]
	done
}

@test "a header that denies sound yields it all, and 65" {
	tail -c +45 a.wav >sound
	for size in 0 1000; do
		wav $size <sound >lie.wav
		sv-capture -r 8000 lie.wav >got.raw 2>err && false || [ $? -eq 65 ]
		cmp sound got.raw
		grep -q '^sv-capture: warning: lie.wav: ' err
	done
}

@test "chunks after the sound, and tags, are no lie" {
	tail -c +45 a.wav >sound
	{ wav 52560 <sound; printf 'LIST\x04\0\0\0INFO'; } >list.wav
	{ wav 52560 <sound; printf 'TAG%125s' title; } >tag.wav
	for file in list.wav tag.wav; do
		sv-capture -r 8000 $file | cmp - sound
		cat $file | sv-capture -r 8000 | cmp - sound
	done
}

@test "headers no sound has are refused" {
	head -c 20000 /dev/zero | tr '\0' '\1' >sound
	wav 20000 0 <sound >channels-0.wav
	wav 20000 1000 <sound >channels-1000.wav
	wav 20000 65535 <sound >channels-65535.wav
	wav 20000 1 0 <sound >rate-0.wav
	wav 20000 1 1 <sound >rate-1.wav
	wav 20000 1 2147483647 <sound >rate-31.wav
	wav 20000 1 2147483648 <sound >rate-32.wav
	wav 20000 1 8000 0 <sound >bits-0.wav
	head -c 30 a.wav >head.wav
	head -c 40 a.wav >no-data.wav
	: >empty.wav
	printf 'RIFF' >riff.wav
	openssl enc -aes-128-ctr -K 01 -iv 02 -in a.wav -out noise.wav 2>/dev/null
	printf 'hello, world\n' >text.wav
	for file in *-*.wav head.wav empty.wav riff.wav noise.wav text.wav; do
		echo "# $file"
		run -65 --separate-stderr sv-capture $file
		[ "$output" = "" ]
		[[ $stderr == "sv-capture: $file: "* ]]
		[ "${#stderr_lines[@]}" -eq 1 ]
		run -65 --separate-stderr sv-capture < <(cat $file)
		[ "$output" = "" ]
		[[ $stderr == "sv-capture: stdin"* ]]
	done
	{ wav 4294967295 <sound; } >endless.wav
	[ "$(sv-capture -r 8000 endless.wav | wc -c)" -eq 20000 ]
}

@test "noise without end is refused at its start" {
	run -65 --separate-stderr sv-capture /dev/zero
	[ "$stderr" = "sv-capture: /dev/zero: not a recording; if it is raw sound, name its coding with --raw" ]
}

@test "a terminal is no place for sound" {
	run -64 script -qec "sv-capture a.wav" /dev/null
	[[ $output == "sv-capture: stdout is a terminal, which plays no PCM; send it on, or name a file with -o"* ]]
	run -64 script -qec "sv-capture -o x.wav" /dev/null
	[[ $output == "sv-capture: stdin is a terminal; name a FILE or send a recording"* ]]
}

@test "nothing is an error for a source and silence for a sink" {
	run -65 --separate-stderr sv-capture </dev/null
	[ "$stderr" = "sv-capture: stdin is empty" ]
	run -0 --separate-stderr sv-capture -o none.wav </dev/null
	[ "$stderr" = "" ]
	[ "$(sox --i -s none.wav)" = 0 ]
	run -0 sv-capture none.wav
	[ "$output" = "" ]
}

@test "what is not there, is a folder or may not be read is 66" {
	run -66 --separate-stderr sv-capture missing.wav
	[ "$stderr" = "sv-capture: open missing.wav: No such file or directory" ]
	run -66 --separate-stderr sv-capture .
	[ "$stderr" = "sv-capture: . is a folder" ]
	[ "$(id -u)" = 0 ] && skip "root may read everything"
	chmod 0 a.wav
	run -66 --separate-stderr sv-capture a.wav
	[ "$stderr" = "sv-capture: open a.wav: Permission denied" ]
}

@test "PCM becomes a file of any format, and comes back" {
	sv-capture a.wav >a.raw
	for suffix in wav flac aiff au caf w64 rf64 sln16 FLAC; do
		sv-capture -o x.$suffix <a.raw
		sv-capture x.$suffix | cmp - a.raw
	done
	for suffix in ogg opus mp3 ulaw alaw sln; do
		sv-capture -o x.$suffix <a.raw
		sv-capture x.$suffix >got.raw
		alike a.raw got.raw 250
	done
	sv-capture -o x.gsm <a.raw # 160 samples at a time, the last filled up
	[ "$(stat -c %s x.gsm)" -eq $(((26280 + 159) / 160 * 33)) ]
	sv-capture -o x.vox <a.raw
	[ "$(stat -c %s x.vox)" -eq 13140 ]
	file x.opus | grep -q Opus
	file x.ogg | grep -q Vorbis
	[ "$(ls -A | grep -c part)" -eq 0 ]
}

@test "the rate of a file is -r's, --out-rate's, or its own" {
	sv-capture -r 8000 a.wav >a.raw
	sv-capture -r 8000 -o x.wav <a.raw
	[ "$(sox --i -r x.wav)" = 8000 ]
	sv-capture -r 8000 --out-rate 44100 -o x.flac <a.raw
	[ "$(sox --i -r x.flac)" = 44100 ]
	[ "$(sox --i -s x.flac)" = 144869 ] # 26280 * 44100 / 8000, rounded
	sv-capture --out-rate 22050 -o x.wav a.wav # from file to file
	[ "$(sox --i -r x.wav)" = 22050 ]
	sv-capture -o x.ulaw a.wav
	[ "$(stat -c %s x.ulaw)" -eq 26280 ]
	run -64 --separate-stderr sv-capture --out-rate 16000 -o x.ulaw a.wav
	[ "$stderr" = "sv-capture: x.ulaw is always 8000 Hz" ]
	run -64 --separate-stderr sv-capture --out-rate 44100 a.wav
	[[ $stderr == *"--out-rate needs -o FILE"* ]]
	run -64 --separate-stderr sv-capture --out-rate 5 -o x.wav a.wav
	[ "$stderr" = "sv-capture: --out-rate: '5' is not a rate: 1000 to 768000" ]
}

@test "a suffix that names no format is refused before anything is made" {
	for name in x x.txt x.sd2 .wav/x; do
		run -64 --separate-stderr sv-capture -o $name a.wav
		[[ $stderr == "sv-capture: $name: its suffix names no format"* ]]
	done
	[ "$(ls -A)" = a.wav ]
}

@test "half a sample at the end is 65, and the rest is written" {
	printf abcde | sv-capture -o x.wav 2>err && false || [ $? -eq 65 ]
	diff err - <<<"sv-capture: warning: stdin: the last sample is cut off"
	[ "$(sox --i -s x.wav)" = 2 ]
}

@test "a file that cannot be made is 73, and nothing is left" {
	mkdir folder.wav
	run -73 --separate-stderr sv-capture -o folder.wav a.wav
	[ "$stderr" = "sv-capture: folder.wav is a folder" ]
	run -73 --separate-stderr sv-capture -o missing/x.wav a.wav
	[ "$stderr" = "sv-capture: create missing/x.wav: No such file or directory" ]
	run -66 sv-capture -o x.wav missing.wav
	[ "$(ls -A)" = "$(printf 'a.wav\nfolder.wav')" ]
}

@test "a file of that name stays until the new one is complete" {
	echo old >x.wav
	run -66 sv-capture -o x.wav missing.wav
	[ "$(cat x.wav)" = old ]
	ln -s x.wav link.wav
	run -0 sv-capture -o link.wav a.wav
	[ -L link.wav ]
	[ "$(sox --i -s x.wav)" = 52560 ]
	[ "$(stat -c %a x.wav)" = "$(printf %o $((0666 & ~$(umask))))" ]
}

@test "a full disk is not a success" {
	run -74 --separate-stderr sh -c 'sv-capture a.wav >/dev/full'
	[ "$stderr" = "sv-capture: write stdout: No space left on device" ]
	for suffix in ulaw g722 wav; do
		ln -s /dev/full full.$suffix
		run -74 --separate-stderr sv-capture -o full.$suffix a.wav
		[[ $stderr == *"No space left on device" ]]
	done
}

@test "a reader that leaves is no error" {
	sv-capture --effects 'repeat 100' a.wav 2>err | head -c 100 >/dev/null
	[ "${PIPESTATUS[0]}" -eq 0 ]
	[ ! -s err ]
}

@test "SIGTERM ends a source that waits" {
	mkfifo in
	sv-capture -r 8000 <in >out.raw 2>err &
	pid=$!
	exec 7>in
	head -c 16044 a.wav >&7
	until_size 16000 out.raw
	kill -TERM $pid
	wait $pid
	exec 7>&-
	[ ! -s err ]
	[ "$(stat -c %s out.raw)" -eq 16000 ]
}

@test "SIGTERM ends a source that has had nothing yet" {
	mkfifo in
	for begin in "" RIFF fLaC; do
		sv-capture <in >out.raw 2>err &
		pid=$!
		exec 7>in
		printf %s "$begin" >&7
		until_listening $pid
		kill -TERM $pid
		wait $pid
		exec 7>&-
		[ ! -s err ] && [ ! -s out.raw ]
	done
}

@test "SIGTERM ends a paced source" {
	mkfifo out
	sv-capture --pace --effects 'repeat 100' a.wav >out &
	pid=$!
	exec 7<out
	head -c 640 <&7 >/dev/null
	kill -TERM $pid
	wait $pid
	exec 7<&-
}

@test "SIGTERM completes the file of a sink" {
	mkfifo in
	sv-capture -r 8000 -o x.wav <in &
	pid=$!
	exec 7>in
	head -c 32000 /dev/zero >&7
	until_size 32000 'x.wav.*.part'
	[ ! -e x.wav ]
	kill -TERM $pid
	wait $pid
	exec 7>&-
	[ "$(sox --i -s x.wav)" = 16000 ]
	[ "$(ls x.wav*)" = x.wav ]
}

@test "SIGKILL leaves a part that plays, and no file" {
	mkfifo in
	sv-capture -r 8000 -o x.wav <in &
	pid=$!
	exec 7>in
	head -c 32000 /dev/zero >&7
	until_size 32000 'x.wav.*.part'
	kill -KILL $pid
	wait $pid || [ $? -eq 137 ]
	exec 7>&-
	[ ! -e x.wav ]
	mv x.wav.*.part kept.wav
	[ "$(sox --i -s kept.wav)" -ge 8000 ]
}

@test "--pace writes in real time" {
	start=${EPOCHREALTIME/./}
	sv-capture --pace --effects 'trim 0 0.5' a.wav | wc -c >n
	ms=$(((${EPOCHREALTIME/./} - start) / 1000))
	[ "$(cat n)" -eq 16000 ]
	[ $ms -ge 480 ] && [ $ms -lt 5000 ]
	run -64 --separate-stderr sv-capture --pace -o x.wav a.wav
	[ "$stderr" = "sv-capture: --pace is for stdout, not for -o" ]
}

@test "devices are read and played through SoX's drivers" {
	cat >asound.conf <<-EOF
		pcm.voice { type file slave.pcm "null" file "/dev/null"
			infile "$PWD/voice.raw" format "raw" }
		pcm.speaker { type file slave.pcm "null"
			file "$PWD/heard.raw" format "raw" }
	EOF
	export ALSA_CONFIG_PATH=/usr/share/alsa/alsa.conf:$PWD/asound.conf
	sv-capture a.wav >voice.raw
	sv-capture --effects 'trim 0 1' alsa:voice >got.raw
	alike <(head -c 32000 voice.raw) got.raw 1 || {
		head -c 32000 voice.raw >want.raw
		cmp want.raw got.raw
	}
	sv-capture -o alsa:speaker <voice.raw
	# the device takes whole periods
	head -c 100000 voice.raw | cmp - <(head -c 100000 heard.raw)
}

@test "a device or driver that is not there is 69" {
	export ALSA_CONFIG_PATH=/usr/share/alsa/alsa.conf
	run -69 --separate-stderr sv-capture alsa:nothing
	[ "$stderr" = "sv-capture: alsa:nothing: can't open input  \`nothing': snd_pcm_open error: No such file or directory" ]
	run -69 --separate-stderr sv-capture -o alsa:nothing a.wav
	[ "$stderr" = "sv-capture: alsa:nothing: can't open output file \`nothing': snd_pcm_open error: No such file or directory" ]
	export PULSE_SERVER=unix:$PWD/nowhere
	run -69 --separate-stderr sv-capture pulse:nothing
	[[ $stderr == *"sv-capture: pulse:nothing: "* ]]
}

@test "a file may be called like a device" {
	cp a.wav alsa:a.wav
	sv-capture ./alsa:a.wav | cmp - <(sv-capture a.wav)
}
