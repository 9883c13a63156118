import numpy as np


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    if has_parts(x):
        return by_parts(accumulate, x, y)
    return None if x is None else x + y


def add_at(x, index, v):
    """Add `v` to the elements of an array or a list at `index`; repeated ones count repeatedly."""
    if isinstance(x, np.ndarray):
        np.add.at(x, index, v)
    else:
        x[index] = accumulate(x[index], v)


def by_parts(function, x, *more):
    """A container like `x`, with what `function` makes of each part of it (and of `more`)."""
    if isinstance(x, dict):
        return {k: function(part, *(y[k] for y in more)) for k, part in x.items()}
    if isinstance(x, (list, tuple)):
        parts = [function(*row) for row in zip(x, *more, strict=True)]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    made = x.__class__.__new__(x.__class__)
    for name in getattr(x, "__dataclass_fields__", None) or x.__dict__:
        parts = [getattr(y, name) for y in (x, *more)]
        object.__setattr__(made, name, function(*parts))
    return made


def has_parts(x):
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


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


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, str):
        return None
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def loss_grad(weights, y0, times, target):
    """Mean absolute error of the trajectories, smoothed near zero."""
    # forward
    ys = [y0]
    ys_last_tape = []
    found_tape = []
    start_tape_2 = []
    ys_last_sum_tape = []
    found_tape_2 = []
    start_tape_3 = []
    start_tapes = []
    b_sum_2_tapes = []
    start_tapes_2 = []
    b_sum_tapes = []
    for t0, t1 in zip(times[:-1], times[1:]):
        ys_last = ys[-1]
        ys_last_tape.append(ys_last)
        t1_diff = t1 - t0
        is_less = len(weights) < 1
        if is_less:
            raise ValueError("not enough values to unpack")
        weights_part = weights[0:-1]
        found = []
        for item in weights_part:
            found.append(item)
        found_tape.append(found)
        w, b = weights[-1]
        start = ys_last**3
        start_tape = []
        b_sum_tape = []
        for w_2, b_2 in found:
            start_tape.append(start)
            b_sum = start @ w_2 + b_2
            b_sum_tape.append(b_sum)
            start = np.tanh(b_sum)
        start_tape_2.append(start)
        start_tapes_2.append(start_tape)
        b_sum_tapes.append(b_sum_tape)
        ys_last_sum = ys_last + t1_diff / 2 * (start @ w + b)
        ys_last_sum_tape.append(ys_last_sum)
        if is_less:
            raise ValueError("not enough values to unpack")
        found = []
        for item in weights_part:
            found.append(item)
        found_tape_2.append(found)
        start = ys_last_sum**3
        start_tape = []
        b_sum_2_tape = []
        for w_2, b_2 in found:
            start_tape.append(start)
            b_sum_2 = start @ w_2 + b_2
            b_sum_2_tape.append(b_sum_2)
            start = np.tanh(b_sum_2)
        start_tape_3.append(start)
        start_tapes.append(start_tape)
        b_sum_2_tapes.append(b_sum_2_tape)
        ys.append(ys_last + t1_diff * (start @ w + b))
    stack_ys = np.stack(ys)
    error = stack_ys - target
    # reverse
    # return np.mean(np.sqrt(error**2 + 1e-6))
    error_bar = 1.0 / np.sqrt(error**2 + 1e-06) / error.size * error
    # error = odeint(partial(network, weights), y0, times) - target
    summed_error_bar = unbroadcast(error_bar, stack_ys)
    ys_bar = []
    for k in range(len(ys)):
        # return np.stack(ys)
        ys_bar.append(summed_error_bar[k])
    # for t0, t1 in zip(times[:-1], times[1:], strict=True):
    weights_bar = zero(weights)
    for (
        t0,
        t1,
        ys_last,
        found,
        start_2,
        ys_last_sum,
        found_2,
        start_3,
        start_tape,
        b_sum_2_tape,
        start_tape_in,
        b_sum_tape,
    ) in zip(
        reversed(times[:-1]),
        reversed(times[1:]),
        reversed(ys_last_tape),
        reversed(found_tape),
        reversed(start_tape_2),
        reversed(ys_last_sum_tape),
        reversed(found_tape_2),
        reversed(start_tape_3),
        reversed(start_tapes),
        reversed(b_sum_2_tapes),
        reversed(start_tapes_2),
        reversed(b_sum_tapes),
    ):
        # ys.append(method(f, t0, ys[-1], t1 - t0))
        ys_bar_last = ys_bar.pop()
        t1_diff = t1 - t0
        # return y + h * f(t + h / 2, y + h / 2 * f(t, y))
        ys_bar_last_prod = ys_bar_last * t1_diff
        # return reduce(dense, hidden, y**3) @ w + b
        b_bar = np.sum(ys_bar_last_prod, axis=0)
        w = weights[-1][0]
        start_bar = ys_bar_last_prod @ w.T
        w_bar = start_3.T @ ys_bar_last_prod
        pair_w_bar_tape = []
        for item, start, b_sum_2 in zip(
            reversed(found_2), reversed(start_tape), reversed(b_sum_2_tape)
        ):
            # return np.tanh(x @ w + b)
            exp = np.exp(-2 * np.abs(b_sum_2))
            prod = start_bar * exp * (1 + np.abs(start_3)) ** 2
            b_bar_2 = np.sum(prod, axis=0)
            w_2 = item[0]
            start_bar = prod @ w_2.T
            w_bar_2 = start.T @ prod
            pair_w_bar_tape.append((w_bar_2, b_bar_2))
            start_3 = start
        prod_2 = 3 * start_bar * ys_last_sum**2
        # for item in items:
        found_bar = pair_w_bar_tape[::-1]
        item_bars = []
        for item in reversed(weights[0:-1]):
            # found.append(item)
            item_bar = found_bar.pop()
            item_bars.append(item_bar)
        # return y + h * f(t + h / 2, y + h / 2 * f(t, y))
        prod_2_prod = prod_2 * (t1_diff / 2)
        # return reduce(dense, hidden, y**3) @ w + b
        b_bar += np.sum(prod_2_prod, axis=0)
        start_bar = prod_2_prod @ w.T
        w_bar += start_2.T @ prod_2_prod
        pair_w_bar_tape_2 = []
        for item, start, b_sum in zip(
            reversed(found), reversed(start_tape_in), reversed(b_sum_tape)
        ):
            # return np.tanh(x @ w + b)
            exp_2 = np.exp(-2 * np.abs(b_sum))
            prod_3 = start_bar * exp_2 * (1 + np.abs(start_2)) ** 2
            b_bar_2 = np.sum(prod_3, axis=0)
            w = item[0]
            start_bar = prod_3 @ w.T
            w_bar_2 = start.T @ prod_3
            pair_w_bar_tape_2.append((w_bar_2, b_bar_2))
            start_2 = start
        # *hidden, (w, b) = weights
        add_at(weights_bar, -1, (w_bar, b_bar))
        # for item in items:
        found_bar = pair_w_bar_tape_2[::-1]
        item_bars_2 = []
        for item in reversed(weights[0:-1]):
            # found.append(item)
            item_bar = found_bar.pop()
            item_bars_2.append(item_bar)
        accumulate_bars = accumulate(item_bars[::-1], item_bars_2[::-1])
        # return list(items[before:-after])
        add_at(weights_bar, slice(0, -1, None), accumulate_bars)
        # ys.append(method(f, t0, ys[-1], t1 - t0))
        ys_bar[-1] = ys_bar[-1] + (ys_bar_last + prod_2 + 3 * start_bar * ys_last**2)
    y0_bar = ys_bar[0]
    return weights_bar, y0_bar
