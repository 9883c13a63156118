import numpy as np


def pair_energy_grad(x):
    # reverse
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(x))):
        for j in reversed(range(i + 1, len(x))):
            d = x[i] - x[j]
            sum_2 = 1.0 + d * d
            # e += 1.0 / (1.0 + d * d)
            d_prod = 2.0 * (1.0 / sum_2 / sum_2) * d
            # d = x[i] - x[j]
            x_bar[j] += d_prod
            x_bar[i] -= d_prod
    return x_bar
