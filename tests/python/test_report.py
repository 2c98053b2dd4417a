"""Reports: what the page says is what the files say, and a bad folder is one clear error."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

pytest.importorskip("plotly")
pytest.importorskip("matplotlib")

from aicmp_env.report import ReportError, write_report
from aicmp_env.report.__main__ import main
from results import AICMP, ROOT, aicmp, small_comparison, small_contest, small_mine, small_run


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_run(tmp_path_factory.mktemp("run") / "small")


class Page(HTMLParser):
    """What a browser would fetch, and which ids there are."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "src" or (name == "href" and tag == "link"):
                self.fetched.append(str(value))
            if name == "id":
                self.ids.append(str(value))


def chart_data(text: str, key: str) -> list[dict[str, object]]:
    found = re.search(f'id="data-{key}">(.*?)</script>', text)
    assert found
    data = json.loads(found[1])["data"]
    assert isinstance(data, list)
    return data


def test_a_run_becomes_one_page_that_fetches_nothing(run: Path, tmp_path: Path) -> None:
    text = write_report(run, out=tmp_path / "page.html", png=tmp_path / "png").read_text()
    page = Page(text)
    assert page.fetched == []
    assert len(page.ids) == len(set(page.ids))
    charts = [name.removeprefix("data-") for name in page.ids if name.startswith("data-")]
    assert len(charts) > 8
    assert {file.stem for file in (tmp_path / "png").iterdir()} == set(charts)


def test_pictures_show_what_the_files_say(run: Path, tmp_path: Path) -> None:
    text = write_report(run, out=tmp_path / "page.html").read_text()
    series = pd.read_csv(run / "timeseries.csv")
    price = chart_data(text, "price")[0]
    assert price["y"] == series["price_usd"].tolist()
    summary = json.loads((run / "summary.json").read_text())
    for trace in chart_data(text, "pay_by_decile"):
        scheme = summary["schemes"][trace["name"]]
        fee = scheme["luck_adjusted_fee_decile_10"]["mean"]
        pay = trace["y"]
        assert isinstance(pay, list)
        assert pay[-1] == pytest.approx(1 - fee)
    miners = pd.read_csv(run / "miners.csv")
    stale = chart_data(text, "shares")[0]["x"]
    found = miners["shares_accepted"].sum() + miners["shares_stale"].sum()
    assert stale == pytest.approx([1e6 * miners["shares_stale"].sum() / found])


def test_a_comparison_shows_paired_differences(tmp_path: Path) -> None:
    folder = small_comparison(tmp_path / "compared")
    text = write_report(folder).read_text()
    table = pd.read_csv(folder / "comparison.csv")
    rows = table[table["measure"] == "luck_adjusted_fee_decile_1"]
    shown = chart_data(text, "difference_luck_adjusted_fee_decile_1")[0]["x"]
    assert shown == pytest.approx((100 * rows["difference"]).tolist())
    gains = pd.read_csv(folder / "frontier.csv")["ten_identities_gain"]
    posing = chart_data(text, "exploits")[1]["x"]
    assert posing == pytest.approx((100 * gains).tolist(), nan_ok=True)
    assert chart_data(text, "reserve_need")


def test_machines_and_sites_are_shown(tmp_path: Path) -> None:
    folder = small_mine(tmp_path / "mine")
    text = write_report(folder, png=tmp_path / "png").read_text()
    sites = pd.read_csv(folder / "site_timeseries.csv")
    power = {str(trace["name"]): trace["y"] for trace in chart_data(text, "site_power_mw")}
    assert list(power) == ["air", "water", "immersion"]
    assert power["water"] == sites[sites["site"] == "water"]["power_mw"].tolist()
    world = json.loads((folder / "summary.json").read_text())["world"]
    energy = world["machines_energy_cost_usd"]
    money = chart_data(text, "machine_money")[0]
    assert money["x"][1] == -energy["mean"]  # type: ignore[index]
    assert money["error_x"]["array"][1] == pytest.approx(  # type: ignore[index]
        energy["mean"] - energy["low95"]
    )
    part = [sum(trace["y"]) for trace in chart_data(text, "machine_temperature")]  # type: ignore[arg-type]
    assert part == pytest.approx([100, 100])
    heat = (folder / "events.jsonl").read_text().count('"event":"heat",')
    assert f"heat ({heat})" in text
    assert "Heat held them back" in text
    assert (tmp_path / "png/machine_efficiency.png").stat().st_size > 5000


