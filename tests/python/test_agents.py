"""aicmp_env.agents: the learners from Python."""

import aicmp_env
import numpy as np
import pytest

agents = pytest.importorskip("aicmp_env.agents", reason="a build without learners")

SMALL = {"net.hidden": [16, 16], "train.envs": 8}


def test_ppo_learns_to_stop_for_dear_power() -> None:
    model = agents.PPO("AICMP/Curtailment-v0", settings=SMALL, steps=200)
    seen: list[int] = []

    def watch(steps: int, metrics: dict[str, float]) -> bool:
        seen.append(steps)
        assert "losses/approx_kl" in metrics
        return True

    assert model.learn(60_000, watch) is model
    assert model.num_timesteps >= 60_000
    assert seen == sorted(seen)
    env = aicmp_env.AicmpVectorEnv("AICMP/Curtailment-v0", num_envs=4)
    observation, _ = env.reset(seed=1)
    actions = model.predict(observation)
    assert actions.shape == (4,)
    # The price is the first observation, over 50: one runs at 20 USD/MWh and stops at 400.
    cheap, dear = np.array(observation[:2])
    cheap[0], dear[0] = 0.4, 8.0
    assert model.predict(cheap) == 1
    assert model.predict(dear) == 0


def test_learning_is_reproducible_and_goes_on_from_a_checkpoint(tmp_path) -> None:
    def trained(algorithm, seed: int = 1):
        return algorithm("AICMP/SelfishMining-v0", seed=seed, settings=SMALL).learn(5_000)

    for algorithm in (agents.PPO, agents.A2C, agents.DQN):
        assert trained(algorithm).metrics() == pytest.approx(
            trained(algorithm).metrics(), nan_ok=True
        )
        model = trained(algorithm)
        model.save(str(tmp_path / "checkpoint"))
        other = algorithm("AICMP/SelfishMining-v0", settings=SMALL)
        other.load(str(tmp_path / "checkpoint"))
        assert other.num_timesteps == model.num_timesteps
        model.learn(3_000)
        other.learn(3_000)
        assert other.metrics() == pytest.approx(model.metrics(), nan_ok=True)


def test_a_recurrent_policy_remembers_in_its_state() -> None:
    model = agents.PPO("AICMP/SelfishMining-v0", settings={**SMALL, "net.lstm_size": 8})
    model.learn(3_000)
    env = aicmp_env.AicmpVectorEnv("AICMP/SelfishMining-v0", num_envs=3)
    observation, _ = env.reset(seed=1)
    state = model.initial_state(3)
    assert not state.any()
    assert (model.predict(observation, state=state) == model.predict(observation)).all()
    assert state.any()
    after = state.copy()
    model.predict(observation, state=state)
    assert (state != after).any()
    with pytest.raises(ValueError, match="states are"):
        model.predict(observation, state=state[:2])
    with pytest.raises(TypeError):
        model.predict(observation, state=state.astype(np.float64))


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="not a decision problem"):
        agents.PPO("AICMP/Nothing-v0")
    with pytest.raises(ValueError, match="alpha"):
        agents.PPO("AICMP/SelfishMining-v0", alpha=1.0)
    with pytest.raises(ValueError, match=r"ppo\.epochs"):
        agents.PPO("AICMP/SelfishMining-v0", settings={"ppo.epochs": 0})
    with pytest.raises(ValueError, match=r"train\.device"):
        agents.DQN("AICMP/SelfishMining-v0", device="cuda").learn(1)
    model = agents.PPO("AICMP/SelfishMining-v0")
    with pytest.raises(RuntimeError, match="learn"):
        model.predict(np.zeros(4))
