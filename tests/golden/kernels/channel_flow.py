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


def transport_rev(saved, w_bar):
    # reverse
    w, u, v, dt, _, gx, _, gy, _, _, part_saved, _, _, part_saved_2 = saved
    # w[:, -1] = w[:, 1]
    w_bar_part = w_bar[:, -1].copy()
    w_bar[:, -1] = 0.0
    w_bar[:, 1] += w_bar_part
    # w[:, 0] = w[:, -2]
    w_bar_part_2 = w_bar[:, 0].copy()
    w_bar[:, 0] = 0.0
    w_bar[:, -2] += w_bar_part_2
    # w[1:-1, 1:-1] -= dt * (u[1:-1, 1:-1] * gx + v[1:-1, 1:-1] * gy)
    summed_w_bar = unbroadcast(-w_bar[1:-1, 1:-1], part_saved_2)
    summed = unbroadcast(summed_w_bar * dt, saved[12])
    summed_summed = unbroadcast(summed, u[1:-1, 1:-1])
    summed_summed_2 = unbroadcast(summed, saved[11])
    gy_bar = unbroadcast(summed_summed_2 * v[1:-1, 1:-1], saved[6])
    v_bar = np.zeros_like(v)
    v_bar[1:-1, 1:-1] = unbroadcast(summed_summed_2 * gy, v[1:-1, 1:-1])
    gx_bar = summed_summed * u[1:-1, 1:-1]
    u_bar = np.zeros_like(u)
    u_bar[1:-1, 1:-1] = summed_summed * gx
    # w[1:-1, 1:-1] += dt * nu / h**2 * (around - 4.0 * old[1:-1, 1:-1])
    around_bar = w_bar[1:-1, 1:-1] * saved[9]
    old_bar = np.zeros_like(w)
    old_bar[1:-1, 1:-1] = -4.0 * around_bar
    nu_bar = np.sum(w_bar[1:-1, 1:-1] * part_saved) / saved[8] * dt
    # gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / (2.0 * h)
    gy_bar_ratio = gy_bar / saved[4]
    old_bar[:-2, 1:-1] += around_bar - gy_bar_ratio
    old_bar[2:, 1:-1] += around_bar + gy_bar_ratio
    # gx = (old[1:-1, 2:] - old[1:-1, :-2]) / (2.0 * h)
    gx_bar_ratio = gx_bar / saved[4]
    old_bar[1:-1, :-2] += around_bar - gx_bar_ratio
    old_bar[1:-1, 2:] += around_bar + gx_bar_ratio
    # old = w.copy()
    w_bar += old_bar
    return w_bar, u_bar, v_bar, nu_bar


def transport_fwd(w, u, v, nu, dt, h):
    """Add to one component what is carried by (u, v) and spread by viscosity in one time step."""
    old = w.copy()
    gx_pre = 2.0 * h
    gx = (old[1:-1, 2:] - old[1:-1, :-2]) / gx_pre
    old_part = old[2:, 1:-1]
    gy = (old_part - old[:-2, 1:-1]) / gx_pre
    around = old[1:-1, 2:] + old[1:-1, :-2] + old_part + old[:-2, 1:-1]
    power_h = h**2
    power_h_ratio = dt * nu / power_h
    around_diff = around - 4.0 * old[1:-1, 1:-1]
    w_2 = np.copy(w)
    w_2[1:-1, 1:-1] = w[1:-1, 1:-1] + power_h_ratio * around_diff
    v_prod = v[1:-1, 1:-1] * gy
    v_prod_sum = u[1:-1, 1:-1] * gx + v_prod
    dt_prod = dt * v_prod_sum
    w_2[1:-1, 1:-1] -= dt_prod
    w_2[:, 0] = w_2[:, -2]
    w_2[:, -1] = w_2[:, 1]
    return w_2, (
        w,
        u,
        v,
        dt,
        gx_pre,
        gx,
        old_part,
        gy,
        power_h,
        power_h_ratio,
        around_diff,
        v_prod,
        v_prod_sum,
        dt_prod,
    )


