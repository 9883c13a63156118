import numpy as np


def seidel_grad(a, steps):
    # forward
    a = a.copy()
    n = a.shape[0]
    a_old_tapes = []
    for t in range(steps):
        a_old_tape = []
        for i in range(1, n - 1):
            a_old_tape.append(a[i])
            a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
        a_old_tapes.append(a_old_tape)
    # reverse
    # return np.sum(a)
    a_bar = np.ones(a.shape)
    for a_old_tape in reversed(a_old_tapes):
        for i, a_old in zip(reversed(range(1, n - 1)), reversed(a_old_tape)):
            # a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
            a_bar_ratio = a_bar[i] / 3.0
            a[i] = a_old
            a_bar[i] = a_bar_ratio * a[i - 1]
            a_bar[i + 1] += a_bar_ratio
            a_bar[i - 1] += a_bar_ratio * a_old
    return a_bar
