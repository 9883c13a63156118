import numpy as np


def solve_rev(saved, x_bar):
    # reverse
    n, a, x, _, _, _, _, _, _ = saved
    x_2 = saved[3].copy()
    _, _, _, _, x_old_tape, x_old_tape_2, a_old_tapes, a_old_tapes_2, part_saved = saved
    a_bar = np.zeros_like(a)
    x_prev = x_2.copy()
    for i, x_old in zip(reversed(range(n - 1, -1, -1)), reversed(x_old_tape)):
        # x[i] = (x[i] - a[i, i + 1 :] @ x[i + 1 :]) / a[i, i]
        x_bar_ratio = x_bar[i] / a[i, i]
        a_bar[i, i] -= x_bar[i] * (x_2[i] / a[i, i])
        x_prev[i] = x_old
        x_bar[i] = x_bar_ratio
        x_bar[i + 1 :] -= x_bar_ratio * a[i, i + 1 :]
        a_bar[i, i + 1 :] -= x_bar_ratio * x_prev[i + 1 :]
    # for i in range(n):
    b_bar = np.zeros_like(x_bar)
    for i, x_old in zip(reversed(range(n)), reversed(x_old_tape_2)):
        # x[i] = b[i] - a[i, :i] @ x[:i]
        x_bar_i = x_bar[i]
        x[i] = x_old
        x_bar[i] = 0.0
        x_bar[:i] -= x_bar_i * a[i, :i]
        a_bar[i, :i] -= x_bar_i * x[:i]
        b_bar[i] += x_bar_i
    for i, a_old_tape, a_old_tape_in, item in zip(
        reversed(range(n)), reversed(a_old_tapes), reversed(a_old_tapes_2), reversed(part_saved)
    ):
        for j, a_old in zip(reversed(range(i, n)), reversed(a_old_tape)):
            # a[i, j] -= a[i, :i] @ a[:i, j]
            a_bar_part = a_bar[i, j]
            a[i, j] = a_old
            a_bar[:i, j] -= a_bar_part * a[i, :i]
            a_bar[i, :i] -= a_bar_part * a[:i, j]
        for j, a_old, value in zip(reversed(range(i)), reversed(a_old_tape_in), reversed(item)):
            # a[i, j] = (a[i, j] - a[i, :j] @ a[:j, j]) / a[j, j]
            a_bar_part_2 = a_bar[i, j]
            a[i, j] = a_old
            a_bar_part_2_ratio = a_bar_part_2 / a[j, j]
            a_bar[i, j] = a_bar_part_2_ratio
            a_bar[j, j] -= a_bar_part_2 * (value / a[j, j])
            a_bar[:j, j] -= a_bar_part_2_ratio * a[i, :j]
            a_bar[i, :j] -= a_bar_part_2_ratio * a[:j, j]
    return a_bar, b_bar


def solve_fwd(a, b, x):
    n = len(b)
    a_old_tapes = []
    a_old_tapes_2 = []
    a_ratio_tapes = []
    for i in range(n):
        a_old_tape = []
        a_ratio_tape = []
        for j in range(i):
            a_old_tape.append(a[i, j])
            a_ratio = (a[i, j] - a[i, :j] @ a[:j, j]) / a[j, j]
            a_ratio_tape.append(a_ratio)
            a[i, j] = a_ratio
        a_old_tapes_2.append(a_old_tape)
        a_ratio_tapes.append(a_ratio_tape)
        a_old_tape_2 = []
        for j in range(i, n):
            a_old_tape_2.append(a[i, j])
            a[i, j] -= a[i, :i] @ a[:i, j]
        a_old_tapes.append(a_old_tape_2)
    x_old_tape = []
    for i in range(n):
        x_old_tape.append(x[i])
        x[i] = b[i] - a[i, :i] @ x[:i]
    x_prev = x.copy()
    x_old_tape_2 = []
    for i in range(n - 1, -1, -1):
        x_old_tape_2.append(x_prev[i])
        x_prev[i] = (x_prev[i] - a[i, i + 1 :] @ x_prev[i + 1 :]) / a[i, i]
    return (
        a,
        x_prev,
        (n, a, x, x_prev, x_old_tape_2, x_old_tape, a_old_tapes, a_old_tapes_2, a_ratio_tapes),
    )


def loss_grad(a, b):
    """Squared length of the solution."""
    assert a.shape[0] == a.shape[1] == len(b)
    # forward
    x = np.zeros_like(b)
    _, x, solve_saved = solve_fwd(np.copy(a), b, x)
    # reverse
    # return x @ x
    x_bar = 2.0 * x
    # solve(a, b, x)
    a_bar, b_bar = solve_rev(solve_saved, x_bar)
    return a_bar, b_bar