def transport_2_rev(saved, w_bar):
    # reverse
    w, u, v, dt, _, _, gx, gy, _, _, part_saved, _, _, part_saved_2 = saved
    # w[:, -1] = w[:, 1]
    w_bar_part = w_bar[:, -1].copy()
    w_bar[:, -1] = 0.0
    w_bar[:, 1] += w_bar_part
    # w[:, 0] = w[:, -2]
    w_bar_part_2 = w_bar[:, 0].copy()
    w_bar[:, 0] = 0.0
    w_bar[:, -2] += w_bar_part_2
    # w[1:-1, 1:-1] -= dt * (u[1:-1, 1:-1] * gx + v[1:-1, 1:-1] * gy)
    summed_w_bar = unbroadcast(-w_bar[1:-1, 1:-1], part_saved_2)
    summed = unbroadcast(summed_w_bar * dt, saved[12])
    summed_summed = unbroadcast(summed, saved[11])
    summed_summed_2 = unbroadcast(summed, v[1:-1, 1:-1])
    gy_bar = summed_summed_2 * v[1:-1, 1:-1]
    v_bar = np.zeros_like(v)
    v_bar[1:-1, 1:-1] = summed_summed_2 * gy
    gx_bar = unbroadcast(summed_summed * u[1:-1, 1:-1], saved[4])
    u_bar = np.zeros_like(u)
    u_bar[1:-1, 1:-1] = unbroadcast(summed_summed * gx, u[1:-1, 1:-1])
    # w[1:-1, 1:-1] += dt * nu / h**2 * (around - 4.0 * old[1:-1, 1:-1])
    around_bar = w_bar[1:-1, 1:-1] * saved[9]
    old_bar = np.zeros_like(w)
    old_bar[1:-1, 1:-1] = -4.0 * around_bar
    nu_bar = np.sum(w_bar[1:-1, 1:-1] * part_saved) / saved[8] * dt
    # gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / (2.0 * h)
    gy_bar_ratio = gy_bar / saved[5]
    old_bar[:-2, 1:-1] += around_bar - gy_bar_ratio
    old_bar[2:, 1:-1] += around_bar + gy_bar_ratio
    # gx = (old[1:-1, 2:] - old[1:-1, :-2]) / (2.0 * h)
    gx_bar_ratio = gx_bar / saved[5]
    old_bar[1:-1, :-2] += around_bar - gx_bar_ratio
    old_bar[1:-1, 2:] += around_bar + gx_bar_ratio
    # old = w.copy()
    w_bar += old_bar
    return w_bar, u_bar, v_bar, nu_bar


def transport_2_fwd(w, u, v, nu, dt, h):
    """Add to one component what is carried by (u, v) and spread by viscosity in one time step."""
    old = w.copy()
    old_part = old[1:-1, 2:]
    gx_pre = 2.0 * h
    gx = (old_part - old[1:-1, :-2]) / gx_pre
    gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / gx_pre
    around = old_part + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1]
    power_h = h**2
    power_h_ratio = dt * nu / power_h
    around_diff = around - 4.0 * old[1:-1, 1:-1]
    w_2 = np.copy(w)
    w_2[1:-1, 1:-1] = w[1:-1, 1:-1] + power_h_ratio * around_diff
    u_prod = u[1:-1, 1:-1] * gx
    u_prod_sum = u_prod + v[1:-1, 1:-1] * gy
    dt_prod = dt * u_prod_sum
    w_2[1:-1, 1:-1] -= dt_prod
    w_2[:, 0] = w_2[:, -2]
    w_2[:, -1] = w_2[:, 1]
    return w_2, (
        w,
        u,
        v,
        dt,
        old_part,
        gx_pre,
        gx,
        gy,
        power_h,
        power_h_ratio,
        around_diff,
        u_prod,
        u_prod_sum,
        dt_prod,
    )


