# sv-capture as a server: who is let in, who is refused, what is left of a call.
# What a call itself does is tested elsewhere; here its pipeline is an echo.
bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	unset SV_LANG SV_RATE SV_FALLBACK SV_TRACE_DIR SV_CAPTURE_EVENTS
	export SV_STATE=$PWD/state SV_RUN=$PWD/run
	peers=$SV_ROOT/tests/peers
}

teardown() {
	local pid
	for pid in $(jobs -p); do
		kill -KILL "$pid" 2>/dev/null || true
	done
	wait 2>/dev/null || true
}

# wait_for PATTERN FILE [N]: until that many lines of the file match
wait_for() {
	timeout 20 sh -c 'until [ "$(grep -c "$1" "$2")" -ge "$3" ]; do
		sleep 0.01; done' sh "$1" "$2" "${3:-1}" || {
		echo "no '$1' in $2:"
		cat "$2"
		false
	}
}

# until COMMAND holds
until_true() {
	timeout 20 bash -c 'until eval "$1"; do sleep 0.01; done' bash "$1" ||
		{ echo "never: $1"; false; }
}

# serve [OPTION ...]: an echo over AudioSocket; sets server and port
serve() {
	: >log
	(ulimit -n "${files:-1024}" && exec sv-capture -v "$@" \
		audiosocket://127.0.0.1:0 -- cat) >events 2>log 3>&- &
	server=$!
	wait_for "listening on audiosocket:" log
	port=$(sed -n 's/.*listening on audiosocket:.*:\([0-9]*\)$/\1/p' log)
}

# crowd N [OPTION ...]: opens connections and leaves them open; sets crowd
crowd() {
	local n=$1
	shift
	"$peers/crowd" "$@" "$port" "$n" >crowd.out 3>&- 8>&- &
	crowd=$!
	wait_for "^up $n" crowd.out
}

# end PID CODE: it ends, with that
end() {
	local rc=0
	timeout 20 tail -s 0.02 --pid="$1" -f /dev/null
	wait "$1" || rc=$?
	[ "$rc" -eq "$2" ] || { echo "exit $rc"; cat log; false; }
}

# call_ok: a call comes through
call_ok() {
	"$peers/audiosocket" "$port" wait-quiet hangup >call.json
	jq -e '.ended == "self" and .frames > 10' call.json || {
		cat call.json log
		false
	}
}

# of calls; what a busy machine does to their sound is not asked here
types() {
	jq -r .type "$@" | grep -v '^error$' | sort | uniq -c | awk '{ printf "%s %s ", $2, $1 }'
}

children() {
	pgrep -P "${1:-$server}" | wc -l
}

@test "URLs are checked before anything listens" {
	run -64 --separate-stderr sv-capture audiosocket://127.0.0.1:9
	[ "$stderr" = "sv-capture: no COMMAND to run for each call; put it \
behind the URLs and --" ]
	run -64 --separate-stderr sv-capture audiosocket://127.0.0.1:99999 -- cat
	[ "$stderr" = "sv-capture: audiosocket://127.0.0.1:99999: '99999' is \
no port: 0 to 65535" ]
	run -64 --separate-stderr sv-capture 'audiosocket://:1?nonsense=1' -- cat
	[ "$stderr" = "sv-capture: audiosocket://:1?nonsense=1: no setting \
'nonsense'" ]
	run -64 --separate-stderr sv-capture audiosocket:9092 -- cat
	[ "$stderr" = "sv-capture: audiosocket:9092: // is missing behind the \
colon" ]
	run -64 --separate-stderr sv-capture sip://127.0.0.1 -- cat
	[ "$stderr" = "sv-capture: sip://127.0.0.1: no such transport; see \
--transports" ]
	run -64 --separate-stderr sv-capture agi: sip://127.0.0.1 -- cat
	run -0 sv-capture --transports
	[[ $output == *"audiosocket    Asterisk's AudioSocket() over TCP"* ]]
	run -64 --separate-stderr sv-capture --pace audiosocket: -- cat
	[[ $stderr == *"are not for calls" ]]
	run -64 --separate-stderr sv-capture eagi: audiosocket: -- cat
	[ "$stderr" = "sv-capture: eagi: cannot be one of several" ]
	run -64 --separate-stderr sv-capture eagi: -- cat </dev/null
	[ "$stderr" = "sv-capture: eagi: needs --events FILE, for stdout is \
the exchange's" ]
	run -64 --separate-stderr sv-capture --max-calls 0 audiosocket: -- cat
	[ "$stderr" = "sv-capture: --max-calls: '0' is not a number from 1 to \
4096" ]
	run -69 --separate-stderr sv-capture audiosocket://192.0.2.1:9 -- cat
	[[ $stderr == "sv-capture: audiosocket://192.0.2.1:9: cannot listen: "* ]]
}

@test "a port that is taken is said so" {
	serve
	run -69 --separate-stderr sv-capture "audiosocket://127.0.0.1:$port" -- cat
	[ "$stderr" = "sv-capture: audiosocket://127.0.0.1:$port: cannot \
listen: Address already in use" ]
}

@test "each call is a process, and its events are on stdout" {
	serve
	call_ok
	call_ok
	kill "$server"
	end "$server" 0
	"$SV_ROOT/tests/check-events" --known events
	[ "$(jq -r .type events | tr '\n' ' ')" = \
		"call.start call.end call.start call.end " ]
	[ "$(jq -r .call events | sort -u | wc -l)" -eq 2 ]
}

@test "several URLs have one server, and port 0 is any that is free" {
	sv-capture -v audiosocket://127.0.0.1:0 audiosocket://127.0.0.1:0 \
		-- cat >events 2>log 3>&- &
	server=$!
	wait_for "listening" log 2
	for port in $(sed -n 's/.*:\([0-9]*\)$/\1/p' log); do
		call_ok
	done
	kill "$server"
	end "$server" 0
	[ "$(types events)" = "call.end 2 call.start 2 " ]
}

@test "events go to the end of a file" {
	echo '{"before":1}' >file
	serve --events file
	call_ok
	kill "$server"
	end "$server" 0
	[ ! -s events ]
	[ "$(jq -r '.type // "before"' file | tr '\n' ' ')" = \
		"before call.start call.end " ]
	mkfifo pipe
	run -75 --separate-stderr sv-capture --events pipe audiosocket: -- cat
	[ "$stderr" = "sv-capture: pipe: nobody reads this pipe" ]
	run -73 --separate-stderr sv-capture --events no/file audiosocket: -- cat
}

@test "a call beyond --max-calls is refused at once, in good order, and told" {
	serve --max-calls 2
	crowd 2
	wait_for call.start events 2
	run -0 "$peers/audiosocket" "$port" wait
	jq -e '.ended == "hangup" and .ms < 1000' <<<"$output"
	wait_for call.refused events
	"$SV_ROOT/tests/check-events" --known events
	jq -e -s '[.[] | select(.type == "call.refused")][0] |
		.reason == "full" and .calls == 2' events
	wait_for "warning: audiosocket://127.0.0.1:0: a call is refused, 1 \
since the start: all slots are taken" log
	kill "$crowd"
	wait_for call.end events 2
	until_true "[ $(children) -ge 0 ] && [ \$(pgrep -P $server | wc -l) -eq 0 ]"
	call_ok
}

@test "1,000 connections that say nothing cost no process and keep no call out" {
	serve
	crowd 1000 --say ""
	[ "$(children)" -eq 0 ]
	[ "$(ls "/proc/$server/fd" | wc -l)" -lt 540 ]
	call_ok
	jq -e '.first_ms < 500' call.json
	wait_for call.end events
	kill "$crowd" # those that are still there
	kill "$server"
	end "$server" 0
	[ "$(types events)" = "call.end 1 call.start 1 " ]
}

@test "who says nothing has to go after --greeting" {
	serve --greeting 100ms
	crowd 3 --say 0100
	end "$crowd" 0
	jq -e '.eof + .reset == 3' < <(tail -n 1 crowd.out)
	kill -USR1 "$server"
	wait_for "3 peers that said nothing" log
	call_ok
}

@test "a greeting that is none of its transport's ends that connection alone" {
	serve
	crowd 20 --say 474554202f20485454502f312e310d0a0d0a
	end "$crowd" 0
	jq -e '.eof + .reset == 20' < <(tail -n 1 crowd.out)
	wait_for "this is no AudioSocket" log 20
	[ "$(children)" -eq 0 ]
	call_ok
	kill -USR1 "$server"
	wait_for "20 that said something else" log
}

@test "a greeting in pieces of one byte is a greeting" {
	serve
	run -0 "$peers/audiosocket" --split 1 "$port" silence 100 hangup
	wait_for call.end events
	[ "$(types events)" = "call.end 1 call.start 1 " ]
}

@test "a connection that is closed before it says what it wants is no call" {
	serve
	for _ in 1 2 3; do
		exec 9<>"/dev/tcp/127.0.0.1/$port"
		exec 9>&-
	done
	call_ok
	wait_for call.end events
	[ "$(types events)" = "call.end 1 call.start 1 " ]
}

@test "SIGTERM with 50 calls up: no new ones, and all 50 finish" {
	serve
	crowd 50
	wait_for call.start events 50
	kill "$server"
	wait_for "no new calls; 50 finish" log
	run -0 "$peers/audiosocket" "$port" wait
	jq -e '.ended == "hangup"' <<<"$output"
	kill -0 "$server"
	[ "$(children)" -eq 50 ]
	kill "$crowd"
	end "$crowd" 0
	end "$server" 0
	jq -e '.self == 50 and .heard == 50' < <(tail -n 1 crowd.out)
	[ "$(types events)" = "call.end 50 call.refused 1 call.start 50 " ]
	"$SV_ROOT/tests/check-events" --known events
	! grep -q call.end <(jq -c 'select(.type == "call.end" and
		.reason == "error")' events)
}

@test "a second SIGTERM ends the calls by handing their callers over" {
	serve
	crowd 5
	wait_for call.start events 5
	kill "$server"
	wait_for "no new calls; 5 finish" log
	kill "$server"
	end "$server" 0
	end "$crowd" 0
	jq -e '.eof == 5' < <(tail -n 1 crowd.out)
	[ "$(types events)" = "call.end 5 call.start 5 " ]
	[ "$(jq -r 'select(.type == "call.end").reason' events | sort -u)" = \
		stopped ]
}

@test "calls that go on after --drain are handed over" {
	serve --drain 200ms
	crowd 3
	wait_for call.start events 3
	kill "$server"
	end "$crowd" 0
	end "$server" 0
	jq -e '.eof == 3' < <(tail -n 1 crowd.out)
	wait_for "3 calls are ended, their callers handed over" log
	[ "$(jq -r 'select(.type == "call.end").reason' events | sort -u)" = \
		stopped ]
}

@test "while calls finish, and just after, the dialplan is told how they ended" {
	sv-capture -v audiosocket://127.0.0.1:0 agi://127.0.0.1:0 -- cat \
		>events 2>log 3>&- &
	server=$!
	wait_for "listening" log 2
	port=$(sed -n 's/.*audiosocket:.*:\([0-9]*\)$/\1/p' log)
	agi=127.0.0.1:$(sed -n 's/.*agi:.*:\([0-9]*\)$/\1/p' log)
	run -0 "$peers/agi" agi "$agi/start"
	grep -q '^SV_UUID=.' <<<"$output"
	crowd 1
	wait_for call.start events
	kill "$server"
	wait_for "no new calls; 1 finish" log
	run -0 "$peers/agi" agi "$agi/start"
	grep -qx SV_FULL=1 <<<"$output"
	kill "$crowd"
	wait_for call.end events
	run -0 "$peers/agi" agi "$agi/outcome" \
		arg=01a1ffae-9db4-7afb-a45e-76c87826b067
	grep -qx AGISTATUS=SUCCESS <<<"$output"
	end "$server" 0
}

@test "a call's process killed -9 leaves no process and no descriptor" {
	serve
	before=$(ls "/proc/$server/fd" | wc -l)
	crowd 2
	wait_for call.start events 2
	until_true "[ \$(pgrep -x cat -g \$(pgrep -P \$(pgrep -P $server | head -n 1)) |
		wc -l) -eq 1 ]"
	call=$(pgrep -P "$server" | head -n 1)
	command=$(pgrep -P "$call")
	kill -KILL "$call"
	wait_for call.end events
	until_true "! [ -e /proc/$command ]"
	[ "$(children)" -eq 1 ]
	"$SV_ROOT/tests/check-events" --known events
	jq -e -s '[.[] | select(.type == "call.end")][0] as $last |
		[.[] | select(.call == $last.call)] | map(.type) ==
		["call.start", "error", "call.end"] and
		map(.seq) == [1, 2, 3] and $last.reason == "error" and
		.[1].reason == "the call'"'"'s process was killed by signal 9"' events
	wait_for "the call's process was killed by signal 9" log
	kill "$crowd"
	wait_for call.end events 2
	until_true "[ \$(ls /proc/$server/fd | wc -l) -eq $before ]"
	until_true "! pgrep -P $server"
	kill -USR1 "$server"
	wait_for "0 of 100 calls in progress, .* 2 calls, 1 failed" log
}

