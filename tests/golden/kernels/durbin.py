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
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def yule_walker_rev(saved, r, y, y_bar):
    # reverse
    alpha, y_old_tape, y_old_tape_2, alpha_tape, beta_tape = saved
    alpha_bar = beta_bar = 0.0
    r_bar = np.zeros_like(r)
    for k, y_old, y_old_2, alpha_in, beta in zip(
        reversed(range(1, len(r))),
        reversed(y_old_tape),
        reversed(y_old_tape_2),
        reversed(alpha_tape),
        reversed(beta_tape),
    ):
        # y[k] = alpha
        y_bar_k = y_bar[k]
        y_bar[k] = 0.0
        y[k] = y_old
        y[:k] = y_old_2
        # y[:k] += alpha * y[k - 1 :: -1]; alpha = -(r[k] + r[k - 1 :: -1] @ y[:k]) / beta
        summed_y_bar = unbroadcast(y_bar[:k], y[k - 1 :: -1])
        summed_y_bar_prod = summed_y_bar * alpha
        alpha_bar = alpha_bar + y_bar_k + summed_y_bar @ y[k - 1 :: -1]
        diff = 1.0 - alpha_in * alpha_in
        beta_2 = beta * diff
        alpha_bar_ratio = alpha_bar / beta_2
        y_bar[:k] -= alpha_bar_ratio * r[k - 1 :: -1]
        y_bar[k - 1 :: -1] += summed_y_bar_prod
        beta_bar_2 = beta_bar - alpha_bar_ratio * alpha
        r_bar[k - 1 :: -1] -= alpha_bar_ratio * y[:k]
        r_bar[k] -= alpha_bar_ratio
        # beta *= 1.0 - alpha * alpha
        beta_bar = beta_bar_2 * diff
        alpha_bar = -2.0 * beta_bar_2 * beta * alpha_in
        alpha = alpha_in
    # y[0] = alpha
    alpha_bar += y_bar[0]
    # alpha = -r[0]
    r_bar[0] -= alpha_bar
    return r_bar


def yule_walker_fwd(r, y):
    alpha = -r[0]
    y[0] = alpha
    beta = 1.0
    y_old_tape = []
    y_old_tape_2 = []
    alpha_tape = []
    beta_tape = []
    for k in range(1, len(r)):
        alpha_tape.append(alpha)
        beta_tape.append(beta)
        beta *= 1.0 - alpha * alpha
        alpha = -(r[k] + r[k - 1 :: -1] @ y[:k]) / beta
        y_old_tape_2.append(y[:k].copy())
        y[:k] += alpha * y[k - 1 :: -1]
        y_old_tape.append(y[k])
        y[k] = alpha
    return y, (alpha, y_old_tape, y_old_tape_2, alpha_tape, beta_tape)


def loss_grad(r):
    """Squared length of the predictor."""
    # forward
    y = np.zeros(len(r))
    y, yule_walker_saved = yule_walker_fwd(r, y)
    # reverse
    # return y @ y
    y_bar = 2.0 * y
    # yule_walker(r, y)
    r_bar = yule_walker_rev(yule_walker_saved, r, y, y_bar)
    return r_bar
