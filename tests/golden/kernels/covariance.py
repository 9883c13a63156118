import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def covariance_rev(data, cov_bar):
    # reverse
    variables = data.shape[1]
    samples = data.shape[0]
    # for i in range(variables):
    left = []
    right = []
    data_bar = np.zeros_like(data)
    for i in reversed(range(variables)):
        # cov[i, i:] = cov[i:, i] = data[:, i] @ data[:, i:] / (samples - 1.0)
        cov_bar_part = cov_bar[i:, i].copy()
        cov_bar[i:, i] = 0.0
        ratio = (cov_bar_part + cov_bar[i, i:]) / (samples - 1.0)
        data_prod = data[:, i:] @ ratio
        row = np.zeros(data.shape[1])
        row[i:] = ratio
        left.append(data[:, i])
        right.append(row)
        data_bar[:, i] += data_prod
        cov_bar[i, i:] = 0.0
    data_bar += sum_of_outer(left, right, data_bar)
    # data -= np.mean(data, axis=0)
    data_bar -= np.expand_dims(np.sum(data_bar, axis=0) / samples, 0)
    return data_bar


def covariance_fwd(data, cov):
    samples = data.shape[0]
    variables = data.shape[1]
    data -= np.mean(data, axis=0)
    for i in range(variables):
        ratio = data[:, i] @ data[:, i:] / (samples - 1.0)
        cov[i, i:] = ratio
        cov[i:, i] = ratio
    return data, cov


def loss_grad(data):
    """Sum of squares of the matrix."""
    # forward
    variables = data.shape[1]
    cov = np.empty((variables, variables))
    data, cov = covariance_fwd(np.copy(data), cov)
    # reverse
    # return np.sum(cov**2)
    cov_bar = 2.0 * cov
    # covariance(data, cov)
    data_bar = covariance_rev(data, cov_bar)
    return data_bar