@test "a server killed -9 leaves no process, and its callers are handed over" {
	serve
	crowd 3
	wait_for call.start events 3
	calls=$(pgrep -P "$server" | tr '\n' ' ')
	commands=$(for call in $calls; do pgrep -P "$call"; done | tr '\n' ' ')
	kill -KILL "$server"
	end "$crowd" 0
	jq -e '.eof == 3' < <(tail -n 1 crowd.out)
	for pid in $calls $commands; do
		until_true "! [ -e /proc/$pid ] || grep -q '^State:.Z' /proc/$pid/status"
	done
}

@test "when descriptors run out calls are refused, and later ones are not" {
	files=40 serve
	wait_for "warning: 100 calls may need 776 descriptors, and ulimit -Hn \
is 40: some would be refused" log
	crowd 60
	wait_for '"reason":"resources"' events 5
	running=$(children)
	[ "$running" -ge 10 ]
	kill "$crowd"
	until_true "! pgrep -P $server"
	# those still in the backlog are let in, and leave
	for _ in 1 2 3 4 5; do
		! call_ok || break
	done
	call_ok
	kill "$server"
	end "$server" 0
	"$SV_ROOT/tests/check-events" --known events
	jq -e -s 'map(select(.type == "call.start")) as $started |
		map(select(.type == "call.end")) as $ended |
		($started | length) == ($ended | length)' events
}

