"""Makes the golden values of ForeignNetworkTest.

A small network of the MDX-Net kind (time-frequency convolutions and a dense layer over the bins,
stereo, complex spectra as channels, random weights), built and exported by PyTorch, and what a
separation with it gives: STFT, network, inverse STFT, in NumPy and PyTorch alone.

    pip install torch onnx numpy
    python mdx.py ../resources/networks
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

FFT, HOP, BINS, FRAMES = 512, 128, 256, 16
LENGTH = (FRAMES - 1) * HOP


class Block(nn.Module):
    """Convolutions over time and frequency, then a bottleneck over all bins, added on top."""

    def __init__(self, channels):
        super().__init__()
        self.tfc = nn.Sequential(
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1), nn.BatchNorm2d(channels), nn.ReLU())
        self.tdf = nn.Sequential(nn.Linear(BINS, 16), nn.ReLU(), nn.Linear(16, BINS), nn.ReLU())

    def forward(self, x):
        x = self.tfc(x)
        return x + self.tdf(x.transpose(2, 3)).transpose(2, 3)


class Network(nn.Module):
    """(batch, 4, bins, frames) to the same: left re, left im, right re, right im."""

    def __init__(self):
        super().__init__()
        self.first = nn.Sequential(nn.Conv2d(4, 8, 1), nn.BatchNorm2d(8), nn.ReLU())
        self.block = Block(8)
        self.down = nn.Sequential(nn.Conv2d(8, 8, 2, stride=2), nn.ReLU())
        self.up = nn.Sequential(nn.ConvTranspose2d(8, 8, 2, stride=2), nn.ReLU())
        self.last = nn.Conv2d(8, 4, 1)

    def forward(self, x):
        y = self.block(self.first(x))
        return self.last(y * self.up(self.down(y)))


def signal():
    """Two chirps, stereo."""
    t = np.arange(LENGTH) / 44100
    left = 0.5 * np.sin(2 * np.pi * (300 + 20000 * t) * t)
    right = 0.4 * np.sin(2 * np.pi * (6000 - 30000 * t) * t) + 0.1 * left
    return np.stack([left, right]).astype(np.float32)


def main(folder):
    torch.manual_seed(1)
    network = Network().eval()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.1, 0.1)
            module.running_var.uniform_(0.5, 1.5)
    with torch.no_grad():
        network.last.weight.mul_(100)  # a stem about as loud as the mixture
    folder.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        network, (torch.zeros(1, 4, BINS, FRAMES),), folder / "mdx.onnx", dynamo=False,
        input_names=["mix"], output_names=["stem"],
        dynamic_axes={"mix": {0: "batch"}, "stem": {0: "batch"}}, opset_version=17)

    window = np.hanning(FFT + 1)[:-1]
    mixture = signal()
    padded = np.pad(mixture.astype(np.float64), ((0, 0), (FFT // 2, FFT // 2)))
    starts = range(0, FRAMES * HOP, HOP)
    spectra = np.stack(
        [[np.fft.rfft(window * channel[s:s + FFT]) for s in starts] for channel in padded])
    seen = spectra[:, :, :BINS]  # channel, frame, bin
    planes = np.stack([seen[0].real, seen[0].imag, seen[1].real, seen[1].imag])
    with torch.no_grad():
        given = network(torch.tensor(planes.transpose(0, 2, 1)[None], dtype=torch.float32))
    given = given[0].numpy().transpose(0, 2, 1).astype(np.float64)
    stem = np.zeros_like(spectra)
    stem[0, :, :BINS] = given[0] + 1j * given[1]
    stem[1, :, :BINS] = given[2] + 1j * given[3]
    # Above the network's bins: the share that the stem has in the upper quarter of those.
    quarter = slice(BINS - BINS // 4, BINS)
    share = np.sqrt((abs(stem[:, :, quarter]) ** 2).sum(2) / (abs(spectra[:, :, quarter]) ** 2).sum(2))
    stem[:, :, BINS:] = np.minimum(share, 1)[:, :, None] * spectra[:, :, BINS:]
    total = np.zeros_like(padded)
    weight = np.zeros(padded.shape[1])
    for k, s in enumerate(starts):
        weight[s:s + FFT] += window**2
        total[:, s:s + FFT] += window * np.fft.irfft(stem[:, k])
    vocals = (total / np.maximum(weight, 1e-12))[:, FFT // 2:FFT // 2 + LENGTH]
    np.concatenate([mixture, vocals]).astype("<f4").tofile(folder / "mdx-stems.f32")
    print(abs(vocals).max(), abs(given).max(), (folder / "mdx.onnx").stat().st_size)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
