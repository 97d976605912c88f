"""Builds a training set that anybody can have: speech made to sing over free music, in MUSDB18's layout.

    mkdir packages
    for package in tuxpaint-stamps-default klettres-data ktuberling-data qabcs-data fillets-ng-data-cs \\
        warzone2100-music ufoai-music wesnoth-1.16-music supertux-data hedgewars-data nexuiz-music \\
        colobot-common-sounds singularity-music; do
      apt-get download $package && dpkg -x ${package}_*.deb packages/$package
    done
    python -m venv tools && tools/bin/pip install numpy scipy soundfile soxr praat-parselmouth
    tools/bin/python benchmarks/training_set.py packages training-set 240    # minutes of it

Nobody has hours of singing alone that are free, but there is free speech. Every voiced stretch of it
gets notes of a scale, a glide into each, a vibrato that sets in late, and the length of a note (PSOLA,
by Praat); consonants and breath stay. Singers sing above the pitch of speech, and half of them are no
men: so a line rises by up to an octave, and its formants by up to a quarter. A fifth is left as it was
spoken, a third gets a second voice, most get a room or an echo.

A track is a minute. The split `valid` has the Russian speakers and the music of SuperTux, which `train`
has not. hedgewars' Singer and what else `benchmarks/test_set.py` takes are in neither.
"""

import multiprocessing
import pathlib
import re
import sys
import zipfile

import numpy as np
import parselmouth
import scipy.signal
import soundfile
import soxr
from parselmouth.praat import call

RATE = 44_100
SECONDS = 60
PEAK = 0.95
EVERY_NTH_IS_VALIDATION = 16
VALIDATION_LANGUAGE = "ru"
VALIDATION_MUSIC = "supertux-data"

# Speakers whose recordings end below 11 kHz: more of them, and a model learns that voices have no highs.
NARROW_SHARE = 0.12
NARROW = ("fillets", "qabcs", "tuxpaint-el", "tuxpaint-ca")

# Music that may hold voices, or that resembles the test set's.
NO_MUSIC = re.compile("van_mission2|turinItalyM|digital-pursuit|loyalists|/sfx/|/sounds/|/voices/|/sound/", re.I)
SOUND = re.compile(r"\.(ogg|opus|mp3|flac|wav)$", re.I)

SCALE = (0, 2, 4, 7, 9, 12, 14, 16)  # major pentatonic and on, in semitones
PITCH_FLOOR, PITCH_CEILING = 70, 500  # Hz


def speakers(packages):
    """Recordings by speaker, `<package>-<language>`."""
    patterns = {
        "tuxpaint": r"tuxpaint-stamps-default/.*_desc_([a-z]{2})\.ogg$",
        "klettres": r"klettres-data/.*/klettres/([A-Za-z_]+)/(?:alpha|syllab)/",
        "ktuberling": r"ktuberling-data/.*/sounds/([a-z]{2})/",
        "qabcs": r"qabcs-data/.*/abcs/([a-z_]+)/sounds/(?:words|alpha)/",
        "fillets": r"fillets-ng-data-cs/.*/sound/.*/(cs)/",
    }
    found = {}
    for file in sorted(str(f) for f in packages.rglob("*") if SOUND.search(f.name)):
        for package, pattern in patterns.items():
            match = re.search(pattern, file)
            if match and match[1] != "lt":  # too noisy
                found.setdefault(f"{package}-{match[1]}", []).append(file)
    return {speaker: files for speaker, files in found.items() if len(files) >= 20}


def music(packages):
    """Files by package; what lies in zips is unpacked beside them."""
    for archive in packages.rglob("*.pk3"):
        with zipfile.ZipFile(archive) as content:
            for name in content.namelist():
                target = archive.parent / "unpacked" / pathlib.Path(name).name
                if SOUND.search(name) and not target.exists():
                    target.parent.mkdir(exist_ok=True)
                    target.write_bytes(content.read(name))
    found = {}
    for package in ("warzone2100-music", "ufoai-music", "wesnoth-1.16-music", "supertux-data", "hedgewars-data",
                    "nexuiz-music", "colobot-common-sounds", "singularity-music"):
        files = [str(f) for f in (packages / package).rglob("*") if SOUND.search(f.name)]
        if package == "hedgewars-data":
            files = [f for f in files if "/Music/" in f]
        files = [f for f in files if not NO_MUSIC.search(f) and soundfile.info(f).duration > 30]
        assert files, f"{packages}: no music of {package}"
        found[package] = sorted(files)
    return found


