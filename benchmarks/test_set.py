"""Builds a test set that anybody can have: a real singer over real music, in MUSDB18's layout.

    for package in hedgewars-data fretsonfire-songs-sectoid starfighter-data; do
      apt-get download $package && dpkg -x ${package}_*.deb packages
    done
    python -m venv tools && tools/bin/pip install numpy soundfile
    tools/bin/python benchmarks/test_set.py packages test-set

Eight tracks of 28 seconds: the sixty clips of hedgewars' Singer, in another order for each track, over
four songs of Sectoid and four tracks of Starfighter. The voice is dry, in the middle, and not in the
music's key, so that scores are not to be set beside those of MUSDB18. The model card's scores are of
hedgewars-data 1.0.2, fretsonfire-songs-sectoid 1.dfsg and starfighter-data 2.4.
"""

import pathlib
import sys

import numpy as np
import soundfile

RATE = 44_100
SECONDS = 28
PEAK = 0.95
VOICE_LEVELS = (0, -3, 3)  # dB of the music's louder half
SONGS = ("Escape from chaosland", "Feelings", "Metal madness", "War of freedom")
TRACKS = ("death", "frozen_jam", "orbital_colossus", "walking_among_androids")
MUSIC_STARTS = 30  # seconds

packages, target = (pathlib.Path(argument) for argument in sys.argv[1:])


def read(file):
    """Decodes a whole file: to seek in Vorbis is not exact to the sample."""
    samples, rate = soundfile.read(file, always_2d=True)
    assert rate == RATE, file
    return samples


def found(pattern):
    files = sorted(packages.rglob(pattern))
    assert files, f"{packages}: nothing like {pattern}"
    return files


def part(samples):
    return samples[MUSIC_STARTS * RATE :][: SECONDS * RATE]


def music():
    for song in SONGS:
        yield song, part(sum(read(found(f"{song}/{name}.ogg")[0]) for name in ("song", "guitar")))
    for track in TRACKS:
        yield track, part(read(found(f"starfighter/music/{track}.ogg")[0]))


def voice(seed):
    """Clips one after the other with 0.3 to 1 s between them."""
    random = np.random.RandomState(seed)
    clips = [read(file).mean(axis=1) for file in found("voices/Singer/*.ogg")]
    line = np.zeros(SECONDS * RATE)
    at = RATE // 2
    for clip in random.permutation(len(clips)):
        samples = clips[clip]
        if at + len(samples) > len(line):
            break
        line[at : at + len(samples)] += samples
        at += len(samples) + random.randint(RATE * 3 // 10, RATE)
    return np.stack([line, line], axis=1)


def loud_half(samples):
    """Root mean square of the louder half of windows of 50 ms."""
    windows = samples[: len(samples) // 2205 * 2205].reshape(-1, 2205 * 2)
    power = np.sort(np.mean(windows**2, axis=1))
    return np.sqrt(np.mean(power[len(power) // 2 :]))


for number, (name, accompaniment) in enumerate(music()):
    vocals = voice(number)
    level = VOICE_LEVELS[number % len(VOICE_LEVELS)]
    vocals *= 10 ** (level / 20) * loud_half(accompaniment) / loud_half(vocals)
    factor = PEAK / np.abs(vocals + accompaniment).max() * 2**15
    assert max(np.abs(vocals).max(), np.abs(accompaniment).max()) * factor < 2**15, name
    stems = {
        "vocals": np.rint(vocals * factor).astype(np.int16),
        "accompaniment": np.rint(accompaniment * factor).astype(np.int16),
    }
    stems["mixture"] = stems["vocals"] + stems["accompaniment"]
    folder = target / "test" / name.replace(" ", "-")
    folder.mkdir(parents=True, exist_ok=True)
    for stem, samples in stems.items():
        soundfile.write(folder / f"{stem}.flac", samples, RATE, "PCM_16")
    print(f"{folder}: voice at {level:+d} dB")
