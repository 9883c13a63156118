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


def step_rev(saved, u_bar):
    # reverse
    kappa, dt, _, flow, _ = saved
    # centre += dt * kappa * flow
    u_bar_part = u_bar[1:-1, 1:-1, 1:-1]
    u_bar_part_part = u_bar_part[...]
    centre_bar = u_bar_part.copy()
    centre_bar[...] = 0.0
    centre_bar = centre_bar + u_bar_part_part
    prod = u_bar_part_part * flow
    flow_bar = unbroadcast(u_bar_part_part * saved[4], saved[2])
    kappa_bar = prod * dt
    dt_bar = np.sum(prod * kappa)
    # flow = u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] - 2.0 * centre
    centre_bar = centre_bar + 2.0 * (-flow_bar - flow_bar - flow_bar)
    # centre = u[1:-1, 1:-1, 1:-1]
    u_bar[1:-1, 1:-1, 1:-1] = centre_bar
    # flow += u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] - 2.0 * centre
    u_bar[1:-1, 1:-1, 2:] += flow_bar
    u_bar[1:-1, 1:-1, :-2] += flow_bar
    # flow += u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] - 2.0 * centre
    u_bar[1:-1, 2:, 1:-1] += flow_bar
    u_bar[1:-1, :-2, 1:-1] += flow_bar
    # flow = u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] - 2.0 * centre
    u_bar[2:, 1:-1, 1:-1] += flow_bar
    u_bar[:-2, 1:-1, 1:-1] += flow_bar
    return u_bar, kappa_bar, dt_bar


def step_fwd(u, kappa, dt):
    centre = u[1:-1, 1:-1, 1:-1]
    u_part = u[:-2, 1:-1, 1:-1].copy()
    flow_pre = 2.0 * centre
    flow = u_part + u[2:, 1:-1, 1:-1] - flow_pre
    flow += u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] - flow_pre
    flow += u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] - flow_pre
    dt_prod = dt * kappa
    u[1:-1, 1:-1, 1:-1] = centre + dt_prod * flow
    return u, (kappa, dt, u_part, flow, dt_prod)


def loss_grad(u, kappa, dt, steps):
    """Energy of the block after the steps."""
    # forward
    u = np.copy(u)
    step_saved_tape = []
    for t in range(steps):
        u, step_saved = step_fwd(u, kappa, dt)
        step_saved_tape.append(step_saved)
    # reverse
    # return np.sum(u * u)
    u_bar = 2.0 * u
    kappa_bar = np.zeros_like(kappa)
    dt_bar = 0.0
    for step_saved in reversed(step_saved_tape):
        # step(u, kappa, dt)
        u_bar, step_rev_out, step_rev_out_2 = step_rev(step_saved, u_bar)
        kappa_bar += step_rev_out
        dt_bar += step_rev_out_2
    return u_bar, kappa_bar, dt_bar
