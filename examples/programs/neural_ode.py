"""A neural network as the right-hand side of a differential equation learns a spiral.

    python examples/programs/neural_ode.py

Network, integrator and loss are functions that are handed to one another, the weights a list of
pairs.
"""

from functools import partial, reduce

import numpy as np

from sourcead import value_and_grad


def dense(x, layer):
    w, b = layer
    return np.tanh(x @ w + b)


def network(weights, t, y):
    """Velocity at the points `y`, which does not depend on the time here."""
    *hidden, (w, b) = weights
    return reduce(dense, hidden, y**3) @ w + b


def midpoint(f, t, y, h):
    return y + h * f(t + h / 2, y + h / 2 * f(t, y))


def odeint(f, y0, times, method=midpoint):
    """States at all times, in one array."""
    ys = [y0]
    for t0, t1 in zip(times[:-1], times[1:], strict=True):
        ys.append(method(f, t0, ys[-1], t1 - t0))
    return np.stack(ys)


def loss(weights, y0, times, target):
    """Mean absolute error of the trajectories, smoothed near zero."""
    error = odeint(partial(network, weights), y0, times) - target
    return np.mean(np.sqrt(error**2 + 1e-6))


def initial(sizes=(2, 16, 2), seed=0):
    rng = np.random.default_rng(seed)
    return [
        (rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n))
        for m, n in zip(sizes, sizes[1:], strict=False)
    ]


def spirals(count=20, steps=10, seed=1):
    """Short pieces of the true trajectories."""
    a = np.array([[-0.1, 2.0], [-2.0, -0.1]])
    rng = np.random.default_rng(seed)
    y0 = rng.uniform(-1.5, 1.5, size=(count, 2))
    times = np.linspace(0.0, 0.5, steps + 1)
    fine = np.linspace(0.0, 0.5, 20 * steps + 1)
    return y0, times, odeint(lambda t, y: y**3 @ a, y0, fine)[::20]


def main() -> float:
    """Train with normalised steps; return the last error."""
    data = spirals()
    weights = initial()
    slope = value_and_grad(loss)
    for i in range(801):
        value, bar = slope(weights, *data)
        norm = np.sqrt(sum(np.sum(wb**2) + np.sum(bb**2) for wb, bb in bar))
        rate = 0.05 / (norm * (1.0 + i / 100.0))
        weights = [
            (w - rate * wb, b - rate * bb) for (w, b), (wb, bb) in zip(weights, bar, strict=True)
        ]
        if i % 200 == 0:
            print(f"{i:4}  {value:.4f}")
    return float(value)


if __name__ == "__main__":
    main()
