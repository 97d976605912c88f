"""The hashes in GoldenFormatsTest, by Python's own JSON and SHA-256.

Needs nothing beyond Python 3. Its output is what the test expects.
"""

import hashlib
import json

STFT = {"sample_rate": 44100, "fft_size": 4096, "hop_length": 1024, "window": "hann"}

SEPARATE = {
    "job": "separate", "precision": "auto", "overlap": 0.125, "stems": "both", "container": "wav",
    "quality": 0, "bit_depth": "source", "clipping": "limit", "path": "{track_id}/{stem}.{ext}",
}

OTHER = {
    "job": "separate", "precision": "float", "overlap": 0.25, "mask_exponent": 2, "wiener": True,
    "stems": "vocals", "container": "mp3", "quality": 128, "bit_depth": "int16",
    "clipping": "refuse", "path": "{split}/{track_id}/{stem}",
}

EVALUATE = {"job": "evaluate", "measures": "bss-eval-4, 512 taps, 1 s"}

FILES = [
    {"uri": "s3a://music/caf\u00e9 1.wav", "stream": -1, "bytes": 1234567890123, "version": '"etag"'},
    {"uri": "file:/b.stem.mp4", "stream": 4, "bytes": -1, "version": ""},
]

DOCUMENTS = {
    "SEP": SEPARATE,
    "OTH": OTHER,
    "EXT": {"job": "extract", "stft": STFT, "patch_frames": 128, "patch_bins": 1024},
    "EXF": {
        "job": "extract", "stft": STFT, "patch_frames": 128, "patch_bins": 1024,
        "filters": {"least_level": -50, "most_clipping": 0.001, "silence": -70.5, "keep_doubles": False},
    },
    "EX4": {
        "job": "extract", "stft": STFT, "patch_frames": 128, "patch_bins": 1024,
        "stems": ["vocals", "drums", "bass", "other"],
    },
    "EVA": {**EVALUATE, "masks": STFT},
    "EVN": EVALUATE,
    "EVS": {**EVALUATE, "masks": STFT, "separation": SEPARATE},
    "FIL": FILES,
    "NON": [],
}

for name, document in DOCUMENTS.items():
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    print(name, "2:" + hashlib.sha256(text.encode("utf-8")).hexdigest()[:16])
