# events.awk: -v N=COUNT events of a sales line, of eight calls at a time
function stamp(ms,   day, rest) {
	day = int(ms / 86400000); rest = ms % 86400000
	return sprintf("2026-11-%02dT%02d:%02d:%02d.%03dZ", 16 + day, int(rest / 3600000), int(rest / 60000) % 60, int(rest / 1000) % 60, rest % 1000)
}
function event(c, stage, type, dt, fields) {
	at[c] += dt
	printf "{\"v\":1,\"type\":\"%s\",\"call\":\"01KAF%021d\",\"seq\":%d,\"t\":%d,\"time\":\"%s\",\"stage\":\"%s\"%s}\n", type, id[c], ++seq[c, stage], at[c], stamp(begin[c] + at[c]), stage, fields
	if (++written >= N) exit
}
function pick(n) { return int(rand() * n) }
function start(c) {
	id[c] = ++calls; begin[c] = int(calls * 604800000 / (N / 60)); at[c] = 0; turn[c] = 0; left[c] = 3 + pick(6)
	delete seq[c, "capture"]; delete seq[c, "asr"]; delete seq[c, "dialog"]; delete seq[c, "tts"]
	event(c, "capture", "call.start", 0, ",\"source\":\"audiosocket\",\"caller\":\"+7916" (1000000 + pick(8999999)) "\",\"callee\":\"+74951234567\",\"direction\":\"in\",\"rate\":8000")
	say(c, "greeting")
}
function say(c, state) {
	event(c, "dialog", "dialog.state", 5, ",\"state\":\"" state "\",\"reason\":\"slot\"")
	event(c, "dialog", "dialog.say", 1, ",\"say\":\"s" turn[c] "\",\"text\":\"Подскажите, пожалуйста, какой бюджет вы рассматриваете?\",\"prompt\":\"" state ".ask\",\"variant\":0,\"language\":\"ru\",\"interruptible\":true,\"turn\":" (turn[c] + 1))
	event(c, "dialog", "asr.expect", 1, ",\"expect\":\"number\",\"language\":\"ru\",\"say\":\"s" turn[c] "\"")
	event(c, "tts", "tts.start", 60, ",\"say\":\"s" turn[c] "\",\"engine\":\"espeak\",\"voice\":\"ru\",\"cached\":true,\"first_byte_ms\":12")
	event(c, "tts", "tts.end", 3000, ",\"say\":\"s" turn[c] "\",\"duration_ms\":3000")
}
function exchange(c,   u, i, words, e, a, d, s, w, text) {
	u = ++turn[c]
	event(c, "asr", "vad.start", 400 + pick(900), ",\"utterance\":" u ",\"start_ms\":" at[c])
	text = ""
	for (i = 1; i <= 6; i++) {
		text = text (i > 1 ? " " : "") "слово" i
		event(c, "asr", "asr.partial", 250, ",\"utterance\":" u ",\"text\":\"" text "\"")
	}
	event(c, "asr", "vad.end", 500, ",\"utterance\":" u ",\"end_ms\":" at[c] - 400 ",\"speech_ms\":1500")
	words = ""
	for (i = 1; i <= 6; i++)
		words = words (i > 1 ? "," : "") "{\"word\":\"слово" i "\",\"start_ms\":" at[c] + i * 200 ",\"end_ms\":" at[c] + i * 200 + 180 ",\"confidence\":0." (50 + pick(49)) "}"
	event(c, "asr", "asr.final", 40, ",\"utterance\":" u ",\"text\":\"" text "\",\"confidence\":0." (50 + pick(49)) ",\"words\":[" words "],\"engine\":\"vosk\",\"language\":\"ru\",\"endpoint_ms\":500,\"asr_ms\":40,\"reason\":\"silence\"")
	e = 300 + pick(400); a = 20 + pick(120); d = 2 + pick(9); s = 10 + pick(150); w = 20 + pick(20)
	if (pick(7)) event(c, "dialog", "dialog.slot", 3, ",\"slot\":\"budget\",\"kind\":\"number\",\"value\":" pick(900000) ",\"raw\":\"" text "\",\"confidence\":0.81,\"confirmed\":false")
	else event(c, "dialog", "dialog.state", 3, ",\"state\":\"need\",\"from\":\"need\",\"reason\":\"no_match\"")
	say(c, "state" u)
	event(c, "tts", "turn", 1, ",\"turn\":" u ",\"say\":\"s" u "\",\"total_ms\":" e + a + d + s + w ",\"parts\":{\"endpoint\":" e ",\"asr\":" a ",\"dialog\":" d ",\"tts\":" s ",\"wire\":" w "}")
}
function finish(c,   o) {
	o = pick(10); o = o < 4 ? "qualified" : o < 6 ? "handoff" : o < 9 ? "refused" : "abandoned"
	if (o == "handoff") event(c, "dialog", "dialog.handoff", 3, ",\"target\":\"sales\",\"reason\":\"asked\"")
	event(c, "dialog", "dialog.end", 3, ",\"outcome\":\"" o "\",\"slots\":{\"name\":\"Иван\",\"phone\":\"+79161234567\",\"budget\":150000},\"turns\":" turn[c] ",\"scenario\":\"sales\",\"language\":\"ru\"")
	event(c, "capture", "call.end", 20, ",\"reason\":\"hangup\",\"duration_ms\":" at[c] ",\"recording\":\"/var/spool/sales-voice/" id[c] ".flac\"")
}
BEGIN {
	srand(7)
	for (c = 0; c < 8; c++) start(c)
	for (;;) {
		c = pick(8)
		if (left[c]-- > 0) exchange(c)
		else { finish(c); start(c) }
	}
}
