/*
 * recording: a recording of stereo PCM from stdin, in frames of 20 ms as a
 * call has them, into FOLDER
 *
 *   recording FOLDER FORMAT RATE <pcm
 */
#include <stdio.h>
#include <stdlib.h>

#include "src/capture/record.h"

enum { FRAME_MAX = 960 };

int main(int argc, char *argv[])
{
	int16_t both[2 * FRAME_MAX], left[FRAME_MAX], right[FRAME_MAX];
	struct record *record;
	size_t frame, n;
	int rc;

	if (argc != 4)
		return 64;
	frame = strtoul(argv[3], NULL, 10) / 50;
	if (frame > FRAME_MAX)
		return 64;
	rc = record_open(&record, argv[1], "bench", argv[2], (int)frame * 50);
	while (!rc && (n = fread(both, 4, frame, stdin)) > 0) {
		for (size_t i = 0; i < n; i++) {
			left[i] = both[2 * i];
			right[i] = both[2 * i + 1];
		}
		rc = record_heard(record, left, n);
		if (!rc)
			rc = record_sent(record, right, n);
	}
	return rc ? rc : record_close(record);
}
