# bash completion for all sv- programs: options from their own -h
_sv() {
	local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
	local program=${COMP_WORDS[0]} choices=

	case $before in
	-l | --language) choices="ru en" ;;
	-r | --rate) choices="8000 16000 24000 48000" ;;
	--log) choices="text json" ;;
	--from) choices="asr.final audio" ;;
	-e | --engine)
		choices=$("$program" -e help 2>/dev/null | cut -d ' ' -f 1)
		;;
	esac
	if [ -z "$choices" ] && [[ $word == -* ]]; then
		choices=$("$program" -h 2>/dev/null |
			grep -oE '^ *(-.,)? *--[a-z0-9-]+' | grep -oE -- '--?[a-zA-Z0-9-]+')
	elif [ -z "$choices" ] && [ "$COMP_CWORD" -eq 1 ]; then
		case ${program##*/} in
		sv-admin) choices="approve audit config forget keygen retention verify" ;;
		sv-report) choices="calls costs daily funnel latency transcript variants" ;;
		sv-text) choices="itn tn redact" ;;
		sv-crm) choices="outbox send" ;;
		sv-model) choices="list get" ;;
		sv-archive) choices="get keygen list put upload verify watch" ;;
		esac
	fi
	mapfile -t COMPREPLY < <(compgen -W "$choices" -- "$word")
}
complete -o default -F _sv sv-admin sv-archive sv-asr sv-capture sv-crm sv-dialog \
	sv-model sv-replay sv-report sv-text sv-tts
