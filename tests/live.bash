# What tests of live calls share; `load live` at the head of a file.

# serve URL [OPTION ...] -- COMMAND: sv-capture in the background, its events
# in `events`, what it says in `log`; $port is where it listens
serve() {
	sv-capture -v "$@" >events 2>log 3>&- &
	server=$!
	wait_for '^sv-capture: listening on ' log
	port=$(sed -n 's/.*listening on .*:\([0-9]*\)$/\1/p' log | head -n 1)
}

# stop_server: it ends as told, with status 0
stop_server() {
	local pid=$server
	server=
	kill "$pid"
	wait "$pid"
}

# wait_for PATTERN FILE: until a line of the file matches
wait_for() {
	timeout 20 sh -c 'until grep -qs -- "$1" "$2"; do sleep 0.02; done' \
		sh "$1" "$2"
}

# ends N: until N calls have ended
ends() {
	timeout 20 sh -c 'until [ "$(grep -c call.end events)" -ge "$1" ]; do
		sleep 0.02; done' sh "$1"
}

# of TYPE FIELD: of the events of that type
of() {
	jq -r "select(.type == \"$1\") | .$2" events
}

# pitch FILE [RATE]: of the tone in it, in Hz; with a rate it is raw PCM
pitch() {
	sox ${2:+-t raw -e signed -b 16 -c 1 -r "$2"} "$1" -n stat 2>&1 |
		awk '/Rough/ { print $3 }'
}

# near A B N: A is within N of B
near() {
	echo "# $1, not $2" >&2
	[ $(($1 - $2)) -le "$3" ] && [ $(($2 - $1)) -le "$3" ]
}