@test "whatever peers, kills and signals do, each call has one beginning and one end" {
	serve --max-calls 20 --silence 2s --grace 1s
	"$peers/mob" "$port" "$server" 4
	call_ok || call_ok # those of the mob may still be ending
	kill "$server"
	end "$server" 0
	"$SV_ROOT/tests/check-events" --known events
	jq -e -s '[.[] | select(.call)] | group_by(.call) | length > 10 and
		(map(map(.type) | (map(select(. == "call.start")) | length) == 1
			and (map(select(. == "call.end")) | length) == 1
			and .[-1] == "call.end") | all)' events
	for pid in $(pgrep -x cat); do
		[ "$(readlink "/proc/$pid/cwd")" != "$PWD" ]
	done
}

@test "a reader that is slow stalls no call and loses nothing" {
	mkfifo pipe
	: >log
	cat >many.awk <<-'AWK'
	BEGIN {
		for (i = 1; i <= 3000; i++)
			printf "{\"v\":1,\"type\":\"x.y\",\"call\":\"%s\"," \
				"\"seq\":%d,\"t\":%d,\"stage\":\"x\"," \
				"\"time\":\"2026-01-01T00:00:00.000Z\"," \
				"\"n\":\"%0200d\"}\n",
				ENVIRON["SV_CALL_ID"], i, i, i
	}
	AWK
	sv-capture -v audiosocket://127.0.0.1:0 \
		-- sh -c 'awk -f many.awk >&3; exec cat' >pipe 2>log 3>&- &
	server=$!
	exec 8<pipe # opened, and not read
	wait_for listening log
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' log)
	"$peers/audiosocket" "$port" silence 2000 hangup >call.json
	jq -e '.ended == "self" and .frames > 90 and .gap_ms < 200' call.json
	call_ok
	kill "$server"
	cat <&8 >events
	exec 8<&-
	end "$server" 0
	"$SV_ROOT/tests/check-events" events
	[ "$(types events)" = "call.end 2 call.start 2 x.y 6000 " ]
	# those of a call are in order
	jq -e -s 'group_by(.call) | map(map(select(.type == "x.y").seq) |
		. == ([range(1; 3001)])) | all' events
}

