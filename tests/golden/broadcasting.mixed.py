import numpy as np


def mixed_grad(x, y):
    # forward
    z = x * y + x
    sum_2 = 1.0 + y * y
    x_diff = x - y
    # reverse
    # return np.sum(z / (1.0 + y * y) - np.tanh(x - y))
    y_bar = np.exp(-2 * np.abs(x_diff)) * (1 + np.abs(np.tanh(x_diff))) ** 2
    z_bar = 1 / sum_2
    # z = x * y + x
    x_bar = z_bar - y_bar + y / sum_2
    y_bar = y_bar - 2.0 * (z / sum_2 / sum_2) * y + x / sum_2
    return x_bar, y_bar
