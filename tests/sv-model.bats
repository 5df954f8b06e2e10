# sv-model get, against a site on the loopback that cuts, lies and changes.
bats_require_minimum_version 1.5.0

name=vosk-model-small-ru-0.22

# make_zip FILE PYTHON: an archive made by Python's zipfile as z; model() adds
# what a model has
make_zip() {
	python3 - "$1" "$2" <<-'PYTHON'
		import sys, zipfile, random
		top = "vosk-model-small-ru-0.22/"
		z = zipfile.ZipFile(sys.argv[1], "w")
		def model():
		    rng = random.Random(1)
		    z.writestr(top + "am/final.mdl", rng.randbytes(6000))
		    z.writestr(top + "conf/mfcc.conf", "--sample-frequency=16000\n")
		    z.writestr(top + "graph/Gr.fst", rng.randbytes(3000))
		exec(sys.argv[2])
		z.close()
	PYTHON
}

setup_file() {
	cd "$BATS_FILE_TMPDIR" || return 1
	mkdir site
	make_zip site/$name.zip 'model()'
	python3 "$SV_ROOT/tests/peers/models.py" site port log \
		3>&- >server 2>&1 &
	echo $! >pid
	timeout 20 sh -c 'until [ -s port ]; do :; done'
}

teardown_file() {
	kill "$(cat "$BATS_FILE_TMPDIR/pid")"
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
	export SV_CACHE=$BATS_TEST_TMPDIR/cache
	url=http://127.0.0.1:$(cat port)
	models=$SV_CACHE/models
	: >log
	export no_proxy=127.0.0.1
	unset SV_MODEL SV_MODEL_URL
}

# the model is there, whole, and nothing besides
there() {
	[ "$(find "$models" -type f -printf '%P\n' | sort | tr '\n' ' ')" = \
		"ru/am/final.mdl ru/conf/mfcc.conf ru/graph/Gr.fst " ]
	unzip -p site/$name.zip $name/am/final.mdl | cmp - "$models/ru/am/final.mdl"
}

# nothing of a model is there; what was fetched for the next try may be
not_there() {
	[ ! -e "$models/ru" ]
	[ -z "$(find "$SV_CACHE" -name '*.new')" ]
}

@test "a model is fetched, unpacked and found" {
	run --separate-stderr sv-model -u "$url/good" get ru
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$output" = "$models/ru" ]
	there
	[ "$(sv-model list | head -n 1 | awk '{ print $3 }')" = "$models/ru" ]
	# once it is there, nobody is asked again
	: >log
	SV_MODEL_URL=$url/gone sv-model get ru
	[ ! -s log ]
}

@test "what was cut off goes on where it stopped" {
	run --separate-stderr sv-model -u "$url/cut" get ru
	[ "$status" -eq 0 ]
	there
	[ "$(sed -n 2p log)" = "cut bytes=1000- \"$(stat -c %s site/$name.zip)-1\"" ]
}

@test "what an earlier run left is gone on with" {
	mkdir -p "$models"
	head -c 5000 site/$name.zip >"$models/.$name.zip.part"
	printf '"%s-1"' "$(stat -c %s site/$name.zip)" >"$models/.$name.zip.version"
	sv-model -u "$url/good" get ru
	there
	grep -q '^good bytes=5000-' log
}

@test "a part that is the whole file already is not fetched again" {
	mkdir -p "$models"
	cp site/$name.zip "$models/.$name.zip.part"
	printf '"%s-1"' "$(stat -c %s site/$name.zip)" >"$models/.$name.zip.version"
	sv-model -u "$url/good" get ru
	there
	[ "$(wc -l <log)" -eq 1 ]
}

@test "a part longer than the file is thrown away" {
	mkdir -p "$models"
	cat site/$name.zip site/$name.zip >"$models/.$name.zip.part"
	printf '"%s-1"' "$(stat -c %s site/$name.zip)" >"$models/.$name.zip.version"
	sv-model -u "$url/good" get ru
	there
}

@test "a file that changed meanwhile, or a site without ranges, starts anew" {
	for mode in changed noranges weak; do
		echo $mode
		SV_CACHE=$BATS_TEST_TMPDIR/$mode sv-model -u "$url/$mode" get ru
		(models=$BATS_TEST_TMPDIR/$mode/models && there)
	done
}

