"""Makes the audio files of FormatsTest, and formats.csv with what a decoder should find in them.

    pip install imageio-ffmpeg mutagen numpy scipy soundfile
    python feature-extraction/src/test/golden/formats.py [output folder]

The encoder is the static FFmpeg inside imageio-ffmpeg, not the libraries that decode in the build.

Lossless files hold noise that the test makes itself. x = number of channels at first; each sample,
in interleaved order, takes x = (1664525 x + 1013904223) mod 2^32 and is, of b bits, the int32 x
shifted right by 32 - b ("lcg8" to "lcg32"), or the one of 24 bits divided by 2^23 ("lcgfloat").
Lossy files hold source.s16 ("source", int16 little-endian stereo), its left channel ("left"), or five
channels, left and right in turns, the third and fourth divided by 2 and the fifth by 3 ("surround").

formats.csv: `frames` is the length that a decoder should return, `offset` where in it the source
begins (negative: its beginning is lost), `snr` the signal-to-noise ratio in dB, rounded down, of
what FFmpeg decodes, over the frames that it and the source have in common.

Made with imageio-ffmpeg 0.8.1 (FFmpeg n9.0.2-17-g2a571b6068), mutagen 1.48.1, numpy 2.4.6,
scipy 1.17.1 and soundfile 0.14.0.
"""

import csv
import math
import subprocess
import sys
import wave
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import soundfile
from mutagen.apev2 import APEv2
from mutagen.id3 import APIC, ID3, TIT2, TPE1
from mutagen.mp4 import MP4, MP4Cover
from scipy.signal import correlate

FORMATS = Path(__file__).resolve().parents[1] / "resources/formats"
OUT = Path(sys.argv[1]) if len(sys.argv) > 1 else FORMATS
RAW = {"lcg8": "u8", "lcg16": "s16le", "lcg24": "s32le", "lcg32": "s32le", "lcgfloat": "f64le"}


def ffmpeg(arguments, stdin=b""):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-y", *arguments.split()]
    return subprocess.run(command, input=stdin, stdout=subprocess.PIPE, cwd=OUT, check=True).stdout


def recording():
    """Three notes per channel, each a decaying tone with vibrato, over noise below 12 kHz."""
    frames, rate = 30993, 44100
    time = np.arange(frames) / rate
    random = np.random.default_rng(1)
    channels = []
    for pitches in [(523.3, 784.0, 659.3), (622.3, 466.2, 880.0)]:
        spectrum = np.fft.rfft(random.standard_normal(frames))
        spectrum[np.fft.rfftfreq(frames, 1 / rate) > 12000] = 0
        channel = 0.02 * np.fft.irfft(spectrum, frames)
        for start, pitch in zip([0, 0.21, 0.45], pitches):
            age = np.maximum(time - start, 0)
            phase = 2 * np.pi * pitch * age + 0.8 * np.sin(2 * np.pi * 5.5 * age)
            tone = sum(np.cos(k * phase + k * k) / k for k in range(1, 13))
            channel += (time >= start) * np.exp(-age / 0.3) * tone
        channels.append(channel)
    signal = np.stack(channels, axis=1)
    return np.round(signal * 16384 / np.abs(signal).max()).astype("<i2")


def noise(source, frames, channels):
    x = channels
    states = np.empty(frames * channels, "<u4")
    for i in range(states.size):
        x = (1664525 * x + 1013904223) % 2**32
        states[i] = x
    states = states.view("<i4").reshape(frames, channels)
    match source:
        case "lcg8":
            return ((states >> 24) + 128).astype("u1")
        case "lcg16":
            return (states >> 16).astype("<i2")
        case "lcg24":
            return states & ~255
        case "lcg32":
            return states
        case "lcgfloat":
            return (states >> 8) / 2.0**23


# FFmpeg keeps the extensible header for sounds that need it.
def extensible(path, dtype="int16", subtype="PCM_16"):
    samples, rate = soundfile.read(path, dtype=dtype)
    soundfile.write(path, samples, rate, format="WAVEX", subtype=subtype)


def extensible24(path):
    extensible(path, "int32", "PCM_24")


def extensible_float(path):
    extensible(path, "float32", "FLOAT")


# FFmpeg counts the padding to 8 bytes as samples.
def wave64(path, dtype="int16", subtype="PCM_16"):
    samples, rate = soundfile.read(path, frames=Case.frames, dtype=dtype)
    soundfile.write(path, samples, rate, format="W64", subtype=subtype)


def wave64_24(path):
    wave64(path, "int32", "PCM_24")


def cover():
    return ffmpeg("-f lavfi -i color=red:s=16x16:r=1:d=1 -c:v png -f image2pipe -")


def id3(path):
    tags = ID3()
    tags.add(TIT2(text="Title"))
    tags.add(TPE1(text="Artist"))
    tags.add(APIC(mime="image/png", type=3, data=cover()))
    tags.save(path, v1=2)


def ape(path):
    tags = APEv2()
    tags["Title"] = "Title"
    tags["Artist"] = "Artist"
    tags.save(path)


