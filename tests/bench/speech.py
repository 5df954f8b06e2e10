#!/usr/bin/env python3
"""Recordings with known words, and the errors in what was recognised.

  speech.py make FOLDER [N]     N recordings (4) of human speech at 8 kHz from
                                Debian's asterisk-core-sounds-en-wav, pauses
                                between: FOLDER/{clean,quiet,noisy,...}-N.wav,
                                the words in .ref beside each
  speech.py wer REF HYP ...     pairs of files; prints the word error rate
"""
import gzip
import os
import random
import re
import subprocess
import sys

SOUNDS = "/usr/share/asterisk/sounds/en"
WORDS = "/usr/share/doc/asterisk-core-sounds-en/core-sounds-en.txt.gz"
DIGITS = "zero one two three four five six seven eight nine".split()
# name: what SoX does to the speech, and the noise on the line in dB
LINES = {
    "clean": ([], None),
    "quiet": (["gain", "-20"], -66),
    "noisy": ([], -42),
    "deep": (["pitch", "-350", "gain", "-6"], -60),
}


def normal(text):
    text = re.sub(r"[\[(<].*?[\])>]", " ", text.lower()).replace("-", " ")
    text = re.sub(r"\d", lambda m: " " + DIGITS[int(m[0])] + " ", text)
    return re.sub(r"[^a-z' ]", " ", text).split()


def phrases():
    found = []
    with gzip.open(WORDS, "rt") as lines:
        for line in lines:
            name, _, text = line.partition(": ")
            path = f"{SOUNDS}/{name}.wav"
            words = normal(text)
            plain = not re.search(r"[\[(<*#/&]|\d\d|asterisk|dahdi", text, re.I)
            if plain and 3 <= len(words) <= 40 and os.path.exists(path):
                found.append(([path], words))
    return found


def number(rng):
    said = [rng.randrange(10) for _ in range(rng.choice((3, 4, 7, 10)))]
    return ([f"{SOUNDS}/digits/{d}.wav" for d in said],
            [DIGITS[d] for d in said])


def sox(*arguments):
    subprocess.run(["sox", "-D", "-R", "-V1", *arguments], check=True)


def make(folder, count):
    os.makedirs(folder, exist_ok=True)
    known = phrases()
    for n in range(count):
        name = list(LINES)[n % len(LINES)]
        rng = random.Random(n)
        files, words = [], []
        for i in range(24):
            parts, said = number(rng) if i % 4 == 0 else rng.choice(known)
            pause = f"{folder}/pause-{rng.choice((8, 12, 16, 25))}.wav"
            if not os.path.exists(pause):
                ms = int(re.search(r"-(\d+)\.wav", pause)[1]) / 10
                sox("-n", "-r", "8000", "-c", "1", "-b", "16", pause,
                    "trim", "0", str(ms))
            files += parts + [pause]
            words += said
        base = f"{folder}/{name}-{n}"
        effects, noise = LINES[name]
        sox(*files, base + ".tmp.wav", *effects)
        if noise is None:
            os.rename(base + ".tmp.wav", base + ".wav")
        else:
            sox(base + ".tmp.wav", folder + "/noise.wav", "synth", "pinknoise",
                "gain", str(noise + 12))
            sox("-m", "-v", "1", base + ".tmp.wav", "-v", "1",
                folder + "/noise.wav", base + ".wav")
            os.remove(base + ".tmp.wav")
            os.remove(folder + "/noise.wav")
        with open(base + ".ref", "w") as out:
            out.write(" ".join(words) + "\n")


def errors(ref, hyp):
    row = list(range(len(hyp) + 1))
    for i, word in enumerate(ref, 1):
        last, row[0] = row[0], i
        for j, other in enumerate(hyp, 1):
            last, row[j] = row[j], min(last + (word != other), row[j] + 1,
                                       row[j - 1] + 1)
    return row[-1]


def wer(paths):
    wrong = total = 0
    for ref, hyp in zip(paths[::2], paths[1::2]):
        said = open(ref).read().split()
        heard = normal(open(hyp).read())
        wrong += errors(said, heard)
        total += len(said)
    print(f"{100 * wrong / total:.2f}")


if sys.argv[1] == "make":
    make(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 4)
else:
    wer(sys.argv[2:])
