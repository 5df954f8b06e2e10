#!/usr/bin/python3
"""How soon the assistant falls silent when the caller begins to speak.

    silence.py IN.wav OUT.wav FROM_MS

MixMonitor's two files of one call are aligned. Prints the ms from the first
sound in IN after FROM_MS to the last in OUT before a pause of 400 ms, and
fails when there is none, or when nothing was said just before.
"""
import array
import sys
import wave

STEP = 80  # samples: 10 ms
LOUD = 300


def loud(name):
    with wave.open(name) as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    return [max(map(abs, samples[i:i + STEP])) > LOUD
            for i in range(0, len(samples) - STEP, STEP)]


def main():
    caller, ours = loud(sys.argv[1]), loud(sys.argv[2])
    onset = caller.index(True, int(sys.argv[3]) // 10)
    if not any(ours[onset - 40:onset]):
        sys.exit("nothing was being said")
    for at in range(onset, len(ours) - 40):
        if not any(ours[at:at + 40]):
            print((at - onset) * 10)
            return
    sys.exit("it never fell silent")


main()