@test "when the reader leaves, calls finish and what they say is kept" {
	mkfifo pipe
	: >log
	sv-capture -v audiosocket://127.0.0.1:0 -- cat >pipe 2>log 3>&- &
	server=$!
	exec 8<pipe
	wait_for listening log
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' log)
	crowd 2
	until_true "[ \$(pgrep -P $server | wc -l) -eq 2 ]"
	exec 8<&-
	wait_for "the reader of the events left: no new calls" log
	run -0 "$peers/audiosocket" "$port" wait
	jq -e '.ended == "hangup"' <<<"$output"
	kill "$crowd"
	end "$server" 0
	wait_for "events are in $SV_STATE/undelivered.ndjson" log
	[ "$(jq -r 'select(.type == "call.end").type' \
		state/undelivered.ndjson | wc -l)" -eq 2 ]
	"$SV_ROOT/tests/check-events" state/undelivered.ndjson
}

@test "a full disk under the events is not a success, and loses none" {
	: >log
	sv-capture -v audiosocket://127.0.0.1:0 -- cat >/dev/full 2>log 3>&- &
	server=$!
	wait_for listening log
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' log)
	"$peers/audiosocket" "$port" silence 100 hangup
	end "$server" 74
	wait_for "write events: No space left on device: no new calls" log
	[ "$(types state/undelivered.ndjson)" = "call.end 1 call.start 1 " ]
}

