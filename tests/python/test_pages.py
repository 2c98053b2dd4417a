"""Reports and local pages in a real browser: readable at three widths, nothing from outside."""

import json
import shutil
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("plotly")
pytest.importorskip("limits")
playwright_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
if CHROMIUM is None:
    pytest.skip("no chromium", allow_module_level=True)

from aicmp_env.report import write_report  # noqa: E402
from aicmp_env.serve import create_app  # noqa: E402
from results import live_run, small_comparison, small_mine, small_run  # noqa: E402
from serving import served  # noqa: E402

# Without these a browser of its own accord asks hosts that are not there.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = [(360, "dark"), (800, "light"), (1400, "dark")]


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("run") / "small")


def look(browser: object, url: str, width: int, scheme: str) -> dict[str, object]:
    """Opens a page and tells what a visitor meets."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[attr-defined]
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(url)
    charts = page.locator("[data-chart]").count()
    if charts > 0:
        page.locator("[data-chart]:has(.main-svg)").nth(charts - 1).wait_for(state="attached")
    seen = {
        "charts": charts,
        "complaints": complaints,
        "asked": asked,
        "overflow": page.evaluate("document.documentElement.scrollWidth - innerWidth"),
        "paper": page.evaluate("getComputedStyle(document.body).backgroundColor"),
        "unlabelled": page.locator("[data-chart]:not([aria-label])").count(),
    }
    page.evaluate("document.querySelectorAll('details').forEach((part) => (part.open = true))")
    seen["sideways"] = page.evaluate(
        "[...document.querySelectorAll('.scroll')].filter((t) => t.scrollWidth > t.clientWidth + 1)"
        ".map((t) => t.innerText.slice(0, 200))"
    )
    page.keyboard.press("Tab")
    seen["first_stop"] = page.evaluate("document.activeElement.className")
    page.close()
    return seen


@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
def test_a_report_in_the_browser(browser: object, width: int, scheme: str, tmp_path: Path) -> None:
    report = write_report(small_comparison(tmp_path / "compared"), miners=[3])
    seen = look(browser, report.as_uri(), width, scheme)
    assert seen["charts"] > 10  # type: ignore[operator]
    assert seen["complaints"] == []
    assert seen["asked"] == [report.as_uri()]
    assert seen["overflow"] <= 0  # type: ignore[operator]
    assert seen["unlabelled"] == 0
    if width < 640:
        assert seen["sideways"] == []  # tables are cards
    assert seen["first_stop"] == "skip"
    assert (seen["paper"] == "rgb(255, 255, 255)") == (scheme == "light")


def test_paper_is_printed_in_light_colours(browser: object, run: Path) -> None:
    page = browser.new_page(color_scheme="dark")  # type: ignore[attr-defined]
    page.goto(write_report(run).as_uri())
    ink = """() => getComputedStyle(document.querySelector(".xtitle")).fill"""
    assert page.evaluate(ink) == "rgb(230, 237, 243)"
    page.emulate_media(media="print", color_scheme="dark")
    page.wait_for_function(f"({ink})() === 'rgb(27, 31, 36)'")
    page.close()


def test_a_report_on_machines_in_the_browser(browser: object, tmp_path: Path) -> None:
    report = write_report(small_mine(tmp_path / "mine"), miners=[0])
    seen = look(browser, report.as_uri(), 360, "light")
    assert seen["complaints"] == []
    assert seen["overflow"] <= 0  # type: ignore[operator]
    assert seen["sideways"] == []  # tables are cards


@pytest.mark.parametrize("path", ["/", "/miners/7"])
def test_served_pages_keep_their_own_policy(browser: object, run: Path, path: str) -> None:
    with served(create_app(run)) as port:
        seen = look(browser, f"http://127.0.0.1:{port}{path}", 800, "light")
    assert seen["complaints"] == []
    assert all(url.startswith(f"http://127.0.0.1:{port}/") for url in seen["asked"])  # type: ignore[attr-defined]


def test_a_page_follows_a_run(browser: object, run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "running"
    folder.mkdir()
    rows = (run / "timeseries.csv").read_text().splitlines(keepends=True)
    (folder / "timeseries.csv").write_text("".join(rows[:4]))
    (folder / "events.jsonl").touch()
    manifest = json.loads((run / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    with served(create_app(folder)) as port:
        page = browser.new_page()  # type: ignore[attr-defined]
        page.goto(f"http://127.0.0.1:{port}/")
        shown = "document.querySelector('[data-chart=price]').data[0].y.length"
        assert page.evaluate(shown) == 3
        (folder / "timeseries.csv").write_text("".join(rows))
        with page.expect_response(f"http://127.0.0.1:{port}/"):
            pass
        page.wait_for_timeout(500)
        assert page.evaluate(shown) == len(rows) - 1
        page.close()


def test_a_limit_set_on_a_page_reaches_the_machine(browser: object, tmp_path: Path) -> None:
    with (
        live_run(tmp_path / "live") as folder,
        served(create_app(folder, token="sesame")) as port,
    ):
        page = browser.new_page(viewport={"width": 360, "height": 800})  # type: ignore[attr-defined]
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(f"http://127.0.0.1:{port}/login?token=sesame")
        page.get_by_label("Page of miner").fill("3")
        page.get_by_role("button", name="Show").click()
        page.get_by_label("Most power of each machine").fill("2700")
        page.get_by_role("button", name="Set").click()
        page.wait_for_url("**/miners/3")
        # The page follows the run: the limit is among the notices, and then holds.
        page.get_by_role("cell", name="max power w 2700").wait_for()
        states = page.locator("table", has_text="Its machines now")
        states.get_by_role("cell", name="2,700", exact=True).first.wait_for()
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        page.close()


def test_many_visitors_at_once(run: Path) -> None:
    def visit(path: str) -> int:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
            answer.read()
            return int(answer.status)

    paths = [f"/miners/{miner % 40}" for miner in range(200)] + ["/"] * 20
    with (
        served(create_app(run, requests_per_second=10_000)) as port,
        ThreadPoolExecutor(16) as pool,
    ):
        assert set(pool.map(visit, paths)) == {200}
