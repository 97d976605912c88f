"""Other people's kinds of networks at their public sizes, against PyTorch: imported by preset, run by
`separate` over tracks of many lengths, channels and rates, and compared with the rules of their hosts.

    tools/bin/pip install torch==1.12.1 'numpy<2' onnx soundfile
    tools/bin/python benchmarks/others.py others                 # 10 minutes on two cores
    tools/bin/python benchmarks/others.py others --hours 3       # memory for 3 hours and 3 minutes too
    tools/bin/python benchmarks/others.py others --width 640 --bundles-only    # for SegmentsBenchmark

The networks are small, for hardly any weights could be had here; their tensors are those of the public
exports. `--width` gives each convolution a hidden layer of so many channels. Rules and networks: model/src/test/golden/segments.py.
"""

import argparse
import math
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np
import soundfile
import torch
from torch import nn
from torch.nn import functional

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "model/src/test/golden"))
import segments  # noqa: E402

RATE = 44100
FOUR = ["drums", "bass", "other", "vocals"]
SPECTRA = (["spec_real", "spec_imag"], ["out_spec_real", "out_spec_imag"])


class Kind:
    """A kind of network: its files, how they are imported, and what its host would make of two channels."""

    def __init__(self, preset, stems, build, options=(), level=False, width=0):
        self.preset, self.stems, self.options, self.level = preset, stems, options, level
        segments.STEMS = len(stems)
        torch.manual_seed(2)
        self.networks, self.estimate = build()
        for network, _, _ in self.networks.values():
            if width:
                widen(network, width)

    def export(self, folder):
        segments.STEMS = len(self.stems)
        files = []
        for name, (network, names, inputs) in self.networks.items():
            files.append(folder / f"{name}.onnx")
            segments.export(network, str(files[-1]), names, *inputs)
        return files

    def golden(self, track):
        """Stems x channels x samples of a track of any number of channels."""
        segments.STEMS = len(self.stems)
        mean, deviation = 0.0, 1.0
        if self.level and track.shape[-1]:
            mono = track.mean(0)
            mean, deviation = mono.mean(), mono.std() + 1e-8
        stems = torch.zeros(len(self.stems), *track.shape)
        for first in range(0, track.shape[0], 2):
            pair = track[[first, min(first + 1, track.shape[0] - 1)]]
            both = self.estimate((pair - mean) / deviation) * deviation + mean
            for channel in range(first, min(first + 2, track.shape[0])):
                stems[:, channel] = both[:, channel - first]
        return stems


def widen(module, width):
    """Gives each convolution a hidden layer."""
    for name, child in module.named_children():
        if isinstance(child, (nn.Conv1d, nn.Conv2d)):
            kind, how = type(child), dict(kernel_size=child.kernel_size, padding=child.padding)
            first, last = kind(child.in_channels, width, **how), kind(width, child.out_channels, **how)
            setattr(module, name, nn.Sequential(first, nn.ReLU(), last))
        else:
            widen(child, width)


def samples(segment=343980):
    network = segments.Samples()
    return {"mix": (network, (["mix"], ["stems"]), (torch.zeros(1, 2, segment),))}, lambda x: segments.demucs(
        x, segment, lambda chunk: network(chunk[None])[0]
    )