@test "events that can be written nowhere are counted, and that is a failure" {
	export SV_STATE=/dev/null/state
	: >log
	sv-capture -v audiosocket://127.0.0.1:0 -- cat >/dev/full 2>log 3>&- &
	server=$!
	wait_for listening log
	port=$(sed -n 's/.*:\([0-9]*\)$/\1/p' log)
	"$peers/audiosocket" "$port" silence 100 hangup
	end "$server" 74
	wait_for "no new calls; events are lost, they should go to \
/dev/null/state/undelivered.ndjson" log
	wait_for "2 events are lost, they could not be written" log
}

@test "SIGHUP reads sv.conf again, for new calls" {
	export SV_CONF=$PWD/sv.conf
	echo "SV_CAPTURE_MAX_CALLS=1" >sv.conf
	serve
	crowd 1
	wait_for call.start events
	run -0 "$peers/audiosocket" "$port" wait
	jq -e '.ended == "hangup"' <<<"$output"
	echo "SV_CAPTURE_MAX_CALLS=2" >sv.conf
	kill -HUP "$server"
	wait_for "the configuration is read again" log
	call_ok
	echo "SV_CAPTURE_MAX_CALLS=none" >sv.conf
	kill -HUP "$server"
	wait_for "SV_CAPTURE_MAX_CALLS: 'none' is not a number from 1 to \
4096; what was configured before stays" log
	call_ok
	: >sv.conf
	kill -HUP "$server"
	wait_for "the configuration is read again" log 2
	kill -USR1 "$server"
	wait_for "1 of 100 calls in progress" log
}

@test "SIGHUP opens --events anew, after a rotation" {
	serve --events file
	crowd 1
	wait_for call.start file
	mv file file.1
	kill -HUP "$server"
	wait_for "the configuration is read again" log
	kill "$crowd"
	wait_for call.end file
	[ "$(types file.1)" = "call.start 1 " ]
	[ "$(types file)" = "call.end 1 " ]
	mv file file.2
	mkdir file
	kill -HUP "$server"
	wait_for "open file: Is a directory; events go on where they went" log
	call_ok
	wait_for call.end file.2 2
	kill "$server"
	end "$server" 0
}

@test "signals for the server do not end calls that get them, too" {
	serve
	crowd 1
	wait_for call.start events
	call=$(pgrep -P "$server")
	kill -USR1 "$call" "$server"
	kill -HUP "$call" "$server"
	wait_for "1 of 100 calls in progress" log
	wait_for "the configuration is read again" log
	[ "$(children)" -eq 1 ]
	kill "$crowd"
	wait_for call.end events
	jq -e -s '.[1].type == "call.end" and .[1].duration_ms > 0 and
		.[1].reason != "error"' events
}

