"""Likelihood of observations of a linear Gaussian state (R. E. Kalman, 1960), states kept."""

import numpy as np

WRT = ("f", "h", "q", "r", "observations")


def run(f, h, q, r, observations, states):
    x = np.zeros(f.shape[0])
    p = np.eye(f.shape[0])
    nll = 0.0
    for t in range(len(observations)):
        x = f @ x
        p = f @ p @ f.T + q
        innovation = observations[t] - h @ x
        s = h @ p @ h.T + r
        gain = np.linalg.solve(s, h @ p).T
        x += gain @ innovation
        p -= gain @ h @ p
        states[t, :] = x
        sign, logdet = np.linalg.slogdet(s)
        nll += 0.5 * (logdet + innovation @ np.linalg.solve(s, innovation))
    return nll


def loss(f, h, q, r, observations):
    """Negative log likelihood, plus how rough the filtered path is."""
    states = np.empty((len(observations), f.shape[0]))
    nll = run(f, h, q, r, observations, states)
    return nll + np.sum((states[1:] - states[:-1]) ** 2)


def make_args(size, rng):
    steps, n, m = {"small": (3, 2, 2), "bench": (100, 6, 3)}[size]
    f = np.eye(n) + 0.1 * rng.normal(size=(n, n)) / np.sqrt(n)
    half_q, half_r = rng.normal(size=(n, n)), rng.normal(size=(m, m))
    q = 0.1 * half_q @ half_q.T + 0.1 * np.eye(n)
    r = 0.1 * half_r @ half_r.T + 0.5 * np.eye(m)
    return f, rng.normal(size=(m, n)), q, r, rng.normal(size=(steps, m))
