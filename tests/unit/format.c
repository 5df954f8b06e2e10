/*
 * format: events become text, subtitles and CTM
 * uses: src/asr/format.c src/asr/subtitle.c src/asr/transcript.c
 */
#include "src/asr/format.h"

#include <stdlib.h>

#include "lib/utf8.h"

#include "tests/unit/tap.h"

static const char events[] =
	"{\"type\":\"call.start\",\"source\":\"in/a b.wav\"}\n"
	"{\"type\":\"asr.final\",\"text\":\"yes & no\",\"channel\":1,"
	"\"speaker\":\"agent\",\"start_ms\":3723004,\"end_ms\":3724000}\n"
	"no JSON\n"
	"{\"type\":\"asr.final\",\"text\":\"\",\"start_ms\":1,\"end_ms\":2}\n"
	"{\"type\":\"asr.final\",\"text\":\"hello there\",\"channel\":0,"
	"\"speaker\":\"customer\",\"start_ms\":900,\"end_ms\":1700,\"words\":["
	"{\"word\":\"hello\",\"start_ms\":900,\"end_ms\":1250,"
	"\"confidence\":1},"
	"{\"word\":\"there\",\"start_ms\":1260,\"end_ms\":1700,"
	"\"confidence\":0.5}]}\n";

static char *write(const char *name, const char *text)
{
	const struct format *format = format_find(name);
	struct transcript transcript;
	struct sv_buf out;

	sv_buf_init(&out, 1 << 20);
	transcript_read(&transcript, text, strlen(text));
	ok(!format->write(&transcript, &out));
	transcript_release(&transcript);
	return sv_buf_take(&out);
}

static void same(const char *name, const char *text, const char *want)
{
	char *got = write(name, text);

	is(got, want);
	free(got);
}

static void plain(void)
{
	same("txt", events,
	     "# in/a b.wav\n"
	     "[00:00:00] customer: hello there\n"
	     "[01:02:03] agent: yes & no\n\n");
	same("srt", events,
	     "1\n00:00:00,900 --> 00:00:01,900\ncustomer: hello there\n\n"
	     "2\n01:02:03,004 --> 01:02:04,004\nagent: yes & no\n\n");
	same("vtt", events,
	     "00:00:00.900 --> 00:00:01.900\n<v customer>hello there\n\n"
	     "01:02:03.004 --> 01:02:04.004\n<v agent>yes &amp; no\n\n");
	/* 996 ms over eight characters, the blanks their share */
	same("ctm", events,
	     ";; in/a b.wav\n"
	     "a_b A 0.900 0.350 hello 1.000\n"
	     "a_b A 1.260 0.440 there 0.500\n"
	     "a_b B 3723.004 0.373 yes\n"
	     "a_b B 3723.502 0.124 &\n"
	     "a_b B 3723.751 0.249 no\n");
}

static void nothing(void)
{
	same("srt", "", "");
	same("vtt", "", "");
	same("txt", "", "# \n\n");
	ok(!format_find("doc"));
	ok(!format_find("ndjson")->write);
}

/* every line fits, no cue has three, none is longer than 7 s or ends before
 * it begins, and no word is lost */
static void check_cues(const char *srt, size_t words)
{
	size_t lines = 0, found = 0, widest = 0, most = 0;

	for (const char *p = srt; *p;) {
		size_t len = strcspn(p, "\n");
		size_t width = sv_utf8_count(p, len);

		if (!len || memmem(p, len, "-->", 3)) {
			lines = 0;
		} else if (lines + 1 > 0 && strchr("0123456789", *p) == NULL) {
			lines++;
			for (size_t i = 0; i < len; i++)
				found += p[i] == ' ';
			found++;
		}
		widest = width > widest ? width : widest;
		most = lines > most ? lines : most;
		p += len + (p[len] == '\n');
	}
	ok(widest <= 42);
	ok(most == 2);
	ok(found == words);
}

static void long_speech(void)
{
	struct sv_buf text;
	char *srt;

	sv_buf_init(&text, 1 << 20);
	sv_buf_puts(&text, "{\"type\":\"asr.final\",\"start_ms\":0,"
	                   "\"end_ms\":120000,\"text\":\"");
	for (int i = 0; i < 300; i++)
		sv_buf_puts(&text,
		            i ? (i % 7 ? " слово" : " здравствуйте") : "слово");
	sv_buf_puts(&text, "\"}\n");
	srt = write("srt", sv_buf_str(&text));
	check_cues(srt, 300);
	free(srt);
	sv_buf_release(&text);
}

static void long_word(void)
{
	char *srt =
		write("srt", "{\"type\":\"asr.final\",\"start_ms\":0,"
	                     "\"end_ms\":2000,\"text\":\"xxxxxxxxxxxxxxxxx"
	                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	                     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n");

	check_cues(srt, 3);
	free(srt);
}

/* a pause within an utterance parts the cues */
static void pauses(void)
{
	same("srt",
	     "{\"type\":\"asr.final\",\"text\":\"a b\",\"words\":["
	     "{\"word\":\"a\",\"start_ms\":0,\"end_ms\":100},"
	     "{\"word\":\"b\",\"start_ms\":5000,\"end_ms\":5000}]}\n",
	     "1\n00:00:00,000 --> 00:00:01,000\na\n\n"
	     "2\n00:00:05,000 --> 00:00:06,000\nb\n\n");
}

int main(void)
{
	plain();
	nothing();
	long_speech();
	long_word();
	pauses();
	return tap_end();
}