@test "SIGHUP changes nothing that the command line says" {
	export SV_CONF=$PWD/sv.conf
	: >sv.conf
	serve --max-calls 7
	echo "SV_CAPTURE_MAX_CALLS=2" >sv.conf
	kill -HUP "$server"
	wait_for "the configuration is read again" log
	kill -USR1 "$server"
	wait_for "0 of 7 calls in progress" log
}

@test "datagrams are answered from the address that they were for" {
	grep -q "^0*1 " /proc/net/if_inet6 || skip "this machine has no ::1"
	sv-capture -v rtp://0.0.0.0:0 'rtp://[::]:0' -- cat >events 2>log 3>&- &
	server=$!
	wait_for listening log 2
	run -0 python3 - $(sed -n 's/.*:\([0-9]*\)$/\1/p' log) <<-'PY'
	import socket, struct, sys
	def talk(family, host, port):
	    s = socket.socket(family, socket.SOCK_DGRAM)
	    s.connect((host, int(port))) # hears from there alone
	    s.settimeout(0.02)
	    for n in range(200):
	        s.send(struct.pack(">BBHII", 0x80, 0, n, n * 160, 7) + b"\xff" * 160)
	        try:
	            s.recv(2000)
	            print(host)
	            return
	        except TimeoutError:
	            pass
	talk(socket.AF_INET, "127.0.0.2", sys.argv[1])
	talk(socket.AF_INET6, "::1", sys.argv[2])
	PY
	[ "$output" = "127.0.0.2
::1" ]
	wait_for call.start events 2
}

# under_systemd NAMES ARG ...: with a listening socket as descriptor 3
under_systemd() {
	local names=$1
	shift
	: >log
	python3 - "$names" "$@" >events 2>log 3>&- <<-'PY' &
	import os, socket, sys
	s = socket.create_server(("127.0.0.1", 0))
	t = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	t.bind("notify")
	port = s.getsockname()[1]
	open("port", "w").write(str(port))
	if s.fileno() != 3:
	    os.dup2(s.fileno(), 3)
	os.set_inheritable(3, True)
	os.set_inheritable(t.fileno(), True)
	os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()),
			  LISTEN_FDNAMES=sys.argv[1], NOTIFY_SOCKET="notify")
	os.execvp(sys.argv[2], [a.replace("PORT", str(port)) for a in sys.argv[2:]])
	PY
	server=$!
}

@test "a socket from systemd is taken by its name, and its port" {
	for url in audiosocket: audiosocket://127.0.0.1:PORT; do
		name=audiosocket
		[ "$url" = audiosocket: ] || name=sv-capture.socket
		rm -f port notify
		under_systemd "$name" sv-capture -v "$url" -- \
			sh -c 'env >&2; exec cat'
		wait_for listening log
		port=$(cat port)
		[ "$(sed -n 's/.*listening on //p' log)" = \
			"audiosocket://127.0.0.1:$port" ]
		call_ok
		# the call's COMMAND is not told of it
		wait_for ^SV_CALL_ID= log
		! grep -qE '^(LISTEN_|NOTIFY_)' log
		kill "$server"
		end "$server" 0
	done
}

@test "a socket from systemd that is for no URL is a mistake" {
	under_systemd other sv-capture -v audiosocket://127.0.0.1:0 -- cat
	end "$server" 78
	wait_for "the socket 'other' (port [0-9]*) from systemd is for none of \
the URLs" log
}

@test "systemd is told when it is ready, reads again, and stops" {
	cat >watch <<-'PY'
	import os, socket, sys
	s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
	s.bind("told")
	print("bound", flush=True)
	for _ in range(5):
	    print(s.recv(1000).decode(), flush=True)
	PY
	python3 watch >notes 3>&- &
	watch=$!
	wait_for bound notes
	NOTIFY_SOCKET=told serve
	wait_for READY=1 notes
	kill -HUP "$server"
	wait_for READY=1 notes 2
	kill "$server"
	end "$server" 0
	wait_for STOPPING=1 notes
	end "$watch" 0
	[ "$(tr '\n' ' ' <notes)" = \
		"bound READY=1 WATCHDOG=1 STATUS=0 of 100 calls in progress, \
0 refused so far RELOADING=1 READY=1 STOPPING=1 " ]
}
