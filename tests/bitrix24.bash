# What the tests against Bitrix24's double share; `load bitrix24` at the head of
# a file. The double is strict: tests/peers/bitrix24.
load peers/doubles

# bitrix24_setup: an empty folder, and nothing of the user's own
bitrix24_setup() {
	doubles_setup
	unset "${!SV_BITRIX24_@}" "${!SV_CRM_@}" SV_STORE SV_CONF SV_LANG \
		http_proxy https_proxy
	export SV_STATE=$PWD/state SV_RUN=$PWD/run SV_CRM_ENGINE=bitrix24
	bx=(-p rate=1000 -p burst=1000)
	settle 300
}

# settle MS: so long a request whose answer was lost may still be at work
settle() {
	settle_ms=$1
	export SV_BITRIX24_SETTLE=${1}ms
}

# portal [OPTION ...]: it is there from now on, and remembers when it is again;
# the bucket is wide unless the test says otherwise
portal() {
	double bitrix24 --state portal.state --rate 1000 --burst 1000 "$@"
	control=http://127.0.0.1:$port/control
}

# with_webhook, with_application: how sv-crm asks
with_webhook() {
	unset SV_BITRIX24_CLIENT_ID SV_BITRIX24_CLIENT_SECRET
	export SV_BITRIX24_WEBHOOK=http://127.0.0.1:$port/rest/1/peer-secret
}

with_application() {
	unset SV_BITRIX24_WEBHOOK
	export SV_BITRIX24_CLIENT_ID=local.peer \
		SV_BITRIX24_CLIENT_SECRET=peer-client-secret
	bx+=(-p "oauth=http://127.0.0.1:$port")
	authorize
}

# authorize: as a person does it in the browser
authorize() {
	sv-crm authorize "${bx[@]}" \
		"$(curl -sf "$control/code" | jq -r .code)" >authorized
}

# ask_control WHAT; order WHAT TEXT: of the double
ask_control() {
	curl -sf "$control/$1"
}

order() {
	curl -sf -X PUT --data-binary "$2" "$control/$1" >/dev/null
}

# recordings FROM TO: rec/ID.wav of each call, no two alike
recordings() {
	local i name
	mkdir -p rec
	for ((i = $1; i <= $2; i++)); do
		printf -v name 'K%05d' "$i"
		[ -e "rec/$name.wav" ] || printf 'RIFF\144\1\0\0WAVEfmt \20\0\0\0\1\0\1\0\100\37\0\0\200\76\0\0\2\0\20\0data\100\1\0\0%-320s' \
			"$name" >"rec/$name.wav"
	done
}

# calls FROM TO: their events, whole calls that became leads; each of another
# caller
calls() {
	awk -v from="$1" -v to="$2" -v rec="$PWD/rec" '
	function event(type, id, seq, stage, more) {
		printf "{\"v\":1,\"type\":\"%s\",\"call\":\"%s\",\"seq\":%d," \
			"\"t\":%d,\"time\":\"2026-11-21T10:%02d:%02d.000Z\"," \
			"\"stage\":\"%s\"%s}\n", type, id, seq, seq * 1000,
			i / 60 % 60, i % 60, stage, more
	}
	BEGIN {
		for (i = from; i <= to; i++) {
			id = sprintf("K%05d", i)
			phone = sprintf("+7916%07d", i)
			event("call.start", id, 1, "capture", ",\"caller\":\"" \
				phone "\",\"callee\":\"+74951112233\"," \
				"\"direction\":\"in\",\"language\":\"ru\"")
			event("dialog.say", id, 1, "dialog",
				",\"say\":\"s1\",\"text\":\"Здравствуйте!\"")
			event("asr.final", id, 1, "asr",
				",\"utterance\":1,\"text\":\"нужен кондиционер\"")
			event("dialog.end", id, 2, "dialog",
				",\"outcome\":\"lead\",\"scenario\":\"sales-ru\"," \
				"\"slots\":{\"name\":\"Иван " i "\"," \
				"\"phone\":\"" phone "\",\"need\":\"кондиционер\"}")
			event("call.end", id, 2, "capture",
				",\"reason\":\"hangup\",\"duration_ms\":9000," \
				"\"recording\":\"" rec "/" id ".wav\"")
		}
	}'
}

