"""Measures what a journal says of stems without references, on tracks whose stems are known.

    python -m venv tools && tools/bin/pip install numpy soundfile scipy
    tools/bin/python benchmarks/doubt.py BUNDLE work CORPUS [CORPUS...]

Of each track with the stems vocals and accompaniment two mixtures are separated: the whole, and the
accompaniment alone. The first has a voice, the second has none, so `no_voice` can be scored as a
classifier. `correlation` is compared with the SDR of the vocals over the whole track.
"""

import gzip
import json
import pathlib
import subprocess
import sys

import numpy as np
import scipy.stats
import soundfile

LAUNCHER = pathlib.Path(__file__).parent.parent / "stemspark"


def tracks(corpora):
    for number, corpus in enumerate(corpora):
        for vocals in sorted(pathlib.Path(corpus).rglob("vocals.*")):
            name = "-".join([str(number), *vocals.parent.relative_to(corpus).parts])
            for accompaniment in vocals.parent.glob("accompaniment.*"):
                yield name, vocals, accompaniment


def build(corpora, folder):
    """Mixtures with a voice below `with`, those without below `without`; returns the vocals by name."""
    references = {}
    for name, vocals, accompaniment in tracks(corpora):
        voice, rate = soundfile.read(vocals, always_2d=True)
        rest, _ = soundfile.read(accompaniment, always_2d=True)
        for kind, samples in (("with", voice + rest), ("without", rest)):
            file = folder / kind / f"{name}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(file, samples, rate, "FLOAT")
        references[name] = vocals
    return references


def journal(stems):
    for part in stems.glob("_stemspark/ledger/*/*.jsonl.gz"):
        with gzip.open(part, "rt", encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def sdr(reference, estimate):
    truth, _ = soundfile.read(reference, always_2d=True)
    guess, _ = soundfile.read(estimate, always_2d=True)
    return 10 * np.log10(np.sum(truth**2) / np.sum((truth - guess) ** 2))


def classifier(with_voice, without):
    """Area under the ROC curve, and the rates at some thresholds of `no_voice`."""
    area = (without[:, None] > with_voice[None]).mean() + (without[:, None] == with_voice[None]).mean() / 2
    print(f"no_voice: {len(with_voice)} mixtures with a voice, {len(without)} without, area under ROC {area:.4f}")
    print("  at least   found without a voice   wrongly so")
    for threshold in (0.01, 0.1, 0.5, 0.9, 0.99):
        print(f"  {threshold:8.2f} {(without >= threshold).mean():20.1%} {(with_voice >= threshold).mean():12.1%}")


def main():
    bundle, work = sys.argv[1], pathlib.Path(sys.argv[2])
    work.mkdir()  # of its own, so that the journal is of this model alone
    references = build(sys.argv[3:], work / "mixtures")
    stems = work / "stems"
    subprocess.run([LAUNCHER, "separate", "--model", bundle, work / "mixtures", stems], check=True)
    rows = {row["track_id"]: row["quality"] for row in journal(stems) if row["status"] == "DONE"}
    kinds = {kind: [rows[f"{kind}/{name}"] for name in references] for kind in ("with", "without")}
    no_voice = {kind: np.array([row["no_voice"] for row in of_kind]) for kind, of_kind in kinds.items()}
    classifier(no_voice["with"], no_voice["without"])
    scores = [sdr(reference, stems / "with" / name / "vocals.wav") for name, reference in references.items()]
    correlations = [row["correlation"] for row in kinds["with"]]
    rank = scipy.stats.spearmanr(correlations, scores).statistic
    print(f"correlation: rank correlation with the SDR of the vocals {rank:.2f}")
    order = np.argsort(correlations)
    for part, tenth in zip(("least", "most"), (order[: len(order) // 10 or 1], order[-(len(order) // 10 or 1) :])):
        print(f"  the tenth in {part} doubt: SDR {np.median(np.array(scores)[tenth]):.1f} dB (median)")


if __name__ == "__main__":
    main()