# The decoder says "Header missing" of it.
def junk(path):
    with path.open("ab") as file:
        file.write(bytes(1000) + np.random.default_rng(2).bytes(300))


# How a CD with DTS is copied to files: what only a look beyond the silence tells from music.
def in_wav(path):
    encoded = path.read_bytes()
    with wave.open(str(path), "wb") as file:
        file.setparams((2, 2, 44100, 0, "NONE", ""))
        file.writeframes(bytes(100_000) + encoded)


def itunes(path):
    tags = MP4(path)
    tags["\xa9nam"] = "Title"
    tags["\xa9ART"] = "Artist"
    tags["covr"] = [MP4Cover(cover(), MP4Cover.FORMAT_PNG)]
    tags.save()


@dataclass
class Case:
    file: str
    source: str
    encoder: str
    rate: int = 44100
    channels: int = 2
    frames: int = 4999
    finish: Callable = None
    # Whether the file says what to trim, so that a decoder can return the source's length.
    trimmed: bool = True


TAGS = "-metadata title=Title -metadata artist=Artist"
VIDEO = "-f lavfi -i testsrc=s=64x48:r=10:d=0.7 -c:v mpeg4"
# MUSDB18's order: mixture, drums, bass, other, vocals.
STEMS = "-f lavfi -i color=red:s=16x16:r=1:d=1 -map 1:v -c:v png -disposition:v attached_pic"
STEMS += "".join(
    f" -map 0:a -filter:a:{stem} volume={gain}" for stem, gain in enumerate([1, 0.1, 0.2, 0.3, 0.4])
)

# Left, right, centre, and two behind: each of these formats stores them in another order. (Opus is not
# among them, for this FFmpeg's encoder itself mixes them up.)
SURROUND = "-channel_layout 5.0"

CASES = [
    Case("u8.wav", "lcg8", "-c:a pcm_u8"),
    Case("s16.wav", "lcg16", "-c:a pcm_s16le"),
    Case("s24.wav", "lcg24", "-c:a pcm_s24le"),
    Case("s32.wav", "lcg32", "-c:a pcm_s32le"),
    Case("f32.wav", "lcgfloat", "-c:a pcm_f32le"),
    Case("f64.wav", "lcgfloat", "-c:a pcm_f64le"),
    Case("extensible.wav", "lcg16", "-c:a pcm_s16le", finish=extensible),
    Case("extensible-24.wav", "lcg24", "-c:a pcm_s24le", finish=extensible24),
    Case("extensible-float.wav", "lcgfloat", "-c:a pcm_f32le", finish=extensible_float),
    Case("rf64.wav", "lcg16", "-c:a pcm_s16le -rf64 always"),
    Case("rf64-24.wav", "lcg24", "-c:a pcm_s24le -rf64 always"),
    Case("s16.w64", "lcg16", "-c:a pcm_s16le", finish=wave64),
    Case("s24.w64", "lcg24", "-c:a pcm_s24le", finish=wave64_24),
    Case("s16.aiff", "lcg16", "-c:a pcm_s16be"),
    Case("s24.aiff", "lcg24", "-c:a pcm_s24be"),
    Case("sowt.aifc", "lcg16", "-c:a pcm_s16le -f aiff"),
    Case("s24.caf", "lcg24", "-c:a pcm_s24be"),
    Case("s16.au", "lcg16", "-c:a pcm_s16be"),
    Case("s16.flac", "lcg16", "-c:a flac"),
    Case("s24.flac", "lcg24", "-c:a flac -bits_per_raw_sample 24"),
    Case("alac-s16.m4a", "lcg16", "-c:a alac"),
    Case("alac-s24.m4a", "lcg24", "-c:a alac -bits_per_raw_sample 24"),
    Case("s16.wv", "lcg16", "-c:a wavpack"),
    Case("s24.wv", "lcg24", "-c:a wavpack -bits_per_raw_sample 24"),
    Case("flac.mka", "lcg16", "-c:a flac"),
    *[
        Case(f"{channels}-channels.wav", "lcg16", "-c:a pcm_s16le", channels=channels, frames=999)
        for channels in range(1, 9)
    ],
    Case("6-channels.flac", "lcg16", "-c:a flac", channels=6, frames=999),
    Case("8-channels.flac", "lcg16", "-c:a flac", channels=8, frames=999),
    *[
        Case(f"{rate}-hz.wav", "lcg16", "-c:a pcm_s16le", rate=rate, channels=1, frames=999)
        for rate in [8000, 11025, 16000, 22050, 32000, 48000, 88200, 96000, 176400, 192000]
    ],
    Case("192000-hz.flac", "lcg16", "-c:a flac", rate=192000, frames=999),
    Case("empty.wav", "lcg16", "-c:a pcm_s16le", frames=0),
    Case("empty.flac", "lcg16", "-c:a flac", frames=0),
    Case("single.wav", "lcg16", "-c:a pcm_s16le", frames=1),
    Case("cbr.mp3", "source", "-c:a libmp3lame -b:a 192k"),
    Case("vbr.mp3", "source", "-c:a libmp3lame -q:a 4"),
    Case("no-xing.mp3", "source", "-c:a libmp3lame -b:a 192k -write_xing 0", trimmed=False),
    Case("vbr-no-xing.mp3", "source", "-c:a libmp3lame -q:a 4 -write_xing 0", trimmed=False),
    Case("id3.mp3", "source", "-c:a libmp3lame -b:a 192k", finish=id3),
    Case("ape.mp3", "source", "-c:a libmp3lame -b:a 192k", finish=ape),
    # FFmpeg no longer trusts the LAME tag when more than 1/16 of the file is junk: hence 256k.
    Case("junk.mp3", "source", "-c:a libmp3lame -b:a 256k", finish=junk),
    Case("mpeg2.mp3", "left", "-c:a libmp3lame -b:a 96k", rate=22050, channels=1),
    Case("aac.m4a", "source", "-c:a aac -b:a 128k"),
    Case("faststart.m4a", "source", "-c:a aac -b:a 128k -movflags +faststart", finish=itunes),
    Case("adts.aac", "source", "-c:a aac -b:a 128k", trimmed=False),
    Case("vorbis.ogg", "source", f"-c:a libvorbis -q:a 5 -page_duration 200000 {TAGS}"),
    # FFmpeg finds a Vorbis stream's start only if the sound goes on after its first page of a
    # second; here it returns 111 frames too many at the end.
    Case("one-page.ogg", "source", "-c:a libvorbis -q:a 5"),
    Case("opus.ogg", "source", f"-c:a libopus -b:a 128k {TAGS}", rate=48000),
    Case("opus.webm", "source", "-c:a libopus -b:a 128k", rate=48000),
    Case("wmav2.wma", "source", "-c:a wmav2 -b:a 192k", trimmed=False),
    Case("192k.ac3", "source", "-c:a ac3 -b:a 192k", trimmed=False),
    Case("192k.mp2", "source", "-c:a mp2 -b:a 192k", trimmed=False),
    Case("dts.wav", "source", "-c:a dca -strict -2 -b:a 384k -f dts", finish=in_wav, trimmed=False),
    Case("surround.m4a", "surround", f"{SURROUND} -c:a aac -b:a 320k", channels=5),
    Case("surround.ogg", "surround", f"{SURROUND} -c:a libvorbis -q:a 6 -page_duration 200000", channels=5),
    Case("surround.ac3", "surround", f"{SURROUND} -c:a ac3 -b:a 448k", channels=5, trimmed=False),
    Case("video.mp4", "source", f"{VIDEO} -c:a aac -b:a 128k"),
    Case("video.mkv", "source", f"{VIDEO} -c:a libvorbis -q:a 5"),
    Case("song.stem.mp4", "source", f"{STEMS} -c:a aac -b:a 256k"),
]

