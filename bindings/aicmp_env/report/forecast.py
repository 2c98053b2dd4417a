"""Pictures of an evaluation of forecasters: fans beside what came, and the skill of everybody."""

from typing import Any

import numpy as np
import pandas as pd

from aicmp_env.report.chart import Chart, Series
from aicmp_env.report.folder import Results
from aicmp_env.report.page import Section, Table

_HEAD = ("horizon", "forecaster", "MAE", "RMSE", "pinball", "90 % holds", "skill, %")


def forecast_sections(results: Results) -> list[Section]:
    """One section for each target: its skill, its fans and its table of scores."""
    table = results.table("forecasts.csv")
    targets: dict[str, list[dict[str, Any]]] = {}
    for entry in results.json("forecast.json"):
        targets.setdefault(entry["target"], []).append(entry)
    sections = []
    for target, entries in targets.items():
        key = target.replace(" ", "_")
        fans = [_fan(key, entry, _rows(table, entry)) for entry in entries]
        sections.append(
            Section(
                key=key,
                title=target.capitalize(),
                charts=[_skill_chart(key, entries), *fans],
                tables=[Table(f"Scores by {entries[0]['source']}", _HEAD, _score_rows(entries))],
            )
        )
    return sections


def forecast_words(results: Results) -> list[str]:
    """The verdict on every target and horizon."""
    return [
        f"{entry['target'].capitalize()}, {entry['horizon']}: {entry['verdict']}."
        for entry in results.json("forecast.json")
    ]


def _rows(table: pd.DataFrame, entry: dict[str, Any]) -> pd.DataFrame:
    rows: pd.DataFrame = table[
        (table["target"] == entry["target"]) & (table["horizon"] == entry["horizon"])
    ]
    return rows


def _fan(key: str, entry: dict[str, Any], rows: pd.DataFrame) -> Chart:
    x, truth, median, *bounds = (
        rows[name].to_numpy(dtype=np.float64) for name in ("number", "truth", "q50", "q05", "q95")
    )
    return Chart(
        key=f"{key}_{entry['horizon'].replace(' ', '_')}",
        title=f"{entry['target'].capitalize()}, {entry['horizon']}",
        question=f"Does what came lie in the 90 % that {entry['chosen']} foretold?",
        x_label="number of the forecast",
        y_label=entry["scale"],
        series=[
            Series("median, 5 to 95 %", x, median, low=bounds[0], high=bounds[1]),
            Series("what came", x, truth, dashed=True),
        ],
        seeds=f"the last {len(rows)} forecasts",
    )


def _skill_chart(key: str, entries: list[dict[str, Any]]) -> Chart:
    names, skills = [], []
    for entry in entries:
        for scores in entry["forecasters"][1:]:
            names.append(f"{scores['forecaster']}, {entry['horizon']}")
            skills.append(scores["skill_pinball"][0])
    skill, low, high = (
        100 * np.array([float(found[part]) for found in skills])
        for part in ("skill", "low", "high")
    )
    return Chart(
        key=f"{key}_skill",
        title="Skill",
        question=f"Is anybody better than {entries[0]['forecasters'][0]['forecaster']}?",
        x_label="skill by pinball loss, %",
        y_label="forecaster",
        series=[Series("skill and 95 % interval", names, skill, low=low, high=high, kind="points")],
        seeds="every forecast after the first fit",
        flipped=True,
    )


def _score_rows(entries: list[dict[str, Any]]) -> list[list[str]]:
    rows = []
    for entry in entries:
        for scores in entry["forecasters"]:
            used = " (used)" if scores["forecaster"] == entry["chosen"] else ""
            skill = "-"
            if "skill_pinball" in scores:
                first = scores["skill_pinball"][0]
                skill, low, high = (f"{100 * first[part]:.1f}" for part in ("skill", "low", "high"))
                skill = f"{skill} ({low} to {high})"
            rows.append(
                [
                    entry["horizon"],
                    scores["forecaster"] + used,
                    *(f"{scores[name]:.4g}" for name in ("mae", "rmse", "pinball")),
                    f"{100 * scores['coverage_90']:.0f} %",
                    skill,
                ]
            )
    return rows