def project_rev(saved, u_bar, v_bar, p_bar):
    # reverse
    dt, _, _, _, _, _, _, _, part_saved, divergence, _, b, p, part_saved_2, part_saved_3 = saved
    # w[:, -1] = w[:, 1]; w[:, 0] = w[:, -2]
    v_bar_part = v_bar[:, -1].copy()
    v_bar[:, -1] = 0.0
    v_bar[:, 1] += v_bar_part
    v_bar_part_2 = v_bar[:, 0].copy()
    v_bar[:, 0] = 0.0
    v_bar[:, -2] += v_bar_part_2
    u_bar_part = u_bar[:, -1].copy()
    u_bar[:, -1] = 0.0
    u_bar[:, 1] += u_bar_part
    u_bar_part_2 = u_bar[:, 0].copy()
    u_bar[:, 0] = 0.0
    u_bar[:, -2] += u_bar_part_2
    # v[1:-1, 1:-1] -= dt * (p[2:, 1:-1] - p[:-2, 1:-1]) / (2.0 * h)
    dt_prod = unbroadcast(-v_bar[1:-1, 1:-1], p[2:, 1:-1]) / saved[7] * dt
    p_bar[:-2, 1:-1] -= dt_prod
    p_bar[2:, 1:-1] += dt_prod
    # u[1:-1, 1:-1] -= dt * (p[1:-1, 2:] - p[1:-1, :-2]) / (2.0 * h)
    dt_prod_2 = unbroadcast(-u_bar[1:-1, 1:-1], p[1:-1, 2:]) / saved[7] * dt
    p_bar[1:-1, :-2] -= dt_prod_2
    p_bar[1:-1, 2:] += dt_prod_2
    b_bar = np.zeros_like(b)
    for item, item_in in zip(reversed(part_saved_2), reversed(part_saved_3)):
        # w[:, -1] = w[:, 1]
        p_bar_part = p_bar[:, -1].copy()
        p_bar[:, -1] = 0.0
        p_bar[:, 1] += p_bar_part
        # w[:, 0] = w[:, -2]
        p_bar_part_2 = p_bar[:, 0].copy()
        p_bar[:, 0] = 0.0
        p_bar[:, -2] += p_bar_part_2
        # p[-1] = p[-2]
        p_bar_last = p_bar[-1].copy()
        p_bar[-1] = 0.0
        p_bar[-2] += p_bar_last
        # p[0] = p[1]
        p_bar_0 = p_bar[0].copy()
        p_bar[0] = 0.0
        p_bar[1] += p_bar_0
        # p[1:-1, 1:-1] = 0.25 * (p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - b)
        summed_item_in = unbroadcast(0.25 * unbroadcast(p_bar[1:-1, 1:-1], 0.25 * item_in), item_in)
        summed = unbroadcast(summed_item_in, item)
        b_bar = b_bar + unbroadcast(-summed_item_in, b)
        p_bar[1:-1, 1:-1] = 0.0
        p_bar[:-2, 1:-1] += summed
        p_bar[2:, 1:-1] += summed
        p_bar[1:-1, :-2] += summed
        p_bar[1:-1, 2:] += summed
    # b = h * h * divergence
    divergence_bar = unbroadcast(b_bar * saved[10], divergence)
    # divergence = (u[1:-1, 2:] - u[1:-1, :-2] + v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h * dt)
    summed_2 = unbroadcast(divergence_bar / part_saved, saved[6])
    summed_summed_2 = unbroadcast(summed_2, saved[4])
    v_bar[:-2, 1:-1] += unbroadcast(-summed_2, saved[5])
    summed_3 = unbroadcast(summed_summed_2, saved[2])
    v_bar[2:, 1:-1] += unbroadcast(summed_summed_2, saved[3])
    u_bar[1:-1, :-2] -= summed_3
    u_bar[1:-1, 2:] += summed_3
    return u_bar, v_bar, p_bar


