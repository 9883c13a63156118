import numpy as np


def multiply_rev(indptr, indices, data, x, y_bar):
    # reverse
    x_bar = np.zeros_like(x)
    data_bar = np.zeros_like(data)
    for i in reversed(range(len(y_bar))):
        for k in reversed(range(indptr[i], indptr[i + 1])):
            # y[i] += data[k] * x[indices[k]]
            x_bar[indices[k]] += y_bar[i] * data[k]
            data_bar[k] += y_bar[i] * x[indices[k]]
    return data_bar, x_bar


def multiply_fwd(indptr, indices, data, x, y):
    for i in range(len(y)):
        for k in range(indptr[i], indptr[i + 1]):
            y[i] += data[k] * x[indices[k]]
    return y


def loss_grad(indptr, indices, data, x):
    """Squared length of the product."""
    # forward
    y = np.zeros(len(indptr) - 1)
    y = multiply_fwd(indptr, indices, data, x, y)
    # reverse
    # return y @ y
    y_bar = 2.0 * y
    # multiply(indptr, indices, data, x, y)
    data_bar, x_bar = multiply_rev(indptr, indices, data, x, y_bar)
    return data_bar, x_bar
