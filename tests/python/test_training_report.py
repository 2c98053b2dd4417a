"""The report of a training run: its curve, and the contest once it was evaluated."""

import json
import re
from pathlib import Path

import pytest

pytest.importorskip("plotly")

from aicmp_env.report import write_report

METRICS = """global_step,charts/score,losses/approx_kl,losses/entropy
100,,0.01,0.6
200,40.5,0.02,0.5
300,61.25,0.01,0.1
"""
EVALUATION = {
    "measure": "USD/h",
    "episodes": 100,
    "policy": {"estimate": 62.0, "low": 61.0, "high": 63.0},
    "best_heuristic": "hysteresis",
    "verdict": "cannot be told from hysteresis",
    "optimum": {"value": 62.87},
    "contenders": [
        {"name": "greedy", "score": {"estimate": 59.8, "low": 59.0, "high": 60.0}},
        {"name": "hysteresis", "tuned": True, "score": {"estimate": 62.1, "low": 61, "high": 63}},
    ],
}


@pytest.fixture
def training(tmp_path: Path) -> Path:
    manifest = {"tool": "aicmp", "version": "0.1.0", "status": "complete", "seed": 3}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "summary.json").write_text('{"problem": "AICMP/Curtailment-v0", "steps": 300}')
    (tmp_path / "metrics.csv").write_text(METRICS)
    return tmp_path


def chart(text: str, key: str) -> dict[str, list[dict[str, object]]]:
    found = re.search(f'id="data-{key}">(.*?)</script>', text)
    assert found
    loaded = json.loads(found[1])
    assert isinstance(loaded, dict)
    return loaded


def test_a_curve_without_an_evaluation(training: Path) -> None:
    text = write_report(training).read_text()
    curve = chart(text, "learning_curve")["data"][0]
    assert (curve["x"], curve["y"]) == ([200, 300], [40.5, 61.25])
    assert "not known yet" in text
    assert 'id="data-contest"' not in text


def test_the_contest_and_its_verdict(training: Path) -> None:
    (training / "evaluation.json").write_text(json.dumps(EVALUATION))
    text = write_report(training).read_text()
    contest = chart(text, "contest")["data"][0]
    assert contest["x"] == [62.0, 59.8, 62.1]
    assert contest["y"] == ["policy", "greedy", "hysteresis (tuned)"]
    assert "The policy cannot be told from hysteresis." in text
