/*
 * bare-vosk: libvosk with nothing around it, the yardstick of our chain: 16
 * bit PCM at 16 kHz on stdin, the recognised text on stdout, and the CPU time
 * that decoding took, without loading the model, on stderr.
 *
 *     bare-vosk MODEL <speech.raw
 */
#include <stdio.h>
#include <sys/resource.h>

struct VoskModel;
struct VoskRecognizer;

void vosk_set_log_level(int level);
struct VoskModel *vosk_model_new(const char *path);
struct VoskRecognizer *vosk_recognizer_new(struct VoskModel *model, float rate);
void vosk_recognizer_set_words(struct VoskRecognizer *recognizer, int words);
int vosk_recognizer_accept_waveform_s(struct VoskRecognizer *recognizer,
                                      const short *samples, int n);
const char *vosk_recognizer_result(struct VoskRecognizer *recognizer);
const char *vosk_recognizer_final_result(struct VoskRecognizer *recognizer);

enum { BLOCK = 3200 };

/* the value of "text" in Vosk's answer: no word of its models has quotes */
static void print_text(const char *json)
{
	const char *at = json;
	const char *text = NULL;

	for (; *at; at++) {
		if (at[0] == '"' && at[1] == 't' && at[2] == 'e' &&
		    at[3] == 'x')
			text = at + 6;
	}
	while (text && *text && *text++ != '"')
		;
	while (text && *text && *text != '"')
		putchar(*text++);
	putchar('\n');
}

static double cpu(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)usage.ru_utime.tv_sec +
	       (double)usage.ru_utime.tv_usec / 1e6 +
	       (double)usage.ru_stime.tv_sec +
	       (double)usage.ru_stime.tv_usec / 1e6;
}

int main(int argc, char *argv[])
{
	struct VoskModel *model;
	struct VoskRecognizer *recognizer;
	short samples[BLOCK];
	size_t n;
	double start;

	vosk_set_log_level(-1);
	model = argc == 2 ? vosk_model_new(argv[1]) : NULL;
	if (!model)
		return 1;
	start = cpu();
	recognizer = vosk_recognizer_new(model, 16000);
	vosk_recognizer_set_words(recognizer, 1);
	while ((n = fread(samples, sizeof *samples, BLOCK, stdin)) > 0)
		if (vosk_recognizer_accept_waveform_s(recognizer, samples,
		                                      (int)n))
			print_text(vosk_recognizer_result(recognizer));
	print_text(vosk_recognizer_final_result(recognizer));
	fprintf(stderr, "%.2f\n", cpu() - start);
	return 0;
}
