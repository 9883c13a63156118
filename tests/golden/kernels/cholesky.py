import math

import numpy as np


def factor_rev(saved, a_bar):
    # reverse
    n, a, a_old_tape, a_old_tapes, a_old_tapes_tape = saved
    for j, a_old, a_old_tape_in, a_old_tapes_in in zip(
        reversed(range(n)), reversed(a_old_tape), reversed(a_old_tapes), reversed(a_old_tapes_tape)
    ):
        for i, a_old_in in zip(reversed(range(j + 1, n)), reversed(a_old_tape_in)):
            # a[i, j] /= a[j, j]
            a_bar_part = a_bar[i, j]
            a[i, j] = a_old_in
            a_part = a[j, j]
            a_bar[i, j] = a_bar_part / a_part
            a_bar[j, j] -= a_bar_part * (a_old_in / a_part / a_part)
        # a[j, j] = math.sqrt(a[j, j])
        a_bar[j, j] = 0.5 * a_bar[j, j] / math.sqrt(a_old)
        a[j, j] = a_old
        for k, a_old_tape_in in zip(reversed(range(j)), reversed(a_old_tapes_in)):
            for i, a_old in zip(reversed(range(j, n)), reversed(a_old_tape_in)):
                # a[i, j] -= a[i, k] * a[j, k]
                a_bar_part_2 = a_bar[i, j]
                a[i, j] = a_old
                a_bar[j, k] -= a_bar_part_2 * a[i, k]
                a_bar[i, k] -= a_bar_part_2 * a[j, k]
    return a_bar


def factor_fwd(a):
    n = a.shape[0]
    a_old_tape = []
    a_old_tapes = []
    a_old_tapes_tape = []
    for j in range(n):
        a_old_tapes_2 = []
        for k in range(j):
            a_old_tape_2 = []
            for i in range(j, n):
                a_old_tape_2.append(a[i, j])
                a[i, j] -= a[i, k] * a[j, k]
            a_old_tapes_2.append(a_old_tape_2)
        a_old_tapes_tape.append(a_old_tapes_2)
        a_old_tape.append(a[j, j])
        a[j, j] = math.sqrt(a[j, j])
        a_old_tape_3 = []
        for i in range(j + 1, n):
            a_old_tape_3.append(a[i, j])
            a[i, j] /= a[j, j]
        a_old_tapes.append(a_old_tape_3)
    return a, (n, a, a_old_tape, a_old_tapes, a_old_tapes_tape)


def loss_grad(a):
    """Half the logarithm of the determinant, plus the squares of the factor's last row."""
    # forward
    a, factor_saved = factor_fwd(np.copy(a))
    # reverse
    a_bar = np.zeros_like(a)
    for i in reversed(range(len(a))):
        # total += math.log(a[i, i]) + a[-1, i] ** 2
        a_bar[-1, i] += 2.0 * a[-1, i]
        a_bar[i, i] += 1.0 / a[i, i]
    # factor(a)
    a_bar = factor_rev(factor_saved, a_bar)
    return a_bar
