"""Golden stems of networks that see segments, by PyTorch, with the chunking of the hosts that such networks
were made for, written from its description.

    python3.10 -m venv torch && torch/bin/pip install torch==1.12.1 'numpy<2'
    torch/bin/python model/src/test/golden/segments.py model/src/test/resources/segments

The networks are tiny; their tensors are those of the public exports: HT-Demucs as `mix` -> `stems`
(demucs-onnx), HT-Demucs with its transform outside and BS-RoFormer (unblend), MDX-Net (UVR). The rules:
demucs/apply.py (TensorChunk, apply_model), demucs/htdemucs.py (_spec, _ispec); UVR's separate.py
(SeperateMDX.demix); MSST's utils/model_utils.py (demix), batches of one.
"""

import math
import pathlib
import sys

import numpy as np
import torch
from torch import nn
from torch.nn import functional

STEMS = 3


def track(samples):
    i = np.arange(samples, dtype=np.float64)
    channels = [0.4 * np.sin(0.05 * (c + 1) * i + 1e-5 * i * i) + 0.2 * np.sin(0.31 * i + c) + 0.01 for c in range(2)]
    return torch.from_numpy(np.stack(channels).astype(np.float32)) if samples else torch.zeros(2, 0)


# Networks


class Samples(nn.Module):
    """`mix` [1, 2, n] -> `stems` [1, stems, 2, n]."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv1d(2, 2 * STEMS, 31, padding=15)

    def forward(self, mix):
        return torch.tanh(self.convolution(mix)).reshape(1, STEMS, 2, mix.shape[-1])


@torch.jit.script
def softer(mix: torch.Tensor):
    """A branch."""
    if mix.abs().max() > 0.25:
        mix = mix * 0.5
    return mix


class Branching(nn.Module):
    """`Samples` behind a branch."""

    def __init__(self):
        super().__init__()
        self.samples = Samples()

    def forward(self, mix):
        return self.samples(softer(mix))


class Spectra(nn.Module):
    """`spec_real`, `spec_imag` [b, 2, bins, frames] -> the same of stems [b, stems, 2, bins, frames]."""

    def __init__(self):
        super().__init__()
        self.real = nn.Conv2d(4, 2 * STEMS, 3, padding=1)
        self.imag = nn.Conv2d(4, 2 * STEMS, 3, padding=1)

    def forward(self, real, imag):
        both = torch.cat([real, imag], 1)
        shape = (-1, STEMS, 2, real.shape[2], real.shape[3])
        return self.real(both).reshape(shape), self.imag(both).reshape(shape)


class Hybrid(nn.Module):
    """Spectra and samples in and out."""

    def __init__(self):
        super().__init__()
        self.spectra, self.samples = Spectra(), nn.Conv1d(2, 2 * STEMS, 31, padding=15)

    def forward(self, real, imag, audio):
        return (*self.spectra(real, imag), self.samples(audio).reshape(-1, STEMS, 2, audio.shape[-1]))


class Planes(nn.Module):
    """[b, 4, bins, frames] -> the same: re and im of left, then of right."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, planes):
        return self.convolution(planes)


class Magnitudes(nn.Module):
    """A stem of the Spleeter kind, as sherpa-onnx ships it: `x` [2, splits, frames, bins] -> `y`."""

    def __init__(self):
        super().__init__()
        self.convolution = nn.Conv2d(2, 2, 3, padding=1)

    def forward(self, x):
        x = x.transpose(0, 1)
        return (torch.sigmoid(self.convolution(x)) * x).transpose(0, 1)


# Transforms


def stft(x, size, hop, normalized=False, window=True):
    weights = torch.hann_window(size) if window else torch.ones(size)
    return torch.stft(x, size, hop, window=weights, center=True, pad_mode="reflect", normalized=normalized, return_complex=True)