OUT.mkdir(parents=True, exist_ok=True)
stereo = recording()
stereo.tofile(OUT / "source.s16")
rows = []
for case in CASES:
    lossless = case.source in RAW
    if lossless:
        signal, raw = noise(case.source, case.frames, case.channels), RAW[case.source]
    else:
        channels = [stereo[:, c % 2] // (1 + c // 2) for c in range(case.channels)]
        signal, raw = np.stack(channels, axis=1), "s16le"
    # One thread, since the number of threads can change the bytes.
    ffmpeg(
        f"-f {raw} -ar {case.rate} -ac {case.channels} -i - {case.encoder} -threads 1"
        f" -fflags +bitexact -flags +bitexact {case.file}",
        signal.tobytes(),
    )
    if case.finish:
        case.finish(OUT / case.file)

    if lossless:
        if ffmpeg(f"-i {case.file} -f {raw} -") != signal.tobytes():
            sys.exit(f"{case.file} does not decode to its source")
        frames, offset, snr = len(signal), 0, ""
    else:
        decoded = np.frombuffer(ffmpeg(f"-i {case.file} -map 0:a:0 -f f32le -"), "<f4")
        decoded = decoded.reshape(-1, case.channels)
        signal = signal / 32768
        offset = correlate(decoded[:, 0], signal[:, 0]).argmax() - (len(signal) - 1)
        frames = len(signal) if case.trimmed else len(decoded)
        decoded, signal = decoded[max(offset, 0) :], signal[max(-offset, 0) :]
        common = min(len(decoded), len(signal))
        error = signal[:common] - decoded[:common]
        snr = math.floor(10 * np.log10(np.sum(signal[:common] ** 2) / np.sum(error**2)))
    kind = "lossless" if lossless else "lossy"
    rows.append([case.file, case.rate, case.channels, frames, kind, case.source, offset, snr])

with (OUT / "formats.csv").open("w", newline="") as file:
    table = csv.writer(file, lineterminator="\n")
    table.writerow(["file", "rate", "channels", "frames", "kind", "source", "offset", "snr"])
    table.writerows(rows)
