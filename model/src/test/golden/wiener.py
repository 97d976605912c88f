"""Makes the golden values of WienerFilterTest with norbert, the reference implementation.

    pip install norbert
    python wiener.py ../resources/wiener.csv
"""

import sys

import norbert
import numpy as np

FRAMES, BINS = 12, 3

random = np.random.RandomState(1)


def noise():
    return random.randn(FRAMES, BINS, 2) + 1j * random.randn(FRAMES, BINS, 2)


# A voice in the middle, a band off it, and an estimate of the voice that is far from right.
voice = noise()[:, :, :1] * np.array([1, 0.9])
mixture = voice + noise()[:, :, :1] * np.array([0.3, 1.1j]) + 0.05 * noise()
estimate = mixture * random.rand(FRAMES, BINS, 1)
both = np.stack([estimate, mixture - estimate], axis=-1)
refined, _, _ = norbert.expectation_maximization(both, mixture, iterations=1)

with open(sys.argv[1], "w") as file:
    file.write("frame,bin,channel,mixture_re,mixture_im,estimate_re,estimate_im,refined_re,refined_im\n")
    for t in range(FRAMES):
        for f in range(BINS):
            for c in range(2):
                x, y, z = mixture[t, f, c], estimate[t, f, c], refined[t, f, c, 0]
                file.write(f"{t},{f},{c}," + ",".join(f"{v:.9g}" for v in (x.real, x.imag, y.real, y.imag, z.real, z.imag)) + "\n")
