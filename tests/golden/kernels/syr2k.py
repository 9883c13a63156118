import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def update_rev(saved, alpha, beta, a, b, c_bar):
    # reverse
    c_tape, sum_2_tape = saved
    n = a.shape[0]
    # for i in range(n):
    left = []
    right = []
    left_2 = []
    right_2 = []
    alpha_bar = 0.0
    a_bar = np.zeros_like(a)
    b_bar = np.zeros_like(b)
    beta_bar = 0.0
    for i, c_part, sum_2 in zip(reversed(range(n)), reversed(c_tape), reversed(sum_2_tape)):
        # row[: i + 1] += alpha * (a[: i + 1] @ b[i] + b[: i + 1] @ a[i])
        c_bar_part = c_bar[i, : i + 1]
        c_bar_part_prod = c_bar_part * alpha
        alpha_bar += c_bar_part @ sum_2
        a_bar[i] += b[: i + 1].T @ c_bar_part_prod
        column = np.zeros(b.shape[0])
        column[: i + 1] = c_bar_part_prod
        left_2.append(column)
        right_2.append(a[i])
        b_bar[i] += a[: i + 1].T @ c_bar_part_prod
        column = np.zeros(a.shape[0])
        column[: i + 1] = c_bar_part_prod
        left.append(column)
        right.append(b[i])
        # row[: i + 1] *= beta
        beta_bar += c_bar_part @ c_part
        c_bar[i, : i + 1] = c_bar_part * beta
    b_bar += sum_of_outer(left_2, right_2, b_bar)
    a_bar += sum_of_outer(left, right, a_bar)
    return alpha_bar, beta_bar, c_bar, a_bar, b_bar


def update_fwd(alpha, beta, c, a, b):
    n = c.shape[0]
    c_tape = []
    sum_2_tape = []
    for i in range(n):
        c_tape.append(c[i, : i + 1].copy())
        c[i, : i + 1] *= beta
        sum_2 = a[: i + 1] @ b[i] + b[: i + 1] @ a[i]
        sum_2_tape.append(sum_2)
        c[i, : i + 1] += alpha * sum_2
    return c, (c_tape, sum_2_tape)


def loss_grad(alpha, beta, c, a, b):
    """Sum of squares of the updated matrix."""
    assert a.shape == b.shape
    assert c.shape[0] == c.shape[1] == a.shape[0]
    # forward
    c, update_saved = update_fwd(alpha, beta, np.copy(c), a, b)
    # reverse
    # return np.sum(c * c)
    c_bar = 2.0 * c
    # update(alpha, beta, c, a, b)
    alpha_bar, beta_bar, c_bar, a_bar, b_bar = update_rev(update_saved, alpha, beta, a, b, c_bar)
    return alpha_bar, beta_bar, c_bar, a_bar, b_bar
