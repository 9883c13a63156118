import numpy as np


def mixed_grad(x, y):
    # forward
    z = x * y + x
    sum_2 = 1.0 + y * y
    x_diff = x - y
    tanh_x_diff = np.tanh(x_diff)
    # reverse
    # return np.sum(z / (1.0 + y * y) - np.tanh(x - y))
    abs_tanh_x_diff = np.abs(tanh_x_diff)
    tail = np.exp(-2 * np.abs(x_diff)) * (1 + abs_tanh_x_diff) ** 2
    chosen_tail = np.where(abs_tanh_x_diff < 0.5, 1 - tanh_x_diff * tanh_x_diff, tail)
    z_bar = 1 / sum_2
    y_prod = z / sum_2 / sum_2 * y
    # z = x * y + x
    x_bar = z_bar - chosen_tail + y / sum_2
    y_bar = x / sum_2 - (y_prod - chosen_tail + y_prod)
    return x_bar, y_bar
