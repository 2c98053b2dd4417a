"""policy.onnx against the outputs that inference in C++ recorded."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
import pytest
from aicmp_env import export
from results import ROOT, aicmp

sys.path.append(str(ROOT / "tests/cli"))
from bundle import write_bundle

WRITER = ROOT / "build/release/tests/policy/write_sample_bundle"


@pytest.fixture(params=["tanh", "lstm"])
def bundle(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    writer = os.environ.get("AICMP_SAMPLE_BUNDLE", str(WRITER))
    subprocess.run([writer, tmp_path / "bundle", request.param], check=True)
    return tmp_path / "bundle"


def parity_of(bundle: Path) -> Any:
    return json.loads((bundle / "parity.json").read_text())


def test_all_recorded_rows_agree_within_the_tolerance(bundle: Path) -> None:
    assert len(parity_of(bundle)["observations"]) == 1000
    assert export.write_onnx(bundle) <= 1e-5
    assert (bundle / "policy.onnx").stat().st_size > 0


def test_rows_of_a_batch_are_rows_alone(bundle: Path) -> None:
    export.write_onnx(bundle)
    session = onnxruntime.InferenceSession(bundle / "policy.onnx")
    rows = np.asarray(parity_of(bundle)["observations"][:64], np.float32)
    state = {i.name: np.zeros((64, i.shape[1]), np.float32) for i in session.get_inputs()[1:]}
    (together,) = session.run(["outputs"], {"observation": rows, **state})
    for r in range(64):
        alone = {name: zeros[:1] for name, zeros in state.items()}
        (one,) = session.run(["outputs"], {"observation": rows[r : r + 1], **alone})
        np.testing.assert_allclose(one[0], together[r], atol=1e-6)


def test_the_program_adds_it_and_the_bundle_is_sound(tmp_path: Path) -> None:
    bundle = write_bundle(tmp_path / "b")
    aicmp("policy", "onnx", bundle)
    assert "policy.onnx" in json.loads((bundle / "manifest.json").read_text())["files"]
    aicmp("policy", "verify", bundle)


def test_outputs_that_differ_are_an_error_and_nothing_is_written(bundle: Path) -> None:
    parity = parity_of(bundle)
    parity["outputs"][17][1] += 3e-5
    (bundle / "parity.json").write_text(json.dumps(parity))
    with pytest.raises(ValueError, match="differ from those recorded by"):
        export.write_onnx(bundle)
    assert not (bundle / "policy.onnx").exists()


def test_weights_are_those_that_the_safetensors_package_reads(bundle: Path) -> None:
    numpy_reader = pytest.importorskip("safetensors.numpy")
    expected = numpy_reader.load_file(bundle / "weights.safetensors")
    found = export.read_safetensors(bundle / "weights.safetensors")
    assert expected.keys() == found.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(found[name], values)


def test_torch_gives_the_same_outputs(bundle: Path) -> None:
    torch = pytest.importorskip("torch")
    model = json.loads((bundle / "policy.json").read_text())["model"]
    tensors = {
        name: torch.tensor(values)
        for name, values in export.read_safetensors(bundle / "weights.safetensors").items()
    }
    parity = parity_of(bundle)

    def column(key: str) -> Any:
        return torch.tensor([f[key] for f in model["features"]], dtype=torch.float32)

    rows = torch.tensor(parity["observations"]).clamp(column("low"), column("high"))
    x = (rows - column("mean")) / (column("variance") + 1e-8).sqrt()
    x = x.clamp(-model["clip"], model["clip"])
    for i, layer in enumerate(model["layers"]):
        weight, bias = tensors[f"layers.{i}.weight"], tensors[f"layers.{i}.bias"]
        if layer["kind"] == "lstm":
            lstm = torch.nn.LSTM(x.shape[1], layer["units"])
            zeros = torch.zeros_like(bias)
            weights = [weight, tensors[f"layers.{i}.recurrent"], bias, zeros]
            for parameter, values in zip(lstm.parameters(), weights):
                parameter.data = values
            x = lstm(x)[0].detach()
        else:
            x = torch.nn.functional.linear(x, weight, bias)
            x = torch.tanh(x) if layer["kind"] == "tanh" else x
    assert float((x - torch.tensor(parity["outputs"])).abs().max()) < 1e-5


def hourly_prices(path: Path, hours: int) -> Path:
    rng = np.random.default_rng(7)
    start = np.datetime64("2024-01-01T00:00:00")
    rows = ["time_utc,usd_per_mwh"]
    for hour in range(hours):
        price = 30 + 10 * np.sin(hour * np.pi / 12) + 3 * rng.standard_normal()
        time = str(start + np.timedelta64(hour, "h")).replace("T", " ")
        rows.append(f"{time},{price:.2f}")
    path.write_text("\n".join(rows) + "\n")
    return path


def test_an_exported_forecaster_foretells_the_same(tmp_path: Path) -> None:
    """Step by step in ONNX Runtime, without the code that checks it when it is written."""
    prices = hourly_prices(tmp_path / "prices.csv", 720)
    bundle = tmp_path / "lstm"
    order = ["--energy", prices, "--target", "energy price", "--out", bundle]
    aicmp("forecast", "train", *order)
    aicmp("forecast", "export", bundle)
    session = onnxruntime.InferenceSession(bundle / "policy.onnx")
    parity = parity_of(bundle)
    state = {i.name: np.zeros((1, i.shape[1]), np.float32) for i in session.get_inputs()[1:]}
    assert state, "an LSTM has a state"
    names = [output.name for output in session.get_outputs()]
    largest = 0.0
    for row, expected in zip(parity["observations"], parity["outputs"]):
        feed = {"observation": np.asarray([row], np.float32), **state}
        found = dict(zip(names, session.run(names, feed)))
        state = {name: found[f"{name}_next"] for name in state}
        largest = max(largest, float(np.abs(found["outputs"][0] - np.asarray(expected)).max()))
    assert len(parity["observations"]) >= 32
    assert float(np.abs(np.asarray(parity["outputs"])).max()) > 1e-3
    assert largest <= 1e-5
