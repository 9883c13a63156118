import numpy as np


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g


def update_rev(saved, c_bar):
    # reverse
    alpha, beta, a, b, n, part_saved, part_saved_2, part_saved_3 = saved
    alpha_bar = 0.0
    a_bar = np.zeros_like(a)
    b_bar = np.zeros_like(b)
    beta_bar = 0.0
    for i, item, item_in, item_2 in zip(
        reversed(range(n)), reversed(part_saved), reversed(part_saved_2), reversed(part_saved_3)
    ):
        item_in_sum = item_in + item_2
        # row[: i + 1] += alpha * (a[: i + 1] @ b[i] + b[: i + 1] @ a[i])
        summed_c_bar = unbroadcast(c_bar[i, : i + 1], alpha * item_in_sum)
        alpha_bar += np.sum(summed_c_bar * item_in_sum)
        summed_item_in_sum = unbroadcast(summed_c_bar * alpha, item_in_sum)
        summed = unbroadcast(summed_item_in_sum, item_in)
        summed_2 = unbroadcast(summed_item_in_sum, item_2)
        a_bar[i] += b[: i + 1].T @ summed_2
        b_bar[: i + 1] += np.outer(summed_2, a[i])
        b_bar[i] += a[: i + 1].T @ summed
        a_bar[: i + 1] += np.outer(summed, b[i])
        # row[: i + 1] *= beta
        beta_bar += np.sum(c_bar[i, : i + 1] * item)
        c_bar[i, : i + 1] *= beta
    return alpha_bar, beta_bar, c_bar, a_bar, b_bar


def update_fwd(alpha, beta, c, a, b):
    n = c.shape[0]
    c_tape = []
    a_prod_tape = []
    b_prod_tape = []
    for i in range(n):
        c_tape.append(c[i, : i + 1].copy())
        c[i, : i + 1] *= beta
        a_prod = a[: i + 1] @ b[i]
        a_prod_tape.append(a_prod)
        b_prod = b[: i + 1] @ a[i]
        b_prod_tape.append(b_prod)
        c[i, : i + 1] += alpha * (a_prod + b_prod)
    return c, (alpha, beta, a, b, n, c_tape, a_prod_tape, b_prod_tape)


def loss_grad(alpha, beta, c, a, b):
    """Sum of squares of the updated matrix."""
    # forward
    c, update_saved = update_fwd(alpha, beta, np.copy(c), a, b)
    # reverse
    # return np.sum(c * c)
    c_bar = 2.0 * c
    # update(alpha, beta, c, a, b)
    alpha_bar, beta_bar, c_bar, a_bar, b_bar = update_rev(update_saved, c_bar)
    return alpha_bar, beta_bar, c_bar, a_bar, b_bar