def hybrid(segment=343980, size=4096, hop=1024):
    network = segments.Hybrid()
    frames = math.ceil(segment / hop)

    def model(chunk):
        z = segments.hybrid_spec(chunk, size, hop)[None]
        real, imag, audio = network(z.real, z.imag, chunk[None])
        return segments.hybrid_ispec(torch.complex(real, imag)[0], size, hop, segment) + audio[0]

    names = ([*SPECTRA[0], "audio"], [*SPECTRA[1], "out_wave"])
    inputs = (*[torch.zeros(1, 2, size // 2, frames)] * 2, torch.zeros(1, 2, segment))
    return {"hybrid": (network, names, inputs)}, lambda x: segments.demucs(x, segment, model)


def spectra(size, hop, frames):
    network, segment = segments.Spectra(), hop * (frames - 1)

    def model(chunk):
        z = segments.stft(chunk, size, hop)[None]
        real, imag = network(z.real, z.imag)
        return segments.istft(torch.complex(real, imag)[0], size, hop, segment)

    inputs = [torch.zeros(1, 2, size // 2 + 1, frames)] * 2
    return {"spectra": (network, SPECTRA, inputs)}, lambda x: segments.demucs(x, segment, model)


def planes(size, bins, hop=1024, frames=256, gain=1.02):
    network, segment = segments.Planes(), hop * (frames - 1)

    def model(chunk):
        z = segments.stft(chunk, size, hop)[:, :bins].clone()
        z[:, :3] = 0
        back = network(torch.stack([z.real, z.imag], 1).reshape(1, 4, bins, -1)).reshape(1, 2, 2, bins, -1)
        whole = functional.pad(torch.complex(back[:, :, 0], back[:, :, 1]), (0, 0, 0, size // 2 + 1 - bins))
        return segments.istft(whole, size, hop, segment)

    inputs = (torch.zeros(1, 4, bins, frames),)
    return {"planes": (network, (["input"], ["output"]), inputs)}, lambda x: segments.uvr(
        x, segment, size, model, segment - size, gain
    )


def kinds(width):
    return {
        "HT-Demucs (demucs-onnx)": Kind("htdemucs", FOUR, samples, level=True, width=width),
        "HT-Demucs (unblend)": Kind("htdemucs", FOUR, hybrid, level=True, width=width),
        "MDX-Net (UVR)": Kind(
            "mdx", ["vocals"], lambda: planes(7680, 3072), ("--fft-size=7680", "--gain=1.02"), width=width
        ),
        "Mel-RoFormer (unblend)": Kind(
            "roformer", ["vocals"], lambda: spectra(2048, 441, 801), ("--hop-length=441",), width=width
        ),
        "SCNet (unblend)": Kind("scnet", FOUR, lambda: spectra(4096, 1024, 476), ("--hop-length=1024",), width=width),
    }


def track(length, channels, rate, seed):
    random = np.random.default_rng(seed)
    time = np.arange(length) / rate
    tones = [0.2 * np.sin(2 * np.pi * (110 * (c + 1) * time + 20 * np.sin(time))) for c in range(channels)]
    noise = 0.1 * random.standard_normal((channels, length))
    return np.clip(np.stack(tones) + noise, -0.99, 0.99).T if length else np.zeros((0, channels))


def corpus(folder):
    """Tracks that the hosts' rules know (44.1 kHz), and some of other rates, whose stems have to sum up."""
    lengths = {0: 2, 1: 2, 999: 2, RATE: 1, 20 * RATE: 6, 600 * RATE: 2}
    for seed, (length, channels) in enumerate(lengths.items()):
        soundfile.write(folder / f"known-{length}.wav", track(length, channels, RATE, seed), RATE, "PCM_16")
    for seed, (rate, channels) in enumerate([(8000, 1), (22050, 3), (48000, 6), (96000, 2)]):
        soundfile.write(folder / f"rate-{rate}.wav", track(7 * rate, channels, rate, seed), rate, "PCM_16")


def stemspark(*arguments):
    done = subprocess.run([ROOT / "stemspark", *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"stemspark {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def read(file):
    return soundfile.read(file, dtype="float64", always_2d=True)[0].T


def compare(kind, music, floats, integers):
    """The largest error against the host's rules, and against the sum, in floats and in 16-bit steps."""
    error = sums = steps = 0.0
    for file in sorted(music.glob("*.wav")):
        mixture = read(file)
        for out, scale in ((floats, 1), (integers, 32768)):
            stems = {stem.stem: read(stem) for stem in (out / file.stem).glob("*.wav")}
            assert len(stems) == max(2, len(kind.stems)), (file, stems.keys())
            assert all(stem.shape == mixture.shape for stem in stems.values()), file
            rest = abs(sum(stems.values()) - mixture).max(initial=0) * scale
            sums, steps = (max(sums, rest), steps) if scale == 1 else (sums, max(steps, rest))
        # The deviation of one sample is no number.
        if file.stem.startswith("known") and (mixture.shape[1] != 1 or not kind.level):
            golden = kind.golden(torch.from_numpy(mixture.astype(np.float32)))
            for stem, name in enumerate(kind.stems):
                if name != "other":
                    given = read(floats / file.stem / f"{name}.wav")
                    error = max(error, abs(given - golden[stem].numpy()).max(initial=0))
    return error, sums, steps


def memory(bundle, folder, seconds):
    """The most memory in MB that a run over one long track takes."""
    music, out = folder / f"{seconds}.flac", folder / f"out-{seconds}"
    if not music.exists():
        part = track(60 * RATE, 2, RATE, 1)
        with soundfile.SoundFile(music, "w", RATE, 2, "PCM_16") as file:
            for _ in range(seconds // 60):
                file.write(part)
    run = ["/usr/bin/time", "-v", ROOT / "stemspark", "separate", music, out, "--model", bundle]
    run += ["--set", "stemspark.output.stems=vocals"]
    options = {"STEMSPARK_JAVA_OPTS": "-Xmx1g", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(run, capture_output=True, text=True, env=options)
    if done.returncode:
        sys.exit(done.stderr)
    shutil.rmtree(out)
    return int(re.search(r"Maximum resident set size \(kbytes\): (\d+)", done.stderr)[1]) / 1000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--hours", type=int, default=0)
    parser.add_argument("--width", type=int, default=0)
    parser.add_argument("--bundles-only", action="store_true")
    arguments = parser.parse_args()
    folder = arguments.folder
    music = folder / "music"
    music.mkdir(parents=True, exist_ok=True)
    if not arguments.bundles_only:
        corpus(music)
    print("| kind | against PyTorch | sum, float | sum, 16 bits | MB, 3 minutes |" + " MB, hours |" * bool(arguments.hours))
    print("|---|---:|---:|---:|---:|" + "---:|" * bool(arguments.hours))
    for name, kind in kinds(arguments.width).items():
        home = folder / kind.preset / "-".join(kind.networks)
        home.mkdir(parents=True, exist_ok=True)
        bundle = home / f"{kind.preset}-{'-'.join(kind.networks)}.bundle"
        with torch.no_grad():
            files = kind.export(home)
            stems = f"--stems={','.join(kind.stems)}"
            stemspark("bundle", "import", "--preset", kind.preset, *kind.options, stems, *files, bundle)
            if arguments.bundles_only:
                print(bundle)
                continue
            floats, integers = home / "floats", home / "integers"
            stemspark("separate", music, floats, "--model", bundle, "--set", "stemspark.output.bit-depth=float32")
            stemspark("separate", music, integers, "--model", bundle)
            error, sums, steps = compare(kind, music, floats, integers)
            shutil.rmtree(floats)
            shutil.rmtree(integers)
        used = [memory(bundle, folder, 180)]
        if arguments.hours:
            used.append(memory(bundle, folder, 3600 * arguments.hours))
        print(f"| {name} | {error:.1e} | {sums:.1e} | {steps:.0f} | " + " | ".join(f"{mb:.0f}" for mb in used) + " |", flush=True)


if __name__ == "__main__":
    main()
