"""Live runs: what an owner sets reaches the machine, is told in the events, and nobody else can."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

pytest.importorskip("starlette")
pytest.importorskip("limits")
pytest.importorskip("plotly")
pytest.importorskip("httpx2")

from aicmp_env.serve import create_app
from results import AICMP, HEAT_WAVE, aicmp, live_run, small_mine, wait_for
from starlette.testclient import TestClient

BASE = "http://localhost"
FORM = {"content-type": "application/x-www-form-urlencoded"}


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = (folder / "events.jsonl").read_text().splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def client_of(folder: Path, token: str | None = "sesame") -> TestClient:
    headers = {} if token is None else {"authorization": f"Bearer {token}"}
    return TestClient(create_app(folder, token=token), base_url=BASE, headers=headers)


def test_a_setting_reaches_the_machine(tmp_path: Path) -> None:
    with live_run(tmp_path / "live") as folder:
        client = client_of(folder)
        page = client.get("/miners/0").text
        assert 'action="/miners/0/settings"' in page
        body = "max_power_w=2600&off_c=&throttle_c=74"
        assert client.post("/miners/0/settings", content=body, headers=FORM).status_code == 200
        told = wait_for(lambda: events(folder, "owner_limits"))
        assert told == [told[0] | {"miner": 0, "max_power_w": 2600, "throttle_c": 74}]

        def limited() -> bool:
            states = pd.read_csv(folder / "machine_states.csv")
            own = states["miner"] == 0
            return bool(
                (states[own]["max_power_w"] == 2600).all()
                and (states[own]["power_w"] <= 2600).all()
                and states[~own]["power_w"].median() > 2600
            )

        wait_for(limited)
        client.post("/miners/0/settings", content="max_power_w=100", headers=FORM)
        refused = wait_for(lambda: events(folder, "limits_refused"))
        assert refused[0]["miner"] == 0
        assert "0.max_power_w: the machine cannot run at so little" in refused[0]["why"]
        assert "limits refused" in client.get("/").text
    assert json.loads((folder / "manifest.json").read_text())["status"] == "interrupted"


def test_settings_by_hand_are_checked(tmp_path: Path) -> None:
    with live_run(tmp_path / "live") as folder:
        for number, (text, why) in enumerate(
            [
                ("{", "not a JSON object"),
                ('{"0": {"power": 1}}', "0.power: unknown"),
                ('{"-1": {"off_c": 79}}', "-1: not a miner"),
                ('{"0": {"off_c": "hot"}}', '0.off_c: "hot"'),
                ('{"99": {"off_c": 79}}', "99 has no modelled machines"),
            ]
        ):
            (folder / "settings.part").write_text(text)
            (folder / "settings.part").rename(folder / "settings.json")
            told = wait_for(
                lambda so_far=number: events(folder, "limits_refused")[so_far:]  # type: ignore[misc]
            )
            assert why in told[0]["why"]
        assert events(folder, "owner_limits") == []


def test_a_live_run_that_nobody_touches_gives_the_same_bytes(tmp_path: Path) -> None:
    words = ["run", str(HEAT_WAVE), "--set", "run.days=3", "--quiet"]
    aicmp(*words, "--replications", "1", "--out", tmp_path / "fast")
    aicmp(*words, "--live", "1e9", "--out", tmp_path / "live")
    for file in (tmp_path / "fast").iterdir():
        if file.name != "manifest.json":
            assert (tmp_path / "live" / file.name).read_bytes() == file.read_bytes(), file.name


@pytest.fixture(scope="module")
def going_on(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a live run looks like from outside."""
    folder = small_mine(tmp_path_factory.mktemp("live") / "mine")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"status": "running"}))
    head = "machine,miner,power_w,ths,celsius,max_power_w,throttle_c,off_c,warn_c"
    (folder / "machine_states.csv").write_text(f"{head}\n0,0,3500,200,70,0,75,80,0\n")
    return folder


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"max_power_w=", 400),
        (b"max_power_w=nan", 400),
        (b"max_power_w=inf", 400),
        (b"max_power_w=-1", 400),
        (b"max_power_w=1e9", 400),
        (b"off_c=151", 400),
        (b"off_c=hot", 400),
        (b"off_c=70&off_c=80", 400),
        (b"off_c=70;drop", 400),
        (b"fan=1", 400),
        (b"off_c=\xff", 400),
        (b"off_c=%ff", 400),
        (b"a=1&b=2&c=3&d=4", 400),
        (b"off_c=" + b"7" * 2000, 413),
    ],
)
def test_malformed_settings_are_refused(going_on: Path, body: bytes, status: int) -> None:
    answer = client_of(going_on).post("/miners/0/settings", content=body, headers=FORM)
    assert answer.status_code == status
    assert "error" in answer.json()
    assert not (going_on / "settings.json").exists()


def test_strangers_cannot_set_anything(going_on: Path) -> None:
    def status(client: TestClient, miner: object = 0, **headers: str) -> int:
        answer = client.post(
            f"/miners/{miner}/settings", content="off_c=79", headers=FORM | headers
        )
        return answer.status_code

    assert status(client_of(going_on, token=None)) == 403
    assert status(client_of(going_on), authorization="Bearer wrong") == 401
    cookie = TestClient(create_app(going_on, token="sesame"), base_url=BASE)
    assert status(cookie) == 401
    cookie.get("/login", params={"token": "sesame"})
    assert status(cookie, origin="http://localhost:9999") == 403
    assert status(cookie, origin="null") == 403
    assert status(client_of(going_on), **{"content-type": "application/json"}) == 415
    assert status(client_of(going_on), miner="0x1") == 400
    assert status(client_of(going_on), miner=99) == 404
    assert client_of(going_on).get("/miners/0/settings").status_code == 405
    assert not (going_on / "settings.json").exists()


def test_a_run_that_has_ended_takes_no_settings(tmp_path: Path) -> None:
    client = client_of(small_mine(tmp_path / "mine"))
    assert 'method="post"' not in client.get("/miners/0").text
    answer = client.post("/miners/0/settings", content="off_c=79", headers=FORM)
    assert answer.status_code == 409


def test_settings_add_up(going_on: Path) -> None:
    client = client_of(going_on)
    for body in ("off_c=79", "max_power_w=3000", "off_c=78"):
        client.post("/miners/0/settings", content=body, headers=FORM | {"origin": BASE})
    settings = going_on / "settings.json"
    assert json.loads(settings.read_text()) == {"0": {"off_c": 78, "max_power_w": 3000}}
    page = client.get("/miners/0").text
    assert 'name="off_c" type="number" min="0" max="150" step="any" value="80"' in page
    assert "Asked for and not in force: off_c = 78, max_power_w = 3000." in page
    settings.unlink()
    assert "Asked for" not in client.get("/miners/0").text


@pytest.mark.parametrize("words", [["--live", "0"], ["--live", "60", "--replications", "2"]])
def test_options_of_a_live_run(tmp_path: Path, words: list[str]) -> None:
    done = subprocess.run(
        [AICMP, "run", str(HEAT_WAVE), *words, "--out", str(tmp_path / "x")], capture_output=True
    )
    assert done.returncode == 2
    assert b"--live" in done.stderr