@test "redirections are followed, but not for ever" {
	sv-model -u "$url/moved" get ru
	there
	rm -r "$models"
	run -69 --separate-stderr sv-model -u "$url/loop" get ru
	not_there
}

@test "a site that is not there, or has no such file, says what to do by hand" {
	run -69 --separate-stderr sv-model -u http://127.0.0.1:1 get ru
	[[ "$stderr" == "sv-model: http://127.0.0.1:1/$name.zip: "* ]]
	[[ "$stderr" == *"by hand: fetch http://127.0.0.1:1/$name.zip elsewhere, \
unpack it, and put its folder $name here as $models/ru" ]]
	not_there
	run -69 --separate-stderr sv-model -u "$url/gone" get ru
	[[ "$stderr" == *"the server answers 404"* ]]
	not_there
	run -75 --separate-stderr sv-model -u "$url/busy" get ru
	[[ "$stderr" == *"the server is busy (503)"* ]]
	not_there
	run -69 --separate-stderr sv-model -u "file://$PWD/site" get ru
	not_there
}

@test "a range that was a lie is seen, and all of it fetched again" {
	run --separate-stderr sv-model -v -u "$url/lie" get ru
	[ "$status" -eq 0 ]
	[[ "$stderr" == *"the parts do not fit"* ]]
	there
	[ "$(wc -l <log)" -eq 3 ]
}

@test "the SHA-256 that was asked for is what must come" {
	run -69 --separate-stderr sv-model -u "$url/good" --sha256 00ff get ru
	[[ "$stderr" == *"its SHA-256 is"*"not 00ff"* ]]
	not_there
	sum=$(sha256sum site/$name.zip | cut -d ' ' -f 1)
	sv-model -u "$url/good" --sha256 "${sum^^}" get ru
	there
}

@test "an archive that is not a model's is refused, whatever is wrong with it" {
	good=site/$name.zip
	cp $good keep.zip
	while IFS='|' read -r why python; do
		rm $good
		make_zip $good "$python"
		echo "$why"
		run -69 --separate-stderr sv-model -u "$url/good" get ru
		echo "$stderr"
		[[ "$stderr" == *"$why"*"by hand"* ]]
		not_there
		[ ! -e "$BATS_TEST_TMPDIR/evil" ]
		[ ! -e "$models/evil" ]
	done <<-'CASES'
		lies outside|model(); z.writestr(top + "../../evil", "x")
		lies outside|model(); z.writestr("../evil", "x")
		lies outside|model(); z.writestr("/tmp/evil", "x")
		lies outside|model(); z.writestr("other/final.mdl", "x")
		is a link|model(); i = zipfile.ZipInfo(top + "l"); i.external_attr = 0o120777 << 16; z.writestr(i, "/etc/passwd")
		no Vosk model|z.writestr(top + "README", "x")
		no Vosk model|z.writestr(top + "am/final.mdl", "x")
		nothing in it|pass
		too many files|model(); [z.writestr(top + f"f{i}", "") for i in range(1000)]
		in it twice|model(); z.writestr(top + "am/final.mdl", "x")
	CASES
	for damage in 'head -c 3000' 'tail -c +20' 'tr \\0 \\1' 'head -c 0' \
		'sed s/=16000/=16001/'; do
		echo "$damage"
		$damage <keep.zip >$good
		run -69 --separate-stderr sv-model -u "$url/good" get ru
		not_there
	done
	cp keep.zip $good
}

@test "one fetches at a time" {
	mkdir -p "$models"
	exec 8>"$models/.$name.zip.part"
	flock 8
	run -75 --separate-stderr sv-model -u "$url/good" get ru
	[[ "$stderr" == *"another sv-asr is fetching this"* ]]
	exec 8>&-
}

@test "a folder that cannot be written is told" {
	SV_CACHE=/proc/nowhere run -73 --separate-stderr sv-model -u "$url/good" \
		get ru
}

@test "only known languages and verbs" {
	run -64 --separate-stderr sv-model get fr
	[[ "$stderr" == *"there is ru and en" ]]
	run -64 --separate-stderr sv-model
	run -64 --separate-stderr sv-model get
	run -64 --separate-stderr sv-model get ru en
	run -64 --separate-stderr sv-model put ru
}
