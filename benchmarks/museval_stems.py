"""Compares what `evaluate` has written of tracks of any number of stems with museval, second by second.

    python -m venv rivals && rivals/bin/pip install museval==0.4.1 soundfile    # and FFmpeg
    ./stemspark evaluate ESTIMATES REFERENCES REPORT
    rivals/bin/python benchmarks/museval_stems.py ESTIMATES REFERENCES REPORT

A row is a track, with the largest difference of a second, in dB, by measure. Seconds that are NaN for
one must be so for the other.
"""

import json
import pathlib
import sys

import museval
import numpy as np
import soundfile

MEASURES = ("SDR", "ISR", "SIR", "SAR")


def samples(folder, stems):
    files = [next(folder.glob(f"{stem}.*")) for stem in stems]
    return np.array([soundfile.read(file, always_2d=True)[0] for file in files])


def main():
    estimates, references, report = map(pathlib.Path, sys.argv[1:])
    print("| track | stems | seconds | NaN | " + " | ".join(MEASURES) + " |")
    print("|---|---:|---:|---:|" + "---:|" * len(MEASURES))
    for file in sorted((report / "tracks").rglob("*.json")):
        ours = json.loads(file.read_text())
        track = ours["track_id"]
        targets = {target["name"]: target for target in ours["targets"]}
        stems = [stem for stem in targets if (references / track / f"{stem}.wav").exists()]
        true, estimated = (samples(folder / track, stems) for folder in (references, estimates))
        rate = soundfile.info(references / track / f"{stems[0]}.wav").samplerate
        length = min(true.shape[1], estimated.shape[1])
        measured = museval.evaluate(true[:, :length], estimated[:, :length], win=rate, hop=rate)
        worst, gaps = [], 0
        for measure, expected in zip(MEASURES, measured):
            own = np.array([[frame["metrics"][measure] for frame in targets[stem]["frames"]] for stem in stems], float)
            if not np.array_equal(np.isnan(own), np.isnan(expected)):
                sys.exit(f"{track}: {measure} is NaN in other seconds.")
            gaps = max(gaps, int(np.isnan(own).sum()))
            worst.append(np.nanmax(np.abs(own - expected)))
        print(f"| {track} | {len(stems)} | {own.shape[1]} | {gaps} | " + " | ".join(f"{w:.1e}" for w in worst) + " |")


main()
