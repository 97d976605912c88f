"""Makes the golden values of BssEvalTest with museval, the reference implementation.

    pip install museval==0.4.1 soundfile    # and FFmpeg, without which museval does not start
    python bsseval.py ../../../../demo ../resources/bsseval.csv
"""

import sys

import museval
import numpy as np
import soundfile

DEMO, TARGET = sys.argv[1:]
RATE = 44100
SECONDS = 4


def stem(track, name, seconds=SECONDS):
    samples, rate = soundfile.read(f"{DEMO}/train/{track}/{name}.flac", dtype="float32", always_2d=True)
    assert rate == RATE
    return samples[: int(seconds * RATE)]


def delayed(samples, count):
    return np.concatenate([np.zeros_like(samples[:count]), samples[: len(samples) - count]])


def gain(samples, factor):
    return samples * np.float32(factor)


def filtered(samples):
    return gain(samples, 0.5) + gain(delayed(samples, 1), 0.375) - gain(delayed(samples, 20), 0.25)


def noise(samples, level):
    """The linear congruential generator of Knuth's MMIX, the upper 24 bits of each number."""
    state, values = 1, np.empty(samples.size, np.float32)
    for i in range(samples.size):
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        values[i] = np.float32(state >> 40) / np.float32(2**23) - np.float32(1)
    return gain(values.reshape(samples.shape), level)


def silenced(samples, second):
    result = samples.copy()
    result[second * RATE : (second + 1) * RATE] = 0
    return result


def limited(samples, level):
    return np.clip(samples, np.float32(-level), np.float32(level))


def rounded(samples, steps):
    return np.rint(samples * np.float32(steps)) / np.float32(steps)


def wide(samples):
    """Channels that differ: the right one is late, and the left one lower."""
    return np.stack([gain(samples[:, 0], 0.75), delayed(samples[:, 1], 13)], axis=1)


v, a = stem("en-weasels", "vocals"), stem("en-weasels", "accompaniment")
w, b = stem("ru-voicemail", "vocals"), stem("ru-voicemail", "accompaniment")
ww = wide(w)
mono = (v[:, :1], a[:, :1])
middle = np.stack([w[:, 0], w[:, 0]], axis=1)
left = np.stack([v[:, 0], np.zeros_like(v[:, 0])], axis=1)
short = (v[2 * RATE : 2 * RATE + RATE // 2], a[2 * RATE : 2 * RATE + RATE // 2])

# Name, references, estimates.
CASES = [
    ("gain", (v, a), (gain(v, 0.5), gain(a, 1.25))),
    ("leak", (v, a), (v + gain(a, 0.125), a + gain(v, 0.25))),
    ("wide leak", (ww, b), (ww + gain(b, 0.125), b + gain(ww, 0.25))),
    ("delay", (ww, b), (delayed(ww, 100), delayed(b, 7))),
    ("delay beyond the filters", (ww, b), (delayed(ww, 600), delayed(b, 700))),
    ("filter", (v, a), (filtered(v), filtered(a))),
    ("noise", (ww, b), (ww + noise(ww, 0.01), b + noise(b, 0.05))),
    ("swapped channels", (ww, b), (ww[:, ::-1], b[:, ::-1])),
    ("silent reference", (silenced(v, 2), a), (v + gain(a, 0.125), a)),
    ("silent estimate", (v, a), (silenced(v, 1), a + gain(v, 0.25))),
    ("mono", mono, (mono[0] + gain(mono[1], 0.25), filtered(mono[1]))),
    ("mixture", (ww, b), (ww + b, ww + b)),
    ("limited", (ww, b), (limited(ww, 0.05), limited(b, 0.05))),
    ("eight bits", (v, a), (rounded(v, 128), rounded(a, 128))),
    ("equal channels", (middle, b), (middle + gain(b, 0.125), b + gain(middle, 0.25))),
    ("a silent channel", (left, a), (left + gain(a, 0.125), filtered(a))),
    ("shorter than a window", short, (short[0] + gain(short[1], 0.25), filtered(short[1]))),
    ("another voice", (ww, b), (v, b + gain(w, 0.5))),
    ("four stems", (v, a, ww, b),
     (v + gain(a, 0.125), a + gain(w, 0.25), ww + gain(b, 0.25) + gain(v, 0.125), filtered(b) + gain(a, 0.25))),
    ("three stems and silence", (v, a, silenced(ww, 1)), (v + gain(w, 0.25), filtered(a), ww + gain(a, 0.125))),
]
NAMES = ["vocals", "accompaniment", "drums", "bass"]

with open(TARGET, "w") as file:
    file.write("case,stem,frame,sdr,isr,sir,sar\n")
    for name, references, estimates in CASES:
        sdr, isr, sir, sar = museval.evaluate(
            [np.float64(r) for r in references],
            [np.float64(e) for e in estimates],
            win=RATE,
            hop=RATE,
            padding=False,
        )
        for j, stem_name in enumerate(NAMES[: len(references)]):
            for t in range(sdr.shape[1]):
                values = [m[j, t] for m in (sdr, isr, sir, sar)]
                file.write(f"{name},{stem_name},{t}," + ",".join(f"{x:.5f}" for x in values) + "\n")
