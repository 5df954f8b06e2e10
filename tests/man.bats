# The manual and the programs say the same.
bats_require_minimum_version 1.5.0

programs() {
	for main in "$SV_ROOT"/src/*/main.c; do
		basename "$(dirname "$main")" | sed 's/^/sv-/'
	done
}

# from -h: "letter long-name", "-" where there is no letter
help_options() {
	"$1" -h | sed -nE 's/^  -(.), --([a-z0-9-]+).*/\1 \2/p;
		s/^      --([a-z0-9-]+).*/- \1/p' | sort
}

# the same from the page
page_options() {
	sed -nE 's/^\.It Fl ([A-Za-z0-9]) , (Fl )?-([a-z0-9-]+).*/\1 \3/p;
		s/^\.It Fl -([a-z0-9-]+).*/- \1/p' "$SV_ROOT/man/$1.1" | sort
}

@test "every program has a page, and the page all its options and no other" {
	for program in $(programs); do
		echo "# $program"
		diff <(page_options "$program") <(help_options "$program")
	done
}

@test "every variable an option reads is in the page and in sv-config(5)" {
	for program in $(programs); do
		for name in $("$program" -h | grep -oE '\[SV_[A-Z_]+\]' | tr -d '[]'); do
			echo "# $program $name"
			grep -qE "^\.It Ev (.*, )?$name\b" "$SV_ROOT/man/$program.1"
			grep -qE "^\.It Ev (.*, )?$name\b" "$SV_ROOT/man/sv-config.5"
		done
	done
}

@test "every variable the code asks for is in sv-config(5)" {
	for name in $(grep -rhoE 'getenv\("SV_[A-Z_]+"\)' "$SV_ROOT"/lib "$SV_ROOT"/src |
		grep -oE 'SV_[A-Z_]+' | sort -u); do
		echo "# $name"
		grep -qE "^\.It Ev (.*, )?$name\b" "$SV_ROOT/man/sv-config.5"
	done
}

@test "a letter means the same in every program" {
	run sh -c 'sort -u | cut -c 1 | uniq -d' < <(
		for program in $(programs); do
			help_options "$program" | grep -v '^-'
		done)
	[ "$output" = "" ]
}

@test "mandoc finds nothing to complain of" {
	for page in "$SV_ROOT"/man/*.[157]; do
		mandoc -Tlint -Wwarning "$page"
	done
}

@test "every type and field of the schema is in sv-events(7)" {
	page=$(sed -n '/^\.Sh EVENT TYPES/,$p' "$SV_ROOT/man/sv-events.7")
	while read -r type field; do
		section=$(sed -n "/^\.Ss $type\$/,/^\.Ss/p" <<<"$page")
		[ -n "$section" ] || { echo "no section for $type"; false; }
		[ -z "$field" ] || grep -q "^\.It $field\b" <<<"$section" || {
			echo "$type: no field $field"
			false
		}
	done < <(jq -r '."$defs" | to_entries[] | .key as $type |
		if .value.properties then (.value.properties | keys[] |
		"\($type) \(.)") else $type end' "$SV_ROOT/man/sv-events.schema.json")
}

@test "pages and programs refer only to pages there are" {
	while read -r name section; do
		echo "# $name($section)"
		[ -e "$SV_ROOT/man/$name.$section" ]
	done < <(grep -hoE '^\.Xr sv-[a-z]+ [157]' "$SV_ROOT"/man/*.[157] |
		cut -d ' ' -f 2- | sort -u)
}

# The commands of EXAMPLES: literal lines that begin with "$ ", continued by
# lines that end in a backslash.
examples() {
	sed -n '/^\.Sh EXAMPLES/,/^\.Sh [^E]/p' "$1" |
		sed -nE '/^(\.Dl )?\$ /{s/^(\.Dl )?\$ //; :a; /\\(e)?$/{N; s/\\e?\n/ /; ba;}; p}' |
		sed 's/\\e/\\/g; s/\\(aq/'"'"'/g; s/\\(dq/"/g; s/\\-/-/g; s/\\&//g'
}

@test "the EXAMPLES of every page run" {
	for page in "$SV_ROOT"/man/*.[157]; do
		name=${page##*/}
		work=$BATS_TEST_TMPDIR/$name
		mkdir -p "$work"
		cp -r "$SV_ROOT/examples" "$SV_ROOT/pipelines" "$work"
		while IFS= read -r command; do
			echo "# $name: $command"
			(cd "$work" && SV_STATE=$work/state bash -o pipefail -c "$command") \
				>"$work/out" 2>"$work/err" </dev/null || {
				echo "exit $?"
				cat "$work/err"
				false
			}
		done < <(examples "$page")
	done
}
