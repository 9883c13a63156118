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


def relax_rev(saved, a_bar):
    # reverse
    b, _, part_saved, part_saved_2 = saved
    b_bar = np.zeros_like(b)
    for item, item_in in zip(reversed(part_saved), reversed(part_saved_2)):
        # a[1:-1] = (b[:-2] + b[1:-1] + b[2:]) / 3.0
        ratio = unbroadcast(a_bar[1:-1], item_in) / 3.0
        b_bar[2:] += ratio
        b_bar[1:-1] += ratio
        b_bar[:-2] += ratio
        # b[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        ratio_2 = unbroadcast(b_bar[1:-1], item) / 3.0
        a_bar[1:-1] = ratio_2
        a_bar[2:] += ratio_2
        a_bar[:-2] += ratio_2
        b_bar[1:-1] = 0.0
    return a_bar, b_bar


def relax_fwd(a, b, steps):
    b_prev = b.copy()
    a_tape = []
    b_tape = []
    for t in range(steps):
        a_tape.append(a[:-2].copy())
        b_prev[1:-1] = (a[:-2] + a[1:-1] + a[2:]) / 3.0
        b_tape.append(b_prev[:-2].copy())
        a[1:-1] = (b_prev[:-2] + b_prev[1:-1] + b_prev[2:]) / 3.0
    return a, b_prev, (b, steps, a_tape, b_tape)


def loss_grad(a, b, steps):
    """Energy of the relaxed line."""
    # forward
    a, _, relax_saved = relax_fwd(a.copy(), b, steps)
    # reverse
    # return np.sum(a * a)
    a_bar = 2.0 * a
    # relax(a, b, steps)
    a_bar, b_bar = relax_rev(relax_saved, a_bar)
    return a_bar, b_bar
