#!/usr/bin/env python3
"""Steps a second of our learners and of learners that JAX compiles whole: see learner_ratios.py.

Rollout, advantages, minibatches and Adam are one compiled loop, the fastest way to write them in
Python. Needs `pip install jax optax`. Usage: benchmarks/learners_jax.py [--rounds N] [--threads N]
"""

import argparse
import os
import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import optax
from learner_ratios import CHOICES, OBSERVATIONS, Case, print_ratios

CASES = [
    Case("ppo", 16, 256, 40_000, 200_000, (1.3, 2)),
    Case("ppo", 64, 1024, 80_000, 200_000, (1.3, 2)),
    Case("ppo", 1024, 16384, 131_072, 400_000, (1.3, 2)),
    Case("a2c", 16, 0, 100_000, 400_000, (1.3, 1.3)),
    Case("dqn", 16, 64, 20_000, 60_000, (1.3, 1.3)),
]
Update = Callable[[Any], Any]


def make_update(case: Case) -> tuple[Any, Update, int]:
    """The first state of a learner, what advances it, and how many steps that takes."""
    noise = jax.random.uniform(jax.random.key(1), (64, case.envs, OBSERVATIONS), minval=-1.0)

    def net(key: Any, outputs: int) -> list[Any]:
        sizes = [OBSERVATIONS, 64, 64, outputs]
        keys = jax.random.split(key, 3)
        return [
            (jax.random.normal(k, (m, n)) / m**0.5, jnp.zeros(n))
            for k, m, n in zip(keys, sizes, sizes[1:], strict=False)
        ]

    def forward(layers: list[Any], x: Any, activation: Any) -> Any:
        for weights, bias in layers[:-1]:
            x = activation(x @ weights + bias)
        return x @ layers[-1][0] + layers[-1][1]

    def reward_of(observation: Any, action: Any) -> Any:
        return ((action == 0) == (observation[:, 0] > 0)).astype(jnp.float32)

    def clipped_adam(rate: float, norm: float, epsilon: float) -> Any:
        return optax.chain(optax.clip_by_global_norm(norm), optax.adam(rate, eps=epsilon))

    def descend(optimiser: Any, loss: Any, nets: Any, moments: Any, *data: Any) -> tuple[Any, Any]:
        changes, moments = optimiser.update(jax.grad(loss)(nets, *data), moments)
        return optax.apply_updates(nets, changes), moments

    key = jax.random.key(2)
    if case.algorithm == "dqn":
        optimiser = clipped_adam(5e-4, 10.0, 1e-8)
        rows = 100_000 // case.envs

        def q_loss(layers: Any, x: Any, action: Any, reward: Any, following: Any) -> Any:
            chosen = jnp.take_along_axis(forward(layers, x, jax.nn.relu), action[:, None], 1)[:, 0]
            return optax.huber_loss(chosen, reward + 0.99 * following).mean()

        def act(state: Any, _: None) -> tuple[Any, None]:
            layers, target, moments, memory, at, key = state
            key, roll, pick, batch_key = jax.random.split(key, 4)
            observation = noise[at % 64]
            greedy = forward(layers, observation, jax.nn.relu).argmax(1)
            random = jax.random.randint(pick, (case.envs,), 0, CHOICES)
            action = jnp.where(jax.random.uniform(roll, (case.envs,)) < 0.1, random, greedy)
            new = (observation, action, reward_of(observation, action), noise[(at + 1) % 64])
            memory = jax.tree.map(lambda m, n: m.at[at % rows].set(n), memory, new)

            def learn(carry: Any, key: Any) -> tuple[Any, None]:
                layers, moments = carry
                row = jax.random.randint(key, (case.minibatch,), 0, jnp.minimum(at + 1, rows))
                env = jax.random.randint(jax.random.fold_in(key, 1), row.shape, 0, case.envs)
                x, a, r, after = jax.tree.map(lambda m: m[row, env], memory)
                following = forward(target, after, jax.nn.relu).max(1)
                return descend(optimiser, q_loss, layers, moments, x, a, r, following), None

            batches = jax.random.split(batch_key, case.envs // 4)
            (layers, moments), _ = jax.lax.scan(learn, (layers, moments), batches)
            renew = at % (10_000 // case.envs) == 0
            target = jax.tree.map(lambda t, n: jnp.where(renew, n, t), target, layers)
            return (layers, target, moments, memory, at + 1, key), None

        layers = net(key, CHOICES)
        memory = (
            jnp.zeros((rows, case.envs, OBSERVATIONS)),
            jnp.zeros((rows, case.envs), jnp.int32),
            jnp.zeros((rows, case.envs)),
            jnp.zeros((rows, case.envs, OBSERVATIONS)),
        )
        target = jax.tree.map(jnp.copy, layers)
        state = (layers, target, optimiser.init(layers), memory, jnp.int32(0), key)
        update = jax.jit(lambda s: jax.lax.scan(act, s, None, 64)[0], donate_argnums=0)
        return state, update, 64 * case.envs

    ppo = case.algorithm == "ppo"
    steps, decay = (128, 0.99 * 0.95) if ppo else (5, 0.99)
    optimiser = clipped_adam(3e-4 if ppo else 7e-4, 0.5, 1e-5)

    def loss(nets: Any, x: Any, action: Any, old: Any, advantage: Any, target: Any) -> Any:
        log_p = jax.nn.log_softmax(forward(nets[0], x, jnp.tanh))
        chosen = jnp.take_along_axis(log_p, action[:, None], 1)[:, 0]
        if ppo:
            advantage = (advantage - advantage.mean()) / (advantage.std() + 1e-8)
            ratio = jnp.exp(chosen - old)
            bounded = jnp.clip(ratio, 0.8, 1.2)
            gain = jnp.minimum(ratio * advantage, bounded * advantage).mean()
        else:
            gain = (chosen * advantage).mean()
        entropy = -(jnp.exp(log_p) * log_p).sum(1).mean()
        value = forward(nets[1], x, jnp.tanh)[:, 0]
        return -gain - 0.01 * entropy + 0.5 * ((value - target) ** 2).mean()

    def play(carry: Any, _: None) -> tuple[Any, Any]:
        nets, at, key = carry
        key, draw = jax.random.split(key)
        observation = noise[at % 64]
        logits = forward(nets[0], observation, jnp.tanh)
        action = jax.random.categorical(draw, logits)
        log_p = jnp.take_along_axis(jax.nn.log_softmax(logits), action[:, None], 1)[:, 0]
        value = forward(nets[1], observation, jnp.tanh)[:, 0]
        row = (observation, action, log_p, value, reward_of(observation, action))
        return (nets, at + 1, key), row

    def accumulate(carry: Any, row: Any) -> tuple[Any, Any]:
        advantage, after = carry
        value, reward = row
        advantage = reward + 0.99 * after - value + decay * advantage
        return (advantage, value), advantage

    def advance(state: Any) -> Any:
        nets, moments, at, key = state
        (_, at, key), rows = jax.lax.scan(play, (nets, at, key), None, steps)
        x, action, log_p, values, rewards = rows
        last = forward(nets[1], noise[at % 64], jnp.tanh)[:, 0]
        begin = (jnp.zeros(case.envs), last)
        _, advantages = jax.lax.scan(accumulate, begin, (values, rewards), reverse=True)
        data = (x, action, log_p, advantages, advantages + values)
        data = jax.tree.map(lambda d: d.reshape(steps * case.envs, *d.shape[2:]), data)

        def learn(carry: Any, batch: Any) -> tuple[Any, None]:
            return descend(optimiser, loss, *carry, *batch), None

        def epoch(carry: Any, key: Any) -> tuple[Any, None]:
            order = jax.random.permutation(key, steps * case.envs).reshape(-1, case.minibatch)
            batches = jax.tree.map(lambda d: d[order], data)
            return jax.lax.scan(learn, carry, batches)[0], None

        key, shuffle = jax.random.split(key)
        if ppo:
            (nets, moments), _ = jax.lax.scan(epoch, (nets, moments), jax.random.split(shuffle, 4))
        else:
            (nets, moments), _ = learn((nets, moments), data)
        return nets, moments, at, key

    nets = (net(key, CHOICES), net(jax.random.fold_in(key, 1), 1))
    repeats = 1 if ppo else 50
    update = jax.jit(lambda s: jax.lax.fori_loop(0, repeats, lambda _, s: advance(s), s))
    return (nets, optimiser.init(nets), jnp.int32(0), key), update, repeats * steps * case.envs


def jax_speed(case: Case) -> float:
    state, update, steps = make_update(case)
    state = jax.block_until_ready(update(state))  # compiles
    done = 0
    start = time.perf_counter()
    while done < case.their_steps:
        state = jax.block_until_ready(update(state))
        done += steps
    return done / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1, help="of our learners and of JAX")
    options = parser.parse_args()
    # Before JAX's first operation: it takes as many threads as there are processors.
    os.sched_setaffinity(0, set(range(options.threads)))
    print_ratios("JAX", CASES, jax_speed, options.rounds, options.threads)


if __name__ == "__main__":
    main()
