"""Covariance matrix of a table's columns (K. Pearson, 1896), one half mirrored."""

import numpy as np

WRT = ("data",)


def covariance(data, cov):
    samples, variables = data.shape
    data -= np.mean(data, axis=0)
    for i in range(variables):
        cov[i, i:] = cov[i:, i] = data[:, i] @ data[:, i:] / (samples - 1.0)


def loss(data):
    """Sum of squares of the matrix."""
    variables = data.shape[1]
    cov = np.empty((variables, variables))
    covariance(data, cov)
    return np.sum(cov**2)


def make_args(size, rng):
    m, n = {"small": (7, 3), "bench": (400, 80)}[size]
    return (rng.normal(size=(m, n)),)
