"""The HTML page of a report: one file that fetches nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files

import jinja2
from plotly.offline import get_plotlyjs

from aicmp_env.report.chart import Chart
from aicmp_env.report.folder import Results
from aicmp_env.report.plotly_view import figure_json, numbers


@dataclass(frozen=True)
class Table:
    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Section:
    """A part of the page; ``key`` is its anchor."""

    key: str
    title: str
    charts: Sequence[Chart]
    table: Table | None = None


def render(results: Results, words: Sequence[str], sections: Sequence[Section]) -> str:
    """The page as text."""
    here = files("aicmp_env.report")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["figure_json"] = figure_json
    environment.filters["numbers"] = numbers
    template = environment.from_string(here.joinpath("page.html.jinja").read_text("utf-8"))
    return template.render(
        results=results,
        words=words,
        sections=sections,
        style=here.joinpath("page.css").read_text("utf-8"),
        script=here.joinpath("page.js").read_text("utf-8"),
        plotly=get_plotlyjs(),
    )
