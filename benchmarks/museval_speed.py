"""Times museval on the track that EvaluationBenchmark leaves in a folder, on one thread.

    python -m venv rivals && rivals/bin/pip install museval==0.4.1 soundfile    # and FFmpeg
    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 rivals/bin/python benchmarks/museval_speed.py FOLDER
"""

import statistics
import sys
import time

import museval
import numpy as np
import soundfile

RATE = 44_100
STEMS = ("vocals", "accompaniment")


def score(folder):
    kinds = ("references", "estimates")
    references, estimates = (
        np.array([soundfile.read(f"{folder}/{kind}/{stem}.wav", always_2d=True)[0] for stem in STEMS])
        for kind in kinds
    )
    scores = museval.evaluate(references, estimates, win=RATE, hop=RATE)
    return references.shape[1] / RATE, scores


score(sys.argv[1])
times = []
for _ in range(3):
    start = time.perf_counter()
    seconds, scores = score(sys.argv[1])
    times.append(time.perf_counter() - start)
took = statistics.median(times)
print(f"museval: {took:.2f} s, {seconds / took:.1f} times real time")
