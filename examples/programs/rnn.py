"""A recurrent network that adds binary numbers, with its states in a Python list.

    python examples/programs/rnn.py

The bits of two numbers come in from the lowest to the highest; the network gives the bits of the
sum, and so has to learn to carry.
"""

import numpy as np

from sourcead import value_and_grad


def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))


def run(params, inputs):
    """Hidden states after each input, from a learned initial state."""
    states = [params["h0"]]
    for x in inputs:
        h = np.tanh(params["W"] @ states[-1] + params["U"] @ x + params["b"])
        states.append(h)
    return states[1:]


def loss(params, inputs, bits):
    """Cross entropy of the bits of the sum, and a penalty on large states."""
    states = run(params, inputs)
    total = 0.0
    for h, bit in zip(states, bits, strict=True):
        p = sigmoid(params["v"] @ h + params["c"])
        total -= bit * np.log(p) + (1.0 - bit) * np.log(1.0 - p)
    penalty = sum(h @ h for h in states)
    return (total + 1e-3 * penalty) / len(bits)


def initial(hidden=8, seed=0):
    rng = np.random.default_rng(seed)
    return {
        "h0": np.zeros(hidden),
        "W": 0.5 * rng.normal(size=(hidden, hidden)) / np.sqrt(hidden),
        "U": rng.normal(size=(hidden, 2)),
        "b": np.zeros(hidden),
        "v": rng.normal(size=hidden) / np.sqrt(hidden),
        "c": 0.0,
    }


def problem(rng, width=8):
    """Two random numbers as rows of bits, and the bits of their sum."""
    a, b = rng.integers(0, 2 ** (width - 1), size=2)
    place = np.arange(width)
    inputs = np.stack([(a >> place) & 1, (b >> place) & 1], axis=1).astype(float)
    return inputs, (((a + b) >> place) & 1).astype(float)


def main() -> float:
    """Train with Adam on random sums; return the share of right bits on new ones."""
    rng = np.random.default_rng(1)
    params = initial()
    slope = value_and_grad(loss)
    mean = {name: np.zeros_like(value) for name, value in params.items()}
    square = {name: np.zeros_like(value) for name, value in params.items()}
    for i in range(1, 1501):
        value, bar = slope(params, *problem(rng))
        for name, g in bar.items():
            mean[name] = 0.9 * mean[name] + 0.1 * g
            square[name] = 0.99 * square[name] + 0.01 * g**2
            rate = 0.02 * np.sqrt(1.0 - 0.99**i) / (1.0 - 0.9**i)
            params[name] = params[name] - rate * mean[name] / (np.sqrt(square[name]) + 1e-8)
        if i % 300 == 0:
            print(f"{i:5}  {value:.4f}")
    right = []
    for _ in range(100):
        inputs, bits = problem(rng)
        states = run(params, inputs)
        for h, bit in zip(states, bits, strict=True):
            right.append((params["v"] @ h + params["c"] > 0.0) == bit)
    print(f"right bits of new sums: {np.mean(right):.1%}")
    return float(np.mean(right))


if __name__ == "__main__":
    main()
