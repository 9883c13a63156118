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
    alpha, beta, a, part_saved = saved
    a_bar = np.zeros_like(a)
    alpha_bar = beta_bar = 0.0
    for i, item in zip(reversed(range(len(a))), reversed(part_saved)):
        for k in reversed(range(a.shape[1])):
            # c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
            summed_c_bar = unbroadcast(c_bar[i, : i + 1], a[: i + 1, k])
            sum_2 = np.sum(summed_c_bar * a[: i + 1, k])
            a_bar[: i + 1, k] += summed_c_bar * (alpha * a[i, k])
            alpha_bar += sum_2 * a[i, k]
            a_bar[i, k] += sum_2 * alpha
        # c[i, : i + 1] *= beta
        beta_bar += np.sum(c_bar[i, : i + 1] * item)
        c_bar[i, : i + 1] *= beta
    return alpha_bar, beta_bar, c_bar, a_bar


def update_fwd(alpha, beta, c, a):
    c_tape = []
    for i in range(len(a)):
        c_tape.append(c[i, : i + 1].copy())
        c[i, : i + 1] *= beta
        for k in range(a.shape[1]):
            c[i, : i + 1] += alpha * a[i, k] * a[: i + 1, k]
    return c, (alpha, beta, a, c_tape)


def loss_grad(alpha, beta, c, a):
    """Sum of squares of the updated matrix."""
    # forward
    c, update_saved = update_fwd(alpha, beta, np.copy(c), a)
    # reverse
    # return np.sum(c * c)
    c_bar = 2.0 * c
    # update(alpha, beta, c, a)
    alpha_bar, beta_bar, c_bar, a_bar = update_rev(update_saved, c_bar)
    return alpha_bar, beta_bar, c_bar, a_bar
