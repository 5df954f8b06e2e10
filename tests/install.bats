# make install and uninstall, in a staging folder.
bats_require_minimum_version 1.5.0

setup() {
	cd "$SV_ROOT" || return
	dest=$BATS_TEST_TMPDIR/stage
}

@test "install puts programs, pages and completion in place, and they run" {
	run -0 make -s install DESTDIR="$dest" PREFIX=/usr
	for program in bin/sv-*; do
		name=${program##*/}
		[ -x "$dest/usr/bin/$name" ]
		[ -s "$dest/usr/share/man/man1/$name.1" ]
		[ -s "$dest/usr/share/bash-completion/completions/$name" ]
		run -0 "$dest/usr/bin/$name" -V
	done
	[ -s "$dest/usr/share/man/man7/sv-events.7" ]
	[ -s "$dest/usr/share/sales-voice/examples/scenarios/sales-ru.yaml" ]
	[ -x "$dest/usr/share/sales-voice/pipelines/nightly-report" ]
}

@test "uninstall leaves nothing of ours behind" {
	run -0 make -s install DESTDIR="$dest" PREFIX=/usr
	run -0 make -s uninstall DESTDIR="$dest" PREFIX=/usr
	run find "$dest" -type f
	[ "$output" = "" ]
}

@test "completion offers options, verbs and values" {
	source examples/completion.bash
	complete_for() {
		COMP_WORDS=("$@")
		COMP_CWORD=$(($# - 1))
		_sv
	}
	complete_for sv-report ""
	[[ " ${COMPREPLY[*]} " == *" daily "* ]]
	complete_for sv-text --vers
	[ "${COMPREPLY[*]}" = --version ]
	complete_for sv-text itn -l r
	[ "${COMPREPLY[*]}" = ru ]
}
