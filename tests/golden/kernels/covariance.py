import numpy as np


def covariance_rev(data, cov_bar):
    # reverse
    variables = data.shape[1]
    samples = data.shape[0]
    data_bar = np.zeros_like(data)
    for i in reversed(range(variables)):
        # cov[i, i:] = cov[i:, i] = data[:, i] @ data[:, i:] / (samples - 1.0)
        cov_bar_part = cov_bar[i:, i].copy()
        cov_bar[i:, i] = 0.0
        ratio = (cov_bar_part + cov_bar[i, i:]) / (samples - 1.0)
        data_bar[:, i:] += np.outer(data[:, i], ratio)
        data_bar[:, i] += data[:, i:] @ ratio
        cov_bar[i, i:] = 0.0
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
    return cov, data


def loss_grad(data):
    """Sum of squares of the matrix."""
    # forward
    variables = data.shape[1]
    cov = np.empty((variables, variables))
    cov, covariance_saved = covariance_fwd(np.copy(data), cov)
    # reverse
    # return np.sum(cov**2)
    cov_bar = 2.0 * cov
    # covariance(data, cov)
    data_bar = covariance_rev(covariance_saved, cov_bar)
    return data_bar