def test_what_a_behaviour_brings_is_shown(tmp_path: Path) -> None:
    folder = small_contest(tmp_path / "contest")
    text = write_report(folder, png=tmp_path / "png").read_text()
    table = pd.read_csv(folder / "comparison.csv")
    group = table[table["measure"].str.startswith("group_pay")]["measure"].iloc[0]
    rows = table[table["measure"] == group]
    shown = chart_data(text, group.replace(".", "_"))
    assert [trace["name"] for trace in shown] == ["split:10"]
    assert shown[0]["x"] == pytest.approx((100 * rows["difference"]).tolist())
    assert "is paid" in text


def test_every_fate_of_a_share_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "flood"
    days = ["--set", "run.days=0.05", "--replications", "1"]
    aicmp("run", ROOT / "scenarios/share_flood.toml", *days, "--quiet", "--out", folder)
    text = write_report(folder).read_text()
    fates = pd.read_csv(folder / "shares.csv")[
        ["accepted", "stale", "superseded", "duplicate", "low_difficulty", "lost"]
    ].sum()
    shown = chart_data(text, "shares")[0]["x"]
    assert shown == pytest.approx((1e6 * fates / fates.sum())[1:].tolist())
    assert [trace["name"] for trace in chart_data(text, "estimates")] == [
        "mean of a window",
        "decaying mean",
        "posterior",
    ]


def test_a_miner_gets_a_section(run: Path, tmp_path: Path) -> None:
    text = write_report(run, out=tmp_path / "page.html", miners=[7]).read_text()
    row = pd.read_csv(run / "miners.csv").set_index("miner").loc[7]
    assert f"{row['hash_rate_ths']:,.1f} TH/s" in text


def test_names_from_files_cannot_become_markup(tmp_path: Path) -> None:
    name = "<script>alert(1)</script>"
    folder = small_run(tmp_path / "run", "--set", f"run.name={name}")
    text = write_report(folder).read_text()
    assert name not in text
    assert "&lt;script&gt;alert(1)" in text


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda folder: (folder / "manifest.json").unlink(), "no manifest.json"),
        (lambda folder: (folder / "manifest.json").write_text("{"), "damaged"),
        (lambda folder: (folder / "manifest.json").write_text('{"tool": "x"}'), "not written by"),
        (lambda folder: (folder / "miners.csv").write_text('a,b\n"1,2\n'), "miners.csv"),
        (lambda folder: (folder / "miners.csv").write_text("a,b\n1,2\n"), "another version"),
        (lambda folder: (folder / "summary.json").write_text("[]"), "summary.json"),
        (lambda folder: (folder / "timeseries.csv").write_bytes(b"\xff\xfe\x00"), "timeseries"),
    ],
)
def test_a_damaged_or_foreign_folder_is_one_clear_error(
    run: Path, tmp_path: Path, damage: object, message: str
) -> None:
    folder = tmp_path / "copy"
    folder.mkdir()
    for file in run.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    assert callable(damage)
    damage(folder)
    with pytest.raises(ReportError, match=re.escape(message)):
        write_report(folder)
    assert not (folder / "report.html").exists()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such folder"):
        write_report(tmp_path / "nothing")


def test_a_run_that_has_not_ended(run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "running"
    folder.mkdir()
    for file in run.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    manifest = json.loads((run / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    with pytest.raises(ReportError, match="has not ended"):
        write_report(folder)


def test_the_command(run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["report", str(run), "--miner", "9999"])
    assert main() == 2


def test_a_missing_extra_is_one_clear_error(run: Path, tmp_path: Path) -> None:
    (tmp_path / "plotly.py").write_text("raise ModuleNotFoundError('gone', name='plotly')")
    environment = {"PYTHONPATH": f"{tmp_path}:{ROOT / 'bindings'}", "AICMP_PYTHON": sys.executable}
    for command in ("report", "serve"):
        done = subprocess.run(
            [AICMP, command, str(run)], env=os.environ | environment, capture_output=True, text=True
        )
        assert done.returncode == 1
        assert done.stderr == (
            f"aicmp: error: this command needs plotly: pip install '.[{command}]'\n"
        )


def test_many_miners_stay_a_small_page(tmp_path: Path) -> None:
    folder = small_run(tmp_path / "run", "--set", "fleet.groups[0].count=20000")
    assert write_report(folder).stat().st_size < 10e6
