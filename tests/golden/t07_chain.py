import numpy as np


def chain_grad(x):
    """Rosenbrock's function of many variables."""
    # reverse
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(x) - 1)):
        x_i = x[i]
        x_diff = x[i + 1] - x_i**2
        # total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
        x_bar[i] -= 2.0 * (1.0 - x_i) + 400.0 * x_diff * x_i
        x_bar[i + 1] += 200.0 * x_diff
    return x_bar