def trimmed(samples):
    """Without the silence at both ends; nothing if what is left has less than 25 dB over the noise."""
    windows = samples[: len(samples) // 441 * 441].reshape(-1, 441)
    level = 10 * np.log10(np.mean(windows**2, axis=1) + 1e-9)
    if len(level) < 20 or np.percentile(level, 90) - np.percentile(level, 5) < 25:
        return None
    loud = np.flatnonzero(level > level.max() - 40)
    return samples[loud[0] * 441 : (loud[-1] + 1) * 441]


def utterance(file, highpass, formants):
    """A recording, played so many times as fast that its formants rise by this factor."""
    samples, rate = soundfile.read(file, always_2d=True)
    samples = soxr.resample(samples.mean(axis=1), rate * formants, RATE)
    samples = scipy.signal.sosfilt(highpass, samples)
    if not 0.3 * RATE < len(samples) < 20 * RATE:
        return None
    samples = trimmed(samples)
    return None if samples is None else samples / (np.abs(samples).max() + 1e-9) * 0.7


def voiced_runs(pitch):
    """Start and end of each stretch of voice of 40 ms and more, in seconds."""
    times, voiced = pitch.xs(), pitch.selected_array["frequency"] > 0
    edges = np.flatnonzero(np.diff(np.concatenate([[0], voiced.astype(int), [0]])))
    return [(times[a], times[b - 1]) for a, b in zip(edges[::2], edges[1::2]) if b - a >= 4]


def melody(runs, spoken, random, beat, rise):
    """Notes (start, end, stretch, semitones over A4) for stretches of voice, so much above the pitch of speech."""
    centre = 12 * np.log2(spoken / 440) + rise
    root = np.round(centre) + random.integers(-6, 6)
    degree = random.integers(1, 5)
    notes = []
    for start, end in runs:
        count = max(1, round((end - start) / 0.22))
        edges = np.linspace(start, end, count + 1)
        for a, b in zip(edges, edges[1:]):
            last = end == runs[-1][1] and b == end
            length = beat * (random.choice([1.5, 2, 3]) if last else random.choice([0.5, 0.5, 1, 1, 1.5]))
            degree = int(np.clip(degree + random.choice([-2, -1, -1, 0, 1, 1, 2]), 0, len(SCALE) - 1))
            note = root + SCALE[degree] - 8
            while note < centre - 9:
                note += 12
            while note > centre + 8:
                note -= 12
            notes.append((a, b, float(np.clip(length / (b - a), 0.8, 5)), note))
    return notes


def pitch_curve(notes, random):
    """Time and semitones: a glide into each note, a vibrato that sets in late, and a little unrest."""
    before = notes[0][3] - random.uniform(0, 2)
    for start, end, stretch, note in notes:
        sung = np.linspace(0, (end - start) * stretch, max(4, int((end - start) * stretch / 0.012)))
        glide = np.clip(sung / random.uniform(0.05, 0.1), 0, 1)
        vibrato = random.uniform(0.2, 0.7) * np.clip((sung - random.uniform(0.15, 0.35)) / 0.25, 0, 1)
        curve = before + (note - before) * glide**2 * (3 - 2 * glide)
        curve += vibrato * np.sin(2 * np.pi * random.uniform(4.8, 6.4) * sung + random.uniform(0, 6))
        curve += 0.08 * np.cumsum(random.normal(size=len(sung))) / np.sqrt(len(sung))
        yield from zip(start + sung / stretch, curve)
        before = note


def sing(samples, random, beat, rise, voices):
    """The same words sung, once for each of some transpositions; nothing where little of it has a pitch."""
    sound = parselmouth.Sound(samples, RATE)
    pitch = sound.to_pitch_ac(time_step=0.01, pitch_floor=PITCH_FLOOR, pitch_ceiling=PITCH_CEILING)
    runs = voiced_runs(pitch)
    if not runs:
        return None
    frequencies = pitch.selected_array["frequency"]
    notes = melody(runs, np.median(frequencies[frequencies > 0]), random, beat, rise)
    curve = list(pitch_curve(notes, random))
    lengths = call("Create DurationTier", "lengths", 0, sound.duration)
    for start, end, stretch, _ in notes:
        for time, value in ((start - 1e-3, 1), (start + 1e-3, stretch), (end - 1e-3, stretch), (end, 1)):
            call(lengths, "Add point", min(max(time, 0), sound.duration), value)
    lines = []
    for transposition in voices:
        tier = call("Create PitchTier", "melody", 0, sound.duration)
        for time, semitones in curve:
            call(tier, "Add point", time, 440 * 2 ** ((semitones + transposition) / 12))
        manipulation = call(sound, "To Manipulation", 0.01, PITCH_FLOOR, PITCH_CEILING)
        call([manipulation, tier], "Replace pitch tier")
        call([manipulation, lengths], "Replace duration tier")
        lines.append(call(manipulation, "Get resynthesis (overlap-add)").values[0])
    return lines


def faded(samples):
    """Without a click where it begins and ends."""
    ramp = np.linspace(0, 1, min(len(samples) // 2, RATE // 100))
    ends = np.ones(len(samples))
    ends[: len(ramp)], ends[len(ends) - len(ramp) :] = ramp, ramp[::-1]
    return samples * ends


def room(stereo, random):
    """Adds a diffuse room, or an echo."""
    kind = random.random()
    if kind < 0.3:
        return stereo
    if kind < 0.8:
        length = random.uniform(0.3, 1.8)
        time = np.arange(int(length * RATE)) / RATE
        tail = random.normal(size=(2, len(time))) * np.exp(-6.9 * time / length)
        tail = scipy.signal.sosfilt(scipy.signal.butter(1, random.uniform(3000, 9000), fs=RATE, output="sos"), tail)
        tail *= 10 ** (random.uniform(-18, -6) / 20) / np.sqrt(np.sum(tail**2, axis=1, keepdims=True))
        delay = int(random.uniform(0, 0.03) * RATE)
        wet = scipy.signal.fftconvolve(stereo, tail, axes=1)[:, : stereo.shape[1]]
        return stereo + np.pad(wet, ((0, 0), (delay, 0)))[:, : stereo.shape[1]]
    delay, gain = int(random.uniform(0.12, 0.45) * RATE), 10 ** (random.uniform(-20, -9) / 20)
    echoed = stereo.copy()
    for repeat in range(1, 4):
        echoed[:, repeat * delay :] += gain**repeat * np.roll(stereo, repeat % 2, axis=0)[:, : -repeat * delay]
    return echoed


def tilt(stereo, random):
    """Up to 2 dB per octave more or less of the highs, around 1 kHz."""
    spectrum = np.fft.rfft(stereo)
    octaves = np.log2(np.maximum(np.fft.rfftfreq(stereo.shape[1], 1 / RATE), 50) / 1000)
    return np.fft.irfft(spectrum * 10 ** (random.uniform(-2, 2) * octaves / 20), stereo.shape[1])


def voice(files, random):
    """A minute of one speaker, stereo."""
    highpass = scipy.signal.butter(2, 80, "highpass", fs=RATE, output="sos")
    line = np.zeros((2, SECONDS * RATE))
    beat = 60 / random.uniform(70, 120)
    formants = 2 ** (random.uniform(-1, 4) / 12)
    rise = random.uniform(2, 12)
    spoken = random.random() < 0.2
    doubled = random.choice([0, 0.12, 3, 4, 7, -5, 12], p=[0.67, 0.13, 0.04, 0.04, 0.04, 0.04, 0.04])
    at = int(random.uniform(0, 2) * RATE)
    for file in list(random.permutation(files)) * 3:
        samples = utterance(file, highpass, formants)
        if samples is None:
            continue
        sung = [samples] if spoken else sing(samples, random, beat, rise, [0, doubled] if doubled else [0])
        if sung is None:
            continue
        for number, copy in enumerate(sung):
            start = at + number * int(random.uniform(0, 0.03) * RATE)
            copy = faded(copy)[: max(0, line.shape[1] - start)] * (1 if number == 0 else random.uniform(0.3, 0.8))
            side = random.uniform(-0.3, 0.3) if number else 0
            line[:, start : start + len(copy)] += np.outer([1 - side, 1 + side], copy)
        at += len(sung[0]) + int(random.choice([0.1, 0.25, 0.5, 1]) * beat * RATE)
        if at >= line.shape[1]:
            break
    return room(tilt(line, random), random)


def accompaniment(files, random):
    """A minute of music, up to three semitones higher or lower; of two pieces for a quarter."""
    minute = np.zeros((2, SECONDS * RATE))
    for number in range(2 if random.random() < 0.25 else 1):
        speed = 2 ** (random.uniform(-3, 3) / 12)
        with soundfile.SoundFile(random.choice(files)) as file:
            wanted = int(SECONDS * file.samplerate * speed) + 1
            file.seek(random.integers(0, max(1, file.frames - wanted)))
            samples = file.read(wanted, always_2d=True)
            stretched = soxr.resample(samples, file.samplerate * speed, RATE).T
        stretched = np.resize(stretched, (2, stretched.shape[1]))  # mono becomes two equal channels
        length = min(stretched.shape[1], minute.shape[1])
        minute[:, :length] += stretched[:, :length] * (1 if number == 0 else random.uniform(0.3, 1))
    return tilt(minute, random)


def loud_half(samples):
    """Root mean square of the louder half of windows of 50 ms."""
    power = np.sort(np.mean(samples[:, : samples.shape[1] // 2205 * 2205].reshape(2, -1, 2205) ** 2, axis=(0, 2)))
    return np.sqrt(np.mean(power[len(power) // 2 :])) + 1e-9


def pick(voices, songs, validation, random):
    """Recordings of a speaker, and music."""
    held_out = {speaker: files for speaker, files in voices.items()
                if speaker.endswith("-" + VALIDATION_LANGUAGE) == validation}
    narrow = random.random() < NARROW_SHARE and not validation
    of_width = {speaker: files for speaker, files in held_out.items() if speaker.startswith(NARROW) == narrow}
    # A speaker of many recordings is heard more often, but not in proportion.
    weights = np.sqrt([len(files) for files in of_width.values()])
    speaker = random.choice(list(of_width), p=weights / weights.sum())
    packages = [name for name in songs if (name == VALIDATION_MUSIC) == validation]
    lengths = np.sqrt([len(songs[name]) for name in packages])
    package = random.choice(packages, p=lengths / lengths.sum())
    return speaker, of_width[speaker], songs[package]


def make(task):
    number, target, voices, songs = task
    validation = number % EVERY_NTH_IS_VALIDATION == 0
    folder = target / ("valid" if validation else "train") / f"{number:04d}"
    if (folder / "mixture.flac").exists():
        return f"{folder}: is there"
    random = np.random.default_rng(number)
    speaker, recordings, pieces = pick(voices, songs, validation, random)
    vocals, rest = voice(recordings, random), accompaniment(pieces, random)
    silent = random.choice(["none", "vocals", "rest"], p=[1, 0, 0] if validation else [0.87, 0.08, 0.05])
    vocals *= 10 ** (random.uniform(-6, 6) / 20) * loud_half(rest) / loud_half(vocals)
    if silent == "vocals":
        vocals *= 0
    if silent == "rest":
        rest *= 0
    if random.random() < 0.5:
        rest = rest[::-1]
    peak = max(np.abs(vocals + rest).max(), np.abs(vocals).max(), np.abs(rest).max(), 1e-9)
    stems = {
        "vocals": np.rint(vocals * PEAK / peak * 2**15).astype(np.int16),
        "accompaniment": np.rint(rest * PEAK / peak * 2**15).astype(np.int16),
    }
    stems["mixture"] = stems["vocals"] + stems["accompaniment"]
    folder.mkdir(parents=True, exist_ok=True)
    for stem, samples in stems.items():
        unfinished = folder / f".{stem}.flac"
        soundfile.write(unfinished, samples.T, RATE, "PCM_16")
        unfinished.rename(folder / f"{stem}.flac")
    return f"{folder}: {speaker}"


def main():
    packages, target = (pathlib.Path(argument) for argument in sys.argv[1:3])
    voices, songs = speakers(packages), music(packages)
    tasks = [(number, target, voices, songs) for number in range(int(sys.argv[3]))]
    with multiprocessing.Pool() as pool:
        for line in pool.imap_unordered(make, tasks):
            print(line, flush=True)


if __name__ == "__main__":
    main()
