"""Scenarios run from Python: the bytes of the program, tables, sweeps."""

import json
import subprocess
from pathlib import Path

import aicmp_env
import pytest
from aicmp_env import experiment, sweep
from results import ROOT

pd = pytest.importorskip("pandas")

QUICKSTART = ROOT / "scenarios" / "quickstart.toml"
SHORT = {"run.days": 2, "run.replications": 2, "run.ledger": "blocks"}


def test_same_bytes_as_the_program(tmp_path: Path) -> None:
    run = aicmp_env.run(QUICKSTART, seed=5, overrides=SHORT, out=tmp_path / "python", threads=2)
    settings = ["run.days=2", "run.replications=2", "run.ledger=blocks"]
    words = [word for text in settings for word in ("--set", text)]
    subprocess.run(
        [experiment.program(), "run", QUICKSTART, "--seed", "5", "--out", tmp_path / "cli", *words],
        check=True,
        capture_output=True,
    )
    names = {file.name for file in run.path.iterdir()}
    assert names == {file.name for file in (tmp_path / "cli").iterdir()}
    for name in names - {"manifest.json"}:
        assert (run.path / name).read_bytes() == (tmp_path / "cli" / name).read_bytes()
    assert run.manifest["seed"] == 5


def test_tables_by_pandas_arrow_and_parquet(tmp_path: Path) -> None:
    run = aicmp_env.run(QUICKSTART, overrides=SHORT)
    assert {"timeseries", "miners", "blocks", "payouts", "replications"} <= set(run.tables)
    miners = run.table("miners")
    assert len(miners) == run.summary["world"]["pool_miners"]["mean"]
    text = [line.split(",")[3] for line in (run.path / "miners.csv").read_text().splitlines()[1:]]
    assert miners["hash_rate_ths"].tolist() == [float(number) for number in text]
    for file in run.to_parquet(tmp_path / "parquet"):
        assert pd.read_parquet(file).shape == run.table(file.stem).shape
    again = pd.read_parquet(tmp_path / "parquet" / "miners.parquet")
    assert (again["hash_rate_ths"] == miners["hash_rate_ths"]).all()
    assert run.events() == [] or "time_s" in run.events()[0]
    with pytest.raises(KeyError, match="timeseries"):
        run.table("shares")
    assert aicmp_env.run(run.path / "scenario.toml").table("blocks").equals(run.table("blocks"))


def test_a_folder_that_nobody_named_goes_with_its_run() -> None:
    run = aicmp_env.run(QUICKSTART, overrides=SHORT)
    path = run.path
    assert path.is_dir()
    del run
    assert not path.exists()


def test_compare() -> None:
    study = aicmp_env.compare(QUICKSTART, ["pplns", "pps:0.02"], overrides=SHORT, replications=3)
    assert set(study.summary["schemes"]) == {"pplns", "pps:0.02"}
    assert set(study.table("comparison")["scheme"]) == {"pps:0.02"}


def test_errors_of_runs(tmp_path: Path) -> None:
    with pytest.raises(aicmp_env.ConfigError, match=r"^run\.dys=2: .*did you mean 'run.days'"):
        aicmp_env.run(QUICKSTART, overrides={"run.dys": 2})
    with pytest.raises(aicmp_env.ConfigError, match="no/such"):
        aicmp_env.run("no/such.toml")
    with pytest.raises(aicmp_env.ConfigError, match="scheme"):
        aicmp_env.compare(QUICKSTART, ["pplnss"])
    (tmp_path / "file").write_text("")
    with pytest.raises(aicmp_env.RunError, match="file"):
        aicmp_env.run(QUICKSTART, overrides=SHORT, out=tmp_path / "file" / "out")


def tasks() -> list[sweep.Task]:
    return [
        *sweep.simulations(
            [QUICKSTART], schemes=["pplns", None], seeds=[1, 2], overrides=[SHORT, {"run.days": 1}]
        ),
        *sweep.evaluations(
            ["AICMP/Reserve-v0"], policies=["pps", "band"], seeds=[0, 1], episodes=10
        ),
    ]


def test_sweeps_resume_and_do_not_depend_on_workers(tmp_path: Path) -> None:
    whole = sweep.run(tasks(), tmp_path / "one", workers=1, progress=False)
    assert set(whole["seed"]) == {0, 1, 2}
    assert len(list((tmp_path / "one").iterdir())) == len(tasks())
    sweep.run(tasks()[:3], tmp_path / "two", workers=2, progress=False)
    kept = {file: file.stat().st_mtime_ns for file in (tmp_path / "two").iterdir()}
    assert len(kept) == 3
    resumed = sweep.run(tasks(), tmp_path / "two", workers=2, progress=False)
    assert all(file.stat().st_mtime_ns == time for file, time in kept.items())
    pd.testing.assert_frame_equal(whole, resumed)


def test_a_sweep_uses_no_results_of_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = sweep.evaluations(["AICMP/Reserve-v0"], policies=["pps"], episodes=5)
    found = sweep.run(asked, tmp_path, workers=1, progress=False)
    [file] = tmp_path.iterdir()
    result = json.loads(file.read_text())
    assert result["program"] == experiment.call_program("--version").strip()
    result["rows"][0]["value"] = 1e9
    file.write_text(json.dumps(result))
    monkeypatch.setattr(experiment, "call_program", lambda *_: "aicmp of a later commit\n")
    again = sweep.run(asked, tmp_path, workers=1, progress=False)
    assert len(list(tmp_path.iterdir())) == 2
    pd.testing.assert_frame_equal(found, again)


def test_schemes_of_a_sweep_meet_the_same_worlds(tmp_path: Path) -> None:
    table = sweep.run(
        sweep.simulations([QUICKSTART], schemes=["pplns", "eta:0.8"], overrides=[SHORT]),
        tmp_path,
        workers=1,
        progress=False,
    )
    blocks = table[table["measure"] == "pool_blocks"]["value"]
    assert len(blocks) == 2
    assert blocks.nunique() == 1


def test_a_failing_task_keeps_what_was_done(tmp_path: Path) -> None:
    good = sweep.evaluations(["AICMP/Reserve-v0"], policies=["pps"], episodes=5)
    bad = sweep.evaluations(["AICMP/Reserve-v0"], policies=["nothing"], episodes=5)
    with pytest.raises(ValueError, match="no policy"):
        sweep.run([*good, *bad], tmp_path, workers=1, progress=False)
    assert len(list(tmp_path.glob("*.json"))) == 1
