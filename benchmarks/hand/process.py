"""Marginal likelihood of a Gaussian process: factored once, the factor used again in reverse."""

import numpy as np
from scipy.linalg import solve_triangular

from benchmarks.hand import Case


def likelihood(log_ell, log_noise, x, y):
    d2 = (x[:, None] - x[None, :]) ** 2
    k = np.exp(-0.5 * d2 * np.exp(-2.0 * log_ell)) + np.exp(2.0 * log_noise) * np.eye(len(x))
    chol = np.linalg.cholesky(k)
    alpha = np.linalg.solve(k, y)
    return 0.5 * y @ alpha + np.sum(np.log(np.diag(chol)))


def likelihood_grad(log_ell, log_noise, x, y):
    d2 = (x[:, None] - x[None, :]) ** 2
    inverse2 = np.exp(-2.0 * log_ell)
    smooth = np.exp(-0.5 * d2 * inverse2)
    noise2 = np.exp(2.0 * log_noise)
    k = smooth + noise2 * np.eye(len(x))
    chol = np.linalg.cholesky(k)
    alpha = np.linalg.solve(k, y)
    # return 0.5 * y @ alpha + np.sum(np.log(np.diag(chol)))
    chol_bar = np.diag(1.0 / np.diag(chol))
    # alpha = np.linalg.solve(k, y)
    k_bar = -np.outer(np.linalg.solve(k.T, 0.5 * y), alpha)
    # chol = np.linalg.cholesky(k)
    half = np.tril(chol.T @ chol_bar)
    half[np.diag_indices_from(half)] *= 0.5
    left = solve_triangular(chol, half.T, lower=True, trans="T")
    both = solve_triangular(chol, left.T, lower=True, trans="T")
    k_bar += 0.5 * (both + both.T)
    # k = np.exp(-0.5 * d2 * np.exp(-2.0 * log_ell)) + np.exp(2.0 * log_noise) * np.eye(len(x))
    log_noise_bar = 2.0 * noise2 * np.trace(k_bar)
    log_ell_bar = np.sum(k_bar * smooth * d2) * inverse2
    return log_ell_bar, log_noise_bar


CASES = (
    Case(
        "t09",
        likelihood,
        likelihood_grad,
        ("log_ell", "log_noise"),
        lambda rng: (0.1, -1.0, rng.normal(size=120), rng.normal(size=120)),
    ),
)
