"""Writes a policy bundle by its documentation (docs/policy_bundle.md), without the program."""

import hashlib
import json
import pathlib
import struct

FEATURES = [
    ("hash", "log(estimate / 100 TH/s)", -12.0, 12.0),
    ("error", "1 / sqrt(shares)", 0.0, 1.0),
    ("rate", "log(shares/s / .3)", -12.0, 12.0),
    ("shares", "log(1 + shares)", 0.0, 20.0),
    ("silence", "mean intervals", 0.0, 20.0),
    ("since_change", "log(1 + steps)", 0.0, 16.0),
    ("rtt", "ms / 100", 0.0, 10.0),
    ("stale", "% of shares", 0.0, 100.0),
    ("reject", "% of shares", 0.0, 100.0),
]
CHOICES = [
    "-2_octaves",
    "-1_octaves",
    "-0.5_octaves",
    "keep",
    "+0.5_octaves",
    "+1_octaves",
    "+2_octaves",
]


def write_bundle(
    folder: pathlib.Path, choice: str = "keep", problem: str = "AICMP/ShareDifficulty-v0"
) -> pathlib.Path:
    """A policy for share difficulty that always makes one choice."""
    folder.mkdir()
    bias = [float(name == choice) for name in CHOICES]
    tensors = {"layers.0.weight": ([7, 9], [0.0] * 63), "layers.0.bias": ([7], bias)}
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        end = len(data) + 4 * len(values)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), end]}
        data += struct.pack(f"<{len(values)}f", *values)
    text = json.dumps(header).encode()
    (folder / "weights.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
    model = {
        "problem": problem,
        "features": [
            {"name": name, "unit": unit, "low": low, "high": high, "mean": 0.0, "variance": 1.0}
            for name, unit, low, high in FEATURES
        ],
        "clip": 10.0,
        "layers": [{"kind": "linear", "units": 7}],
        "action": {"sets": [{"name": "difficulty", "choices": CHOICES}], "masked": True},
    }
    write_json(
        folder / "policy.json",
        {
            "format": "aicmp-policy",
            "version": 1,
            "model": model,
            "fallback": "optimum",
            "program": "a test",
            "scenario_sha256": "",
            "training": {},
            "evaluation": None,
        },
    )
    write_json(
        folder / "parity.json",
        {"tolerance": 1e-5, "rows": 1, "observations": [[0.5] * 9], "outputs": [bias]},
    )
    (folder / "README.md").write_text("A policy.\n")
    seal(folder)
    return folder


def seal(folder: pathlib.Path) -> None:
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.name != "manifest.json"
    }
    write_json(folder / "manifest.json", {"format": "aicmp-bundle", "version": 1, "files": files})


def write_json(path: pathlib.Path, value: object) -> None:
    path.write_text(json.dumps(value))
