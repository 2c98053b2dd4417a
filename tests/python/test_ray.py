"""RLlib, Ray Tune, and sweeps over a cluster; skipped where Ray is not installed."""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aicmp_env import sweep
from results import ROOT

ray = pytest.importorskip("ray")
pytestmark = pytest.mark.filterwarnings("default")


def example(name: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, ROOT / "examples" / name, *arguments],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT / "bindings"), "RAY_DEDUP_LOGS": "0"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def test_rllib_example() -> None:
    pytest.importorskip("torch")
    out = example("rllib_ppo.py", "AICMP/CoincidentPeak-v0", "--iterations", "3", "--envs", "8")
    returns = [float(line.rsplit(" ", 1)[1]) for line in out.splitlines() if "mean return" in line]
    assert len(returns) == 3
    # At worst 29 days are given up, and the charge is due none the less.
    assert all(-59.0 <= value <= 0.0 for value in returns)


def test_tune_example_beats_the_defaults_or_equals_them() -> None:
    out = example("ray_tune.py", "--samples", "4", "--episodes", "20")
    assert "optimum" in out


@pytest.fixture
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1})
    ray.init(address=cluster.address, log_to_driver=False)
    yield cluster
    ray.shutdown()
    cluster.shutdown()


def test_a_sweep_survives_the_loss_of_a_node(cluster: Any, tmp_path: Path) -> None:
    tasks = sweep.evaluations(
        ["AICMP/Curtailment-v0"], policies=["greedy", "always"], seeds=range(12), episodes=400
    )
    expected = sweep.run(tasks, tmp_path / "here", workers=1, progress=False)
    node = cluster.add_node(num_cpus=2)
    cluster.wait_for_nodes()

    finished: list[int] = []  # tasks when the node was lost

    def done() -> int:
        return len(list((tmp_path / "there").glob("*.json")))

    def lose_node() -> None:
        while done() < 2:
            time.sleep(0.05)
        cluster.remove_node(node, allow_graceful=False)
        finished.append(done())

    loss = threading.Thread(target=lose_node)
    loss.start()
    found = sweep.run(tasks, tmp_path / "there", backend="ray", progress=False)
    loss.join()
    assert finished[0] < len(tasks)
    assert found.equals(expected)


@pytest.mark.usefixtures("cluster")
def test_errors_of_tasks_arrive_as_they_are(tmp_path: Path) -> None:
    bad = sweep.evaluations(["AICMP/Reserve-v0"], policies=["nothing"], episodes=5)
    with pytest.raises(ValueError, match="no policy"):
        sweep.run(bad, tmp_path, backend="ray", progress=False)
