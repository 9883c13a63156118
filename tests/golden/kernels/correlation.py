import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def correlation_rev(saved, data, corr_bar):
    # reverse
    data_2, is_less_square, root_square = saved
    variables = data.shape[1]
    # for i in range(variables - 1):
    left = []
    right = []
    data_bar = np.zeros_like(data)
    for i in reversed(range(variables - 1)):
        # corr[i + 1 :, i] = corr[i, i + 1 :]
        corr_bar_part = corr_bar[i + 1 :, i].copy()
        corr_bar[i + 1 :, i] = 0.0
        corr_bar[i, i + 1 :] += corr_bar_part
        # corr[i, i + 1 :] = data[:, i] @ data[:, i + 1 :]
        data_prod = data[:, i + 1 :] @ corr_bar[i, i + 1 :]
        row = np.zeros(data.shape[1])
        row[i + 1 :] = corr_bar[i, i + 1 :]
        left.append(data[:, i])
        right.append(row)
        data_bar[:, i] += data_prod
        corr_bar[i, i + 1 :] = 0.0
    data_bar += sum_of_outer(left, right, data_bar)
    # data /= np.sqrt(square)
    data_bar_ratio = data_bar / root_square
    sum_2 = np.sum(np.where(data_bar != 0, data_bar_ratio * data, 0), axis=0)
    data_bar = np.where(data_bar != 0, data_bar_ratio, 0)
    square_bar = -np.where(sum_2 != 0, 0.5 * sum_2 / (root_square + (root_square == 0)), 0)
    # square[square < 1e-6] = 1.0
    square_bar[is_less_square] = 0.0
    # square = np.sum(data * data, axis=0)
    data_bar += 2.0 * np.expand_dims(square_bar, 0) * data_2
    # data -= data.mean(axis=0)
    sum_data_bar = np.sum(data_bar, axis=0)
    data_bar -= np.expand_dims(sum_data_bar / data.shape[0], 0)
    return data_bar


def correlation_fwd(data, corr):
    variables = data.shape[1]
    data -= data.mean(axis=0)
    square = np.sum(data * data, axis=0)
    is_less_square = square < 1e-06
    square[is_less_square] = 1.0
    root_square = np.sqrt(square)
    data_2 = data / root_square
    corr[...] = np.eye(variables)
    for i in range(variables - 1):
        corr[i, i + 1 :] = data_2[:, i] @ data_2[:, i + 1 :]
        corr[i + 1 :, i] = corr[i, i + 1 :]
    return data_2, corr, (data, is_less_square, root_square)


def loss_grad(data):
    """Sum of squares of the matrix."""
    # forward
    variables = data.shape[1]
    corr = np.zeros((variables, variables))
    data, corr, correlation_saved = correlation_fwd(np.copy(data), corr)
    # reverse
    # return np.sum(corr * corr)
    corr_bar = 2.0 * corr
    # correlation(data, corr)
    data_bar = correlation_rev(correlation_saved, data, corr_bar)
    return data_bar
