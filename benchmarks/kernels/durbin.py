"""The Yule-Walker equations of a symmetric Toeplitz matrix (J. Durbin, 1960)."""

import numpy as np

WRT = ("r",)


def yule_walker(r, y):
    beta = 1.0
    alpha = -r[0]
    y[0] = alpha
    for k in range(1, len(r)):
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + r[k - 1 :: -1] @ y[:k]) / beta
        y[:k] += alpha * y[k - 1 :: -1]
        y[k] = alpha


def loss(r):
    """Squared length of the predictor."""
    y = np.zeros(len(r))
    yule_walker(r, y)
    return y @ y


def make_args(size, rng):
    n = {"small": 6, "bench": 400}[size]
    return (0.5 ** np.arange(1, n + 1) * rng.uniform(0.2, 1.0, size=n),)
