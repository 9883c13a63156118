"""Correlation matrix of a table's columns (K. Pearson, 1896), constant columns masked."""

import numpy as np

WRT = ("data",)


def correlation(data, corr):
    samples, variables = data.shape
    data -= data.mean(axis=0)
    square = np.sum(data * data, axis=0)
    square[square < 1e-6] = 1.0
    data /= np.sqrt(square)
    corr[...] = np.eye(variables)
    for i in range(variables - 1):
        corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
        corr[i + 1 :, i] = corr[i, i + 1 :]


def loss(data):
    """Sum of squares of the matrix."""
    variables = data.shape[1]
    corr = np.zeros((variables, variables))
    correlation(data, corr)
    return np.sum(corr * corr)


def make_args(size, rng):
    m, n = {"small": (7, 4), "bench": (400, 80)}[size]
    data = rng.normal(size=(m, n))
    data[:, 1] = 2.0
    data[:, 2] = data[:, 0] + 0.5 * data[:, 2]
    return (data,)
