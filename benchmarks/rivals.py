"""Times another separator on this machine: stereo at 44.1 kHz, random weights, two threads.

    python -m venv rivals && rivals/bin/pip install torch==2.11.0 torchaudio==2.11.0 openunmix demucs
    rivals/bin/python benchmarks/rivals.py open-unmix
    rivals/bin/python benchmarks/rivals.py ht-demucs

    python -m venv spleeter && spleeter/bin/pip install spleeter
    spleeter/bin/python benchmarks/rivals.py spleeter

Weights do not matter to the time, so none are downloaded. Files are neither read nor written, which
favours the others in a comparison with a whole job.
"""

import statistics
import sys
import time

import numpy as np

SECONDS = 30
RATE = 44_100
THREADS = 2


def main(name):
    mixture = 0.1 * np.random.default_rng(1).standard_normal((2, RATE * SECONDS), np.float32)
    separate = RIVALS[name](mixture)
    separate()
    times = []
    for _ in range(5):
        start = time.perf_counter()
        separate()
        times.append(time.perf_counter() - start)
    print(f"{name}: {SECONDS / statistics.median(times):.1f} times real time")


def open_unmix(mixture):
    """As umxhq: one network for vocals, the rest as residual, one step of its Wiener filter."""
    from openunmix.model import OpenUnmix, Separator

    vocals = OpenUnmix(nb_bins=2049, nb_channels=2, hidden_size=512, max_bin=1487)
    separator = Separator(
        target_models={"vocals": vocals},
        niter=1,
        residual=True,
        n_fft=4096,
        n_hop=1024,
        nb_channels=2,
        sample_rate=RATE,
    ).eval()
    return with_torch(separator, mixture)


def ht_demucs(mixture):
    from demucs.apply import apply_model
    from demucs.htdemucs import HTDemucs

    model = HTDemucs(sources=["drums", "bass", "other", "vocals"]).eval()
    return with_torch(lambda x: apply_model(model, x, shifts=0, split=True, overlap=0.25), mixture)


def with_torch(separate, mixture):
    import torch

    torch.set_num_threads(THREADS)
    batch = torch.from_numpy(mixture)[None]

    def run():
        with torch.no_grad():
            separate(batch)

    return run


def spleeter(mixture):
    """Two stems: a network for vocals and one for accompaniment."""
    import tensorflow as tf
    from spleeter.model import EstimatorSpecBuilder, InputProviderFactory
    from spleeter.utils.configuration import load_configuration

    v1 = tf.compat.v1
    v1.disable_eager_execution()
    settings = load_configuration("spleeter:2stems")
    settings["stft_backend"] = "tensorflow"
    provider = InputProviderFactory.get(settings)
    features = provider.get_input_dict_placeholders()
    stems = EstimatorSpecBuilder(features, settings).outputs
    session = v1.Session(
        config=v1.ConfigProto(intra_op_parallelism_threads=THREADS, inter_op_parallelism_threads=1)
    )
    session.run(v1.global_variables_initializer())
    feed = provider.get_feed_dict(features, mixture.T, "mixture")
    return lambda: session.run(stems, feed_dict=feed)


RIVALS = {"open-unmix": open_unmix, "ht-demucs": ht_demucs, "spleeter": spleeter}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in RIVALS:
        sys.exit(f"usage: rivals.py {'|'.join(RIVALS)}")
    main(sys.argv[1])
