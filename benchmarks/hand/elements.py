"""Elements read in a loop: O(1) each in the reverse sweep, and no forward sweep at all."""

import numpy as np

from benchmarks.hand import Case


def chain(x):
    """Rosenbrock's function of many variables."""
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def chain_grad(x):
    x_bar = np.zeros_like(x)
    for i in reversed(range(len(x) - 1)):
        # total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
        gap_bar = 200.0 * (x[i + 1] - x[i] ** 2)
        x_bar[i + 1] += gap_bar
        x_bar[i] -= 2.0 * (gap_bar * x[i] + 1.0 - x[i])
    return x_bar


CASES = (Case("t07", chain, chain_grad, ("x",), lambda rng: (rng.normal(size=500),)),)
