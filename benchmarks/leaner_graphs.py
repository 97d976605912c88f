"""Times variants of a bundle's network in ONNX Runtime on one thread, and writes them as ONNX files.

    python -m venv tools && tools/bin/pip install onnx onnxconverter-common onnxruntime==1.23.2 numpy
    unzip -p demo/starter.bundle unet.onnx > unet.onnx
    tools/bin/python benchmarks/leaner_graphs.py unet.onnx variants

What a variant costs in dB, separation itself says:

    ./stemspark bundle import variants/half.onnx half.bundle --fft-size 4096 --hop-length 1024 \\
        --input magnitude --output mask
    ./stemspark evaluate --model half.bundle test-set report --set stemspark.separation.precision=float
"""

import pathlib
import statistics
import sys
import time

import numpy as np
import onnx
import onnxruntime
from onnxconverter_common import float16

HOP_SECONDS = 1024 / 44_100
LEVELS = {
    "no fusion, plain layout": onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL,
    "fused, plain layout": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
    "fused, blocked layout": onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL,
}
BEST = "fused, blocked layout"
BATCH = 2
ROUNDS = 11


def of_frames(model, frames):
    """The same network, which is convolutions alone, for longer or shorter patches."""
    other = onnx.ModelProto()
    other.CopyFrom(model)
    for value in list(other.graph.input) + list(other.graph.output):
        value.type.tensor_type.shape.dim[2].dim_value = frames
    del other.graph.value_info[:]
    return other


def session(model, level):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = LEVELS[level]
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def main(file, folder):
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    model = onnx.load(file)
    dims = model.graph.input[0].type.tensor_type.shape.dim
    frames, bins = dims[2].dim_value, dims[3].dim_value
    lengths = {f"patches of {n} frames": n for n in (frames // 2, 2 * frames, 4 * frames)}
    variants = {f"as exported, {frames} frames": (model, frames, BEST)}
    variants |= {level: (model, frames, level) for level in LEVELS if level != BEST}
    variants["half precision"] = (float16.convert_float_to_float16(model, keep_io_types=True), frames, BEST)
    variants |= {name: (of_frames(model, n), n, BEST) for name, n in lengths.items()}
    onnx.save(variants["half precision"][0], folder / "half.onnx")
    for name, n in lengths.items():
        onnx.save(variants[name][0], folder / f"frames-{n}.onnx")

    random = np.random.default_rng(1)
    runs = {}
    for name, (variant, length, level) in variants.items():
        magnitudes = np.abs(random.standard_normal((BATCH, 1, length, bins))).astype(np.float32)
        runs[name] = (session(variant, level), {model.graph.input[0].name: magnitudes}, length)
    times = {name: [] for name in runs}
    for round_ in range(-2, ROUNDS):
        for name, (run, feed, length) in runs.items():
            start = time.perf_counter()
            run.run(None, feed)
            if round_ >= 0:
                times[name].append((time.perf_counter() - start) / (BATCH * length * HOP_SECONDS))
    print("| variant | ms per second of a channel |\n|---|---:|")
    for name, values in times.items():
        print(f"| {name} | {1000 * statistics.median(values):.1f} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