def project_fwd(u, v, p, dt, h, sweeps):
    u_part = u[1:-1, 2:].copy()
    v_part = v[2:, 1:-1].copy()
    divergence_pre = u_part - u[1:-1, :-2] + v_part
    v_part_2 = v[:-2, 1:-1].copy()
    divergence_pre_2 = divergence_pre - v_part_2
    divergence_pre_3 = 2.0 * h
    divergence_pre_4 = divergence_pre_3 * dt
    divergence = divergence_pre_2 / divergence_pre_4
    b_pre = h * h
    b = b_pre * divergence
    p_tape = []
    b_diff_tape = []
    for q in range(sweeps):
        p_tape.append(p[1:-1, 2:].copy())
        b_diff = p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - b
        b_diff_tape.append(b_diff)
        p[1:-1, 1:-1] = 0.25 * b_diff
        p[0] = p[1]
        p[-1] = p[-2]
        p[:, 0] = p[:, -2]
        p[:, -1] = p[:, 1]
    u[1:-1, 1:-1] -= dt * (p[1:-1, 2:] - p[1:-1, :-2]) / divergence_pre_3
    v[1:-1, 1:-1] -= dt * (p[2:, 1:-1] - p[:-2, 1:-1]) / divergence_pre_3
    u[:, 0] = u[:, -2]
    u[:, -1] = u[:, 1]
    v[:, 0] = v[:, -2]
    v[:, -1] = v[:, 1]
    return (
        u,
        v,
        p,
        (
            dt,
            sweeps,
            u_part,
            v_part,
            divergence_pre,
            v_part_2,
            divergence_pre_2,
            divergence_pre_3,
            divergence_pre_4,
            divergence,
            b_pre,
            b,
            p,
            p_tape,
            b_diff_tape,
        ),
    )


def loss_grad(u, v, p, force, nu, dt, h, steps, sweeps):
    """Flux through the channel, squared and summed over its sections."""
    # forward
    u_prev = np.copy(u)
    v_prev = np.copy(v)
    p_prev = np.copy(p)
    project_saved_tape = []
    transport_2_saved_tape = []
    transport_saved_tape = []
    for t in range(steps):
        u_old = u_prev.copy()
        v_old = v_prev.copy()
        u_2, transport_saved = transport_fwd(u_prev, u_old, v_old, nu, dt, h)
        transport_saved_tape.append(transport_saved)
        v_2, transport_2_saved = transport_2_fwd(v_prev, u_old, v_old, nu, dt, h)
        transport_2_saved_tape.append(transport_2_saved)
        u_2[1:-1] += dt * force
        u_prev, v_prev, p_prev, project_saved = project_fwd(u_2, v_2, p_prev, dt, h, sweeps)
        project_saved_tape.append(copied(project_saved))
    flux = h * np.sum(u_prev[:, 1:-1], axis=0)
    # reverse
    # return flux @ flux
    flux_bar = 2.0 * flux
    # flux = h * np.sum(u[:, 1:-1], axis=0)
    expand_dims = np.expand_dims(flux_bar * h, 0)
    u_bar = np.zeros_like(u)
    u_bar[:, 1:-1] = np.broadcast_to(expand_dims, u_prev[:, 1:-1].shape)
    v_bar = np.zeros_like(v)
    p_bar = np.zeros_like(p)
    force_bar = nu_bar = 0.0
    for project_saved, transport_2_saved, transport_saved in zip(
        reversed(project_saved_tape),
        reversed(transport_2_saved_tape),
        reversed(transport_saved_tape),
    ):
        # project(u, v, p, dt, h, sweeps)
        u_bar, v_bar, p_bar = project_rev(project_saved, u_bar, v_bar, p_bar)
        # u[1:-1] += dt * force
        force_bar += np.sum(u_bar[1:-1]) * dt
        # transport(v, u_old, v_old, nu, dt, h)
        v_bar, u_old_bar, v_old_bar, transport_2_rev_out = transport_2_rev(transport_2_saved, v_bar)
        # transport(u, u_old, v_old, nu, dt, h)
        u_bar, transport_rev_out, transport_rev_out_2, transport_rev_out_3 = transport_rev(
            transport_saved, u_bar
        )
        u_old_bar += transport_rev_out
        v_old_bar += transport_rev_out_2
        nu_bar = nu_bar + transport_2_rev_out + transport_rev_out_3
        # v_old = v.copy()
        v_bar += v_old_bar
        # u_old = u.copy()
        u_bar += u_old_bar
    return u_bar, v_bar, p_bar, force_bar, nu_bar
