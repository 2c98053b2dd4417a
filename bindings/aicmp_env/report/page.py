"""The HTML page of a report: one file that fetches nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import jinja2
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]

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
    tables: Sequence[Table] = ()
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Form:
    """Limits that a visitor may set: where to send them, and what holds now.

    A value is empty if machines differ in it; ``asked`` says in words what was asked for and does
    not hold.
    """

    action: str
    values: Mapping[str, str]
    asked: str


def asset(name: str) -> str:
    """A file that the page needs: ``page.css``, ``page.js`` or ``plotly.js``."""
    if name == "plotly.js":
        return str(get_plotlyjs())
    return files("aicmp_env.report").joinpath(name).read_text("utf-8")


def render(
    results: Results,
    words: Sequence[str],
    sections: Sequence[Section],
    *,
    served: bool = False,
    form: Form | None = None,
) -> str:
    """The page as text: whole, or, if ``served``, with its assets by link and a way to miners."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["figure_json"] = figure_json
    environment.filters["numbers"] = numbers
    template = environment.from_string(asset("page.html.jinja"))
    inline = {} if served else {"style": asset("page.css"), "script": asset("page.js")}
    if not served:
        inline["plotly"] = asset("plotly.js")
    return template.render(
        results=results,
        words=words,
        sections=sections,
        served=served,
        live=served and not results.ended,
        form=form,
        **inline,
    )
