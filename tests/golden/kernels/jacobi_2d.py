import numpy as np


def copied(x):
    """A value that shares no memory with `x`."""
    if isinstance(x, np.ndarray):
        return x.copy()
    if isinstance(x, (list, tuple)):
        parts = [copied(item) for item in x]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    if isinstance(x, dict):
        return {k: copied(item) for k, item in x.items()}
    return x


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


def solve_rev(saved, u_bar):
    # reverse
    u, f, _, sweep_saved_tape = saved
    new_bar = u_bar
    u_bar = np.zeros_like(u)
    f_bar = np.zeros_like(f)
    for sweep_saved in reversed(sweep_saved_tape):
        # sweep(u, new, f, h)
        sweep_rev_out, new_bar, sweep_rev_out_2 = sweep_rev(sweep_saved, new_bar)
        u_bar += sweep_rev_out
        f_bar += sweep_rev_out_2
        u_bar, new_bar = new_bar, u_bar
    # new = u.copy()
    u_bar = new_bar + u_bar
    return u_bar, f_bar


def sweep_rev(saved, new_bar):
    # reverse
    u, f, _, _, part_saved = saved
    # new[1:-1, 1:-1] = 0.25 * (neighbours - h * h * f[1:-1, 1:-1]); neighbours = u[:-2, 1:- ...
    summed_new_bar = unbroadcast(new_bar[1:-1, 1:-1], part_saved)
    summed = unbroadcast(0.25 * summed_new_bar, saved[3])
    neighbours_bar = unbroadcast(summed, u[:-2, 1:-1])
    f_bar = np.zeros_like(f)
    f_bar[1:-1, 1:-1] = unbroadcast(-summed, f[1:-1, 1:-1]) * saved[2]
    u_bar = np.zeros_like(u)
    u_bar[1:-1, 2:] = neighbours_bar
    u_bar[1:-1, :-2] += neighbours_bar
    u_bar[2:, 1:-1] += neighbours_bar
    u_bar[:-2, 1:-1] += neighbours_bar
    new_bar[1:-1, 1:-1] = 0.0
    return u_bar, new_bar, f_bar


def solve_fwd(u, f, h, steps):
    new = u.copy()
    u_prev = np.copy(u)
    sweep_saved_tape = []
    for t in range(steps):
        new, sweep_saved = sweep_fwd(u_prev, new, f, h)
        sweep_saved_tape.append(copied(sweep_saved))
        new, u_prev = u_prev, new
    return u_prev, (u, f, steps, sweep_saved_tape)


def sweep_fwd(u, new, f, h):
    neighbours = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:]
    h_prod = h * h
    neighbours_diff = neighbours - h_prod * f[1:-1, 1:-1]
    prod = 0.25 * neighbours_diff
    new[1:-1, 1:-1] = prod
    return new, (u, f, h_prod, neighbours_diff, prod)


def loss_grad(u, f, h, steps):
    """Energy of the field after the sweeps."""
    # forward
    field, solve_saved = solve_fwd(u, f, h, steps)
    # reverse
    # field = solve(u, f, h, steps)
    u_bar, f_bar = solve_rev(solve_saved, field)
    return u_bar, f_bar