# missed ID PHONE: a call that nobody answered
missed() {
	printf '{"v":1,"type":"call.start","call":"%s","seq":1,"t":0,"time":"2026-11-21T09:00:00.000Z","stage":"capture","caller":"%s","callee":"+74951112233","direction":"in","language":"ru"}\n' \
		"$1" "$2"
	printf '{"v":1,"type":"call.end","call":"%s","seq":2,"t":9000,"time":"2026-11-21T09:00:09.000Z","stage":"capture","reason":"hangup","duration_ms":9000}\n' \
		"$1"
}

# sql TEXT: asks the store, whichever it is
sql() {
	case ${SV_STORE-} in
	postgresql:*) psql -qXAt "$SV_STORE" -c "$1" ;;
	*) sqlite3 -cmd '.timeout 20000' "$SV_STATE/store.db" "$1" ;;
	esac
}

# hurry: nothing waits longer than what may still be at work in the portal has
# to, and the portal is given another chance
hurry() {
	local soon=$(($(date +%s%3N) + settle_ms))
	# who was killed at once has not even made it
	sql "UPDATE outbox SET next_due = $soon WHERE state = 'queued'
		AND next_due > $soon" >/dev/null 2>&1 || true
	rm -rf "$SV_RUN/breakers"
}

# waiting: how many entries are not in the portal
waiting() {
	sql "SELECT count(*) FROM outbox WHERE state <> 'sent'"
}

# drained: sends until nothing waits
drained() {
	local until=$((SECONDS + 90))
	while [ $SECONDS -lt $until ]; do
		hurry
		timeout 120 sv-crm send "${bx[@]}" >>sent 2>>sent.err || true
		[ "$(waiting)" != 0 ] || return 0
	done
	echo "# $(waiting) entries wait:" >&2
	sv-crm outbox list 2>&1 | head -n 5 >&2
	tail -n 3 sent.err >&2
	return 1
}

# whole N [webhook]: the portal has N calls, each with all that belongs to it,
# once, in order, and with its own recording. Who asks by a webhook cannot
# register calls: they are activities, recordings and transcripts comments.
whole() {
	ask_control calls >whole.calls
	ask_control state >whole.state
	ask_control duplicates >whole.twice
	jq -sce --argjson n "$1" --arg how "${2-application}" '
		def step($name): .order | index($name) // -1;
		def once: (.leads | length) == 1 and if $how == "webhook" then
				.activities == 1 and .comments == 3
			else (.calls | length) == 1 and .finished == 1 and
				.records == 1 and .transcripts == 1 and
				.comments == 1 end;
		def ordered: [step("lead", "call", "activity", "finish",
			"record", "transcript", "comment")]
			| map(select(. >= 0)) | . == sort;
		map(select(.call | startswith("K"))) |
		length == $n and all(once and ordered)' whole.calls >/dev/null || {
		echo "# not whole, of $(wc -l <whole.calls) calls e.g." >&2
		jq -c 'select([(.leads, .calls | length), .finished, .records,
			.transcripts, .comments] != [1, 1, 1, 1, 1, 1])' \
			whole.calls | head -n 5 >&2
		return 1
	}
	[ "$(<whole.twice)" = "{}" ] || {
		echo "# twice: $(<whole.twice)" >&2
		return 1
	}
	[ "${2-}" = webhook ] || recorded
}

# recorded: each recording hangs on the call that it is of
recorded() {
	jq -r '(.call | map({key: .CALL_ID, value: .EXTERNAL_CALL_ID}) |
		from_entries) as $ids | .record[] |
		"\(.sha256)  rec/\($ids[.call] | split(":")[0]).wav"' \
		whole.state >whole.sums
	sha256sum --quiet -c whole.sums >&2
}
