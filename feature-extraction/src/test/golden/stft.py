"""Makes the golden spectrograms and windows of StftGoldenTest with librosa and SciPy.

    pip install librosa scipy soundfile
    python feature-extraction/src/test/golden/stft.py

Each spectrogram holds little-endian float32: real parts, then imaginary parts, both (frame, bin), of the
first channel of the first LENGTH samples of demo/train/ru-voicemail/mixture.flac.
"""

from pathlib import Path

import librosa
import numpy as np
import scipy
import soundfile
from scipy.signal import get_window

LENGTH = 9001
ROOT = Path(__file__).resolve().parents[4]
OUT = ROOT / "feature-extraction/src/test/resources/golden"

samples, _ = soundfile.read(ROOT / "demo/train/ru-voicemail/mixture.flac", dtype="float64")
# From half a second on, where voice and music have begun.
signal = samples[22050 : 22050 + LENGTH, 0]
for fft_size, hop_length in [(512, 128), (2048, 512), (4096, 1024)]:
    spectrum = librosa.stft(
        signal,
        n_fft=fft_size,
        hop_length=hop_length,
        window="hann",
        center=True,
        pad_mode="constant",
        dtype=np.complex128,
    ).T
    planar = np.concatenate([spectrum.real.ravel(), spectrum.imag.ravel()])
    planar.astype("<f4").tofile(OUT / f"stft-{fft_size}-{hop_length}.f32")
print("librosa", librosa.__version__, "numpy", np.__version__)

# The periodic windows of 64 samples, in the order of the constants of Window.
windows = [get_window(name, 64, fftbins=True) for name in ["hann", "hamming", "blackman", "boxcar"]]
np.concatenate(windows).astype("<f4").tofile(OUT / "windows-64.f32")
print("scipy", scipy.__version__)
