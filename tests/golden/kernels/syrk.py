import numpy as np


def update_rev(c_tape, alpha, beta, a, c_bar):
    # reverse
    a_bar = np.zeros_like(a)
    alpha_bar = beta_bar = 0.0
    for i, c_part in zip(reversed(range(len(a))), reversed(c_tape)):
        for k in reversed(range(a.shape[1])):
            # c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
            c_bar_prod = c_bar[i, : i + 1] @ a[: i + 1, k]
            a_bar[: i + 1, k] += c_bar[i, : i + 1] * (alpha * a[i, k])
            alpha_bar += c_bar_prod * a[i, k]
            a_bar[i, k] += c_bar_prod * alpha
        # c[i, : i + 1] *= beta
        beta_bar += c_bar[i, : i + 1] @ c_part
        c_bar[i, : i + 1] *= beta
    return alpha_bar, beta_bar, c_bar, a_bar


def update_fwd(alpha, beta, c, a):
    c_tape = []
    for i in range(len(a)):
        c_tape.append(c[i, : i + 1].copy())
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
    return c, c_tape


def loss_grad(alpha, beta, c, a):
    """Sum of squares of the updated matrix."""
    assert c.shape[0] == c.shape[1] == a.shape[0]
    # forward
    c, update_saved = update_fwd(alpha, beta, np.copy(c), a)
    # reverse
    # return np.sum(c * c)
    c_bar = 2.0 * c
    # update(alpha, beta, c, a)
    alpha_bar, beta_bar, c_bar, a_bar = update_rev(update_saved, alpha, beta, a, c_bar)
    return alpha_bar, beta_bar, c_bar, a_bar
