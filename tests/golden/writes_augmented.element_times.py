import numpy as np


def element_times_grad(x):
    # forward
    y = x.copy()
    y_0 = y[0]
    y_1 = y[1]
    y[0] = y_0 * y_1
    y_sum = y[0] + 3.0
    y_ratio = y[1] / y_sum
    y[1] = y_ratio
    # reverse
    # return np.sum(y)
    y_bar = np.ones(y.shape)
    # y[2] **= 2
    y_bar[2] = 2 * y_bar[2] * y[2]
    # y[1] /= y[0] + 3.0
    y_bar_ratio = y_bar[1] / y_sum
    y_bar[1] = y_bar_ratio
    y_bar[0] -= y_bar_ratio * y_ratio
    # y[0] *= y[1]
    y_bar_0 = y_bar[0]
    y_bar[0] = y_bar_0 * y_1
    y_bar[1] += y_bar_0 * y_0
    return y_bar
