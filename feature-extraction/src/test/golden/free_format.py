"""Makes the MP3 files of free format for FormatsTest, and prints their lines of formats.csv.

    pip install numpy soundfile
    apt-get install lame
    python feature-extraction/src/test/golden/free_format.py

LAME encodes source.s16 (formats.py says what it is); the figures come from libsndfile, which decodes
free format by mpg123. Made with LAME 3.100 and soundfile 0.14.0.
"""

import subprocess
from pathlib import Path

import numpy as np
import soundfile

OUT = Path(__file__).resolve().parents[1] / "resources/formats"
SOURCE = np.fromfile(OUT / "source.s16", "<i2").reshape(-1, 2)


def make(name, rate, samples, options):
    channels = samples.shape[1]
    mode = ["-m", "m"] if channels == 1 else []
    subprocess.run(
        ["lame", "--quiet", "-r", "-s", str(rate / 1000), "--bitwidth", "16", *mode, "--freeformat",
         *options, "-", str(OUT / name)],
        input=samples.astype("<i2").tobytes(), check=True)
    decoded, found = soundfile.read(OUT / name, dtype="float64", always_2d=True)
    assert found == rate and len(decoded) == len(samples), (found, len(decoded), len(samples))
    expected = samples / 32768
    noise = ((decoded - expected) ** 2).sum()
    snr = int(10 * np.log10((expected**2).sum() / noise))
    print(f"{name},{rate},{channels},{len(samples)},lossy,"
          f"{'left' if channels == 1 else 'source'},0,{snr}")


make("free-400.mp3", 44100, SOURCE, ["-b", "400"])
make("free-100.mp3", 44100, SOURCE, ["-b", "100", "--resample", "44.1"])
make("free-mono.mp3", 22050, SOURCE[:, :1], ["-b", "70", "--resample", "22.05"])
