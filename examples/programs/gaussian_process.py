"""Hyperparameters of a Gaussian process, from the marginal likelihood.

    python examples/programs/gaussian_process.py

The kernel is a sum of a smooth trend and a periodic part, as is usual for seasonal data. What is
fitted are the logarithms of its hyperparameters, kept by name.
"""

import numpy as np
from scipy.linalg import cho_solve, cholesky

from sourcead import value_and_grad


def squared_exponential(r, scale, length):
    return scale**2 * np.exp(-0.5 * (r / length) ** 2)


def periodic(r, scale, length, period):
    return scale**2 * np.exp(-2.0 * (np.sin(np.pi * r / period) / length) ** 2)


def kernel(x, z, h):
    """Covariances between two sets of points."""
    r = x[:, None] - z[None, :]
    trend = squared_exponential(r, h["trend"], h["trend length"])
    return trend + periodic(r, h["season"], h["season length"], h["period"])


def negative_log_marginal_likelihood(log_h, x, y):
    h = {name: np.exp(value) for name, value in log_h.items()}
    K = kernel(x, x, h)
    K[np.diag_indices_from(K)] += h["noise"] ** 2
    L = cholesky(K, lower=True)
    alpha = cho_solve((L, True), y)
    return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(y) * np.log(2.0 * np.pi)


def observations(n=60, seed=0):
    """A slow trend with a season of length 1, measured with noise 0.1."""
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(0.0, 6.0, n))
    return x, 0.2 * (x - 3.0) ** 2 + np.sin(2.0 * np.pi * x) + 0.1 * rng.normal(size=n)


def start():
    """Logarithms of a first guess."""
    guess = {
        "trend": 1.0,
        "trend length": 2.0,
        "season": 1.0,
        "season length": 1.0,
        "period": 1.05,
        "noise": 0.2,
    }
    return {name: np.log(value) for name, value in guess.items()}


def main() -> dict[str, float]:
    """Climb the marginal likelihood; return the hyperparameters."""
    x, y = observations()
    slope = value_and_grad(negative_log_marginal_likelihood)
    log_h = start()
    momentum = dict.fromkeys(log_h, 0.0)
    for i in range(401):
        value, bar = slope(log_h, x, y)
        size = np.sqrt(sum(g**2 for g in bar.values()))
        for name in log_h:
            momentum[name] = 0.9 * momentum[name] - 0.002 * bar[name] / (1.0 + 0.1 * size)
            log_h[name] += momentum[name]
        if i % 100 == 0:
            print(f"{i:4}  {value:10.3f}")
    found = {name: float(np.exp(value)) for name, value in log_h.items()}
    for name, value in found.items():
        print(f"{name:16}{value:8.4f}")
    return found


if __name__ == "__main__":
    main()