def istft(z, size, hop, length, normalized=False, window=True):
    shape = z.shape
    weights = torch.hann_window(size) if window else torch.ones(size)
    x = torch.istft(z.reshape(-1, *shape[-2:]), size, hop, window=weights, center=True, normalized=normalized, length=length)
    return x.reshape(*shape[:-2], length)


def hybrid_spec(x, size, hop):
    frames = math.ceil(x.shape[-1] / hop)
    pad = hop // 2 * 3
    x = functional.pad(x[None], (pad, pad + frames * hop - x.shape[-1]), mode="reflect")[0]
    return stft(x, size, hop, normalized=True)[..., :-1, 2 : 2 + frames]


def hybrid_ispec(z, size, hop, length):
    z = functional.pad(z, (2, 2, 0, 1))
    pad = hop // 2 * 3
    return istft(z, size, hop, hop * math.ceil(length / hop) + 2 * pad, normalized=True)[..., pad : pad + length]


# Hosts


def demucs(x, segment, model):
    """Segments every three quarters of one, weighted by a triangle; a short one in the middle of real samples."""
    n, stride = x.shape[-1], int(0.75 * segment)
    out, total = torch.zeros(STEMS, 2, n), torch.zeros(n)
    weight = torch.cat([torch.arange(1, segment // 2 + 1), torch.arange(segment - segment // 2, 0, -1)]).float()
    weight = weight / weight.max()
    for start in range(0, n, stride):
        length = min(segment, n - start)
        missing = segment - length
        begin = start - missing // 2
        end = begin + segment
        chunk = functional.pad(x[:, max(0, begin) : min(n, end)], (max(0, -begin), max(0, end - n)))
        stems = model(chunk)[..., missing // 2 : missing // 2 + length]
        out[..., start : start + length] += weight[:length] * stems
        total[start : start + length] += weight[:length]
    return out / total if n else out


def levelled(x, model):
    """The whole track has the mean 0 and the deviation 1 for the network."""
    mono = x.mean(0)
    mean, deviation = mono.mean(), mono.std() + 1e-8
    return model((x - mean) / deviation) * deviation + mean


def uvr(x, segment, size, model, step, gain):
    """Segments under a Hann window, with silence around the track."""
    n, trim = x.shape[-1], size // 2
    kept = segment - 2 * trim
    pad = kept + trim - n % kept
    mix = functional.pad(x, (trim, pad))
    length = mix.shape[-1]
    result, divider = torch.zeros(1, 2, length, dtype=torch.float64), torch.zeros(length, dtype=torch.float64)
    for start in range(0, length, step):
        part = mix[:, start : start + segment]
        window = torch.from_numpy(np.hanning(part.shape[-1]))
        stems = model(functional.pad(part, (0, segment - part.shape[-1])))[..., : part.shape[-1]]
        result[..., start : start + segment] += stems * window
        divider[start : start + segment] += window
    return (result / divider)[..., trim : trim + n].float() * gain


def msst(x, segment, overlaps, model):
    """Segments with linear fades, of a track that goes on by its reflection."""
    n, step, fade = x.shape[-1], segment // overlaps, segment // 10
    border = segment - step
    reflected = n > 2 * border and border > 0
    mix = functional.pad(x[None], (border, border), mode="reflect")[0] if reflected else x
    end = mix.shape[-1]
    result, counter = torch.zeros(STEMS, 2, end), torch.zeros(end)
    for start in range(0, end, step):
        part = mix[:, start : start + segment]
        length = part.shape[-1]
        if length < segment:
            how = dict(mode="reflect") if length > segment // 2 else {}
            part = functional.pad(part[None], (0, segment - length), **how)[0]
        window = torch.ones(segment)
        window[:fade], window[-fade:] = torch.linspace(0, 1, fade), torch.linspace(1, 0, fade)
        if start == 0:
            window[:fade] = 1
        elif start + step >= end:
            window[-fade:] = 1
        result[..., start : start + length] += (model(part) * window)[..., :length]
        counter[start : start + length] += window[:length]
    out = torch.nan_to_num(result / counter)
    return out[..., border : border + n] if reflected else out


# What is written


def export(model, file, names, *inputs):
    torch.onnx.export(model, inputs, file, input_names=names[0], output_names=names[1], opset_version=16)


def main(target):
    target = pathlib.Path(target)
    target.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    samples, hybrid, spectra, planes = Samples(), Hybrid(), Spectra(), Planes()
    segment, size, hop, bins = 1000, 64, 16, 33
    of_spectra = ["spec_real", "spec_imag"]
    out_spectra = ["out_spec_real", "out_spec_imag"]

    def by_spectra(x):
        z = stft(x, size, hop)[None]
        real, imag = spectra(z.real, z.imag)
        return istft(torch.complex(real, imag)[0], size, hop, segment)

    def by_both(x):
        z = hybrid_spec(x, size, hop)[None]
        real, imag, audio = hybrid(z.real, z.imag, x[None])
        return hybrid_ispec(torch.complex(real, imag)[0], size, hop, segment) + audio[0]

    def by_planes(x):
        z = stft(x, size, hop)[:, :24]
        z[:, :3] = 0
        given = torch.stack([z.real, z.imag], 1).reshape(1, 4, 24, -1)
        back = (planes(given) - planes(-given)) / 2
        back = back.reshape(1, 2, 2, 24, -1)
        whole = functional.pad(torch.complex(back[:, :, 0], back[:, :, 1]), (0, 0, 0, bins - 24))
        return istft(whole, size, hop, hop * (z.shape[-1] - 1))

    frames = 1 + segment // hop
    export(samples, target / "samples.onnx", (["mix"], ["stems"]), torch.zeros(1, 2, segment))
    export(Branching(), target / "branch.onnx", (["mix"], ["stems"]), torch.zeros(1, 2, segment))
    export(spectra, target / "spectra.onnx", (of_spectra, out_spectra), *[torch.zeros(1, 2, bins, frames)] * 2)
    export(hybrid, target / "hybrid.onnx", ([*of_spectra, "audio"], [*out_spectra, "out_wave"]),
           *[torch.zeros(1, 2, bins - 1, math.ceil(segment / hop))] * 2, torch.zeros(1, 2, segment))
    # A segment of whole hops, as UVR has it.
    export(planes, target / "planes.onnx", (["input"], ["output"]), torch.zeros(1, 4, 24, 64))
    magnitudes = []
    patch = torch.linspace(0, 4, 2 * 3 * 16 * 128).sin().abs().reshape(2, 3, 16, 128)
    for name in ("vocals", "accompaniment"):
        network = Magnitudes()
        torch.onnx.export(network, patch, target / f"{name}.onnx", input_names=["x"], output_names=["y"],
                          dynamic_axes={"x": {1: "splits"}, "y": {1: "splits"}}, opset_version=16)
        with torch.no_grad():
            magnitudes.append(network(patch).transpose(0, 1).numpy())
    squares = [stem.astype(np.float64) ** 2 for stem in magnitudes]
    masks = np.stack([(square + 0.5e-10) / (sum(squares) + 1e-10) for square in squares], 1)
    masks.astype("<f4").tofile(target / "ratio.f32")
    whole = hop * 63
    for n in (1, 40, 1000, 3111):
        x = track(n)
        golden = {}
        with torch.no_grad():
            if n > 1:
                golden["samples"] = levelled(x, lambda y: demucs(y, segment, lambda c: samples(c[None])[0]))
            golden["spectra"] = demucs(x, segment, by_spectra)
            golden["hybrid"] = demucs(x, segment, by_both)
            golden["planes"] = uvr(x, whole, size, by_planes, whole - size, 1.035)
            golden["linear"] = msst(x, segment, 4, by_spectra)
        for name, stems in golden.items():
            stems.numpy().astype("<f4").tofile(target / f"{name}-{n}.f32")


if __name__ == "__main__":
    main(*sys.argv[1:])
