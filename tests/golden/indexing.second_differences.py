import numpy as np


def second_differences_grad(x):
    # forward
    x_sum = x[2:] - 2.0 * x[1:-1] + x[:-2]
    # reverse
    # return np.sum((x[2:] - 2.0 * x[1:-1] + x[:-2]) ** 2)
    twice_x_sum = 2.0 * x_sum
    x_bar = np.zeros_like(x)
    x_bar[:-2] = twice_x_sum
    x_bar[1:-1] -= 4.0 * x_sum
    x_bar[2:] += twice_x_sum
    return x_bar
