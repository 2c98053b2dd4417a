"""Pictures of a training run: what was learned, against heuristics and the optimum."""

from typing import Any

import numpy as np

from aicmp_env.report.chart import Chart, Numbers, Series
from aicmp_env.report.folder import Results

# aicmp evaluate RUN --json > RUN/evaluation.json
EVALUATION = "evaluation.json"
_LOSSES = (
    (
        "approx_kl",
        "Step of the policy",
        "How far did each update move the policy?",
        "KL divergence",
    ),
    ("explained_variance", "Value", "How much of the returns does the value explain?", "part"),
    ("entropy", "Entropy", "How undecided is the policy still?", "nats"),
    ("td_loss", "Temporal difference", "How wrong are the values of actions?", "loss"),
)


def training_charts(results: Results) -> list[Chart]:
    curve = learning_curve(results)
    charts = [curve] if curve.series[0].y.size else []
    columns = results.table("metrics.csv").columns
    for key, title, question, unit in _LOSSES:
        if f"losses/{key}" not in columns:
            continue
        x, y = _metric(results, f"losses/{key}")
        if not y.size:
            continue
        charts.append(
            Chart(
                key=key,
                title=title,
                question=question,
                x_label="steps of the environment",
                y_label=unit,
                series=[Series(title, x, y)],
                seeds=_seeds(results),
            )
        )
    return charts


def learning_curve(results: Results) -> Chart:
    x, y = _metric(results, "charts/score")
    levels = []
    if results.has(EVALUATION):
        evaluation = results.json(EVALUATION)
        best = next(
            contender
            for contender in evaluation["contenders"]
            if contender["name"] == evaluation["best_heuristic"]
        )
        levels.append((float(best["score"]["estimate"]), f"best heuristic: {best['name']}"))
        if "optimum" in evaluation:
            levels.append((float(evaluation["optimum"]["value"]), "optimum"))
    return Chart(
        key="learning_curve",
        title="Learning curve",
        question="What has the policy learned?",
        x_label="steps of the environment",
        y_label="score of the last 100 episodes, the problem's own measure",
        series=[Series("policy in training, exploring", x, y)],
        seeds=_seeds(results),
        levels=levels,
    )


def contest_chart(results: Results) -> Chart:
    """The policy against every heuristic in held-out worlds."""
    evaluation = results.json(EVALUATION)
    contenders: list[dict[str, Any]] = [
        {"name": "policy", "score": evaluation["policy"]},
        *evaluation["contenders"],
    ]
    names = [
        contender["name"]
        + (" (tuned)" if contender.get("tuned") else "")
        + (" (bound)" if contender.get("bound") else "")
        for contender in contenders
    ]
    mean, low, high = (
        np.array([float(contender["score"][key]) for contender in contenders])
        for key in ("estimate", "low", "high")
    )
    return Chart(
        key="contest",
        title="Against heuristics",
        question="Does the policy beat what needs no training?",
        x_label=f"score in held-out worlds: {evaluation['measure']}",
        y_label="policy",
        series=[Series("mean and 95 % interval", names, mean, low=low, high=high, kind="points")],
        seeds=f"{evaluation['episodes']} episodes, the same for all",
        flipped=True,
    )


def training_words(results: Results) -> list[str]:
    summary = results.summary
    sentences = [f"A policy for {summary['problem']} was trained for {summary['steps']:,} steps."]
    if not _metric(results, "charts/score")[0].size:
        sentences.append("No episode ended during training, so that there is no learning curve.")
    if results.has(EVALUATION):
        sentences.append(f"The policy {results.json(EVALUATION)['verdict']}.")
    else:
        sentences.append(
            "Whether it beats the heuristics is not known yet: "
            f"aicmp evaluate {results.path} --json > {results.path / EVALUATION}"
        )
    return sentences


def _metric(results: Results, name: str) -> tuple[Numbers, Numbers]:
    table = results.table("metrics.csv").dropna(subset=[name])
    return (
        table["global_step"].to_numpy(dtype=np.float64),
        table[name].to_numpy(dtype=np.float64),
    )


def _seeds(results: Results) -> str:
    return f"1 (seed {results.manifest.get('seed')})"
