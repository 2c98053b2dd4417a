"""The report of an evaluation of forecasters."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("plotly")

from aicmp_env.report import write_report

SKILL = {"against": "persistence", "skill": 0.21, "low": 0.18, "high": 0.24}
FORECAST = {
    "target": "energy price",
    "source": "a test",
    "scale": "log USD/MWh",
    "horizon": "6 hours",
    "chosen": "autoregression",
    "verdict": "autoregression: skill 21.0 % (18.0 to 24.0) against persistence",
    "forecasters": [
        {"forecaster": "persistence", "mae": 2, "rmse": 3, "pinball": 1, "coverage_90": 0.9},
        {
            "forecaster": "autoregression",
            "mae": 1.5,
            "rmse": 2,
            "pinball": 0.79,
            "coverage_90": 0.91,
            "skill_pinball": [SKILL],
        },
    ],
}
FORECASTS = """target,horizon,number,truth,mean,q05,q25,q50,q75,q95
energy price,6 hours,7,3.5,3.1,1,2,3,4,5
energy price,6 hours,8,5.5,3.2,2,3,4,5,6
energy price,24 hours,8,9,9,9,9,9,9,9
"""


@pytest.fixture
def page(tmp_path: Path) -> str:
    manifest = {"tool": "aicmp", "version": "0.1.0", "status": "complete", "seed": 3}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "forecast.json").write_text(json.dumps([FORECAST]))
    (tmp_path / "forecasts.csv").write_text(FORECASTS)
    return write_report(tmp_path).read_text()


def traces(page: str, key: str) -> list[dict[str, Any]]:
    found = re.search(f'id="data-{key}">(.*?)</script>', page)
    assert found
    return list(json.loads(found[1])["data"])


def test_a_fan_beside_what_came(page: str) -> None:
    fan = {trace.get("name"): trace for trace in traces(page, "energy_price_6_hours")}
    assert fan["what came"]["y"] == [3.5, 5.5]
    assert fan["median, 5 to 95 %"]["y"] == [3, 4]


def test_skill_with_its_interval_and_the_verdict(page: str) -> None:
    skill = traces(page, "energy_price_skill")[0]
    assert skill["x"] == pytest.approx([21])
    assert skill["y"] == ["autoregression, 6 hours"]
    assert "21.0 (18.0 to 24.0)" in page
    assert "autoregression (used)" in page
    assert f"Energy price, 6 hours: {FORECAST['verdict']}." in page
