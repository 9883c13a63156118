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


def flow_rev(saved, u_bar, v_bar):
    # reverse
    (
        p,
        nu,
        dt,
        h,
        _,
        u,
        v,
        u_old_tape,
        u_old_tape_2,
        u_old_tape_3,
        v_old_tape,
        v_old_tape_2,
        p_tape,
        pressure_saved_tape,
        source_saved_tape,
    ) = saved
    p_bar = np.zeros_like(p)
    b_bar = np.zeros_like(p)
    lid_bar = nu_bar = 0.0
    for u_old, u_old_in, u_old_2, v_old, v_old_in, p, pressure_saved, source_saved in zip(
        reversed(u_old_tape),
        reversed(u_old_tape_2),
        reversed(u_old_tape_3),
        reversed(v_old_tape),
        reversed(v_old_tape_2),
        reversed(p_tape),
        reversed(pressure_saved_tape),
        reversed(source_saved_tape),
    ):
        # u[-1, :] = lid; v[1:-1, 1:-1] -= dt / (2.0 * h) * (p[2:, 1:-1] - p[:-2, 1:-1])
        lid_bar += np.sum(u_bar[-1, :])
        dt_ratio = dt / (2.0 * h)
        dt_ratio_prod = unbroadcast(-v_bar[1:-1, 1:-1], p[2:, 1:-1]) * dt_ratio
        p_bar[:-2, 1:-1] -= dt_ratio_prod
        p_bar[2:, 1:-1] += dt_ratio_prod
        u_bar[-1, :] = 0.0
        # u[1:-1, 1:-1] -= dt / (2.0 * h) * (p[1:-1, 2:] - p[1:-1, :-2])
        dt_ratio_prod_2 = unbroadcast(-u_bar[1:-1, 1:-1], p[1:-1, 2:]) * dt_ratio
        p_bar[1:-1, :-2] -= dt_ratio_prod_2
        p_bar[1:-1, 2:] += dt_ratio_prod_2
        # pressure(p, b, h, sweeps)
        p_bar, pressure_rev_out = pressure_rev(pressure_saved, p_bar)
        b_bar += pressure_rev_out
        # source(b, u, v, dt, h)
        b_bar, source_rev_out, source_rev_out_2 = source_rev(source_saved, b_bar)
        u_bar += source_rev_out
        v_bar += source_rev_out_2
        u[-1, :] = u_old
        u[1:-1, 1:-1] = u_old_in
        u[1:-1, 1:-1] = u_old_2
        centre = u[1:-1, 1:-1]
        dt_ratio_prod_3 = dt_ratio * centre
        u_part = u[1:-1, 2:]
        u_part_2 = u[1:-1, :-2]
        u_part_diff = u_part - u_part_2
        centre_diff = centre - dt_ratio_prod_3 * u_part_diff
        v[1:-1, 1:-1] = v_old
        v[1:-1, 1:-1] = v_old_in
        centre_2 = v[1:-1, 1:-1]
        dt_ratio_prod_4 = dt_ratio * centre_2
        u_diff = u[2:, 1:-1] - u[:-2, 1:-1]
        prod = dt_ratio_prod_4 * u_diff
        centre_diff_diff = centre_diff - prod
        power_h = h**2
        power_h_ratio = nu * dt / power_h
        around = u_part + u_part_2 + u[2:, 1:-1] + u[:-2, 1:-1]
        around_diff = around - 4.0 * centre
        u_star = centre_diff_diff + power_h_ratio * around_diff
        # u[1:-1, 1:-1] = u_star
        u_star_bar = unbroadcast(u_bar[1:-1, 1:-1], u_star)
        v_part = v[1:-1, 2:]
        v_part_diff = v_part - v[1:-1, :-2]
        prod_2 = dt_ratio_prod_3 * v_part_diff
        centre_diff_2 = centre_2 - prod_2
        v_diff = v[2:, 1:-1] - v[:-2, 1:-1]
        centre_diff_2_diff = centre_diff_2 - dt_ratio_prod_4 * v_diff
        around = v_part + v[1:-1, :-2] + v[2:, 1:-1] + v[:-2, 1:-1]
        around_diff_2 = around - 4.0 * centre_2
        # v[1:-1, 1:-1] = advance(v, u, v, dt, h, nu)
        summed_v_bar = unbroadcast(
            v_bar[1:-1, 1:-1], centre_diff_2_diff + power_h_ratio * around_diff_2
        )
        # return ( centre - dt / (2.0 * h) * u[1:-1, 1:-1] * (w[1:-1, 2:] - w[1:-1, :-2]) - dt / ...
        summed = unbroadcast(summed_v_bar, centre_diff_2_diff)
        summed_2 = unbroadcast(summed_v_bar, v_part)
        summed_2_prod = summed_2 * around_diff_2
        around_bar = summed_2 * power_h_ratio
        centre_bar = -4.0 * around_bar
        summed_summed = unbroadcast(summed, centre_diff_2)
        summed_summed_2 = unbroadcast(-summed, centre_2)
        prod_3 = summed_summed_2 * dt_ratio_prod_4
        centre_bar += unbroadcast(summed_summed, centre_2)
        summed_3 = unbroadcast(-summed_summed, prod_2)
        summed_3_prod = summed_3 * v_part_diff
        summed_v_part = unbroadcast(summed_3 * dt_ratio_prod_3, v_part)
        summed_u_star_bar = unbroadcast(u_star_bar, centre_diff_diff)
        summed_4 = unbroadcast(-summed_u_star_bar, prod)
        summed_4_prod = summed_4 * u_diff
        centre_bar += (summed_summed_2 * v_diff + unbroadcast(summed_4_prod, centre_2)) * dt_ratio
        v_bar[1:-1, 1:-1] = centre_bar
        v_bar[:-2, 1:-1] += around_bar - prod_3
        v_bar[2:, 1:-1] += prod_3 + around_bar
        v_bar[1:-1, :-2] += around_bar - summed_v_part
        v_bar[1:-1, 2:] += summed_v_part + around_bar
        summed_u_star_bar_2 = unbroadcast(u_star_bar, u_part)
        around_bar = summed_u_star_bar_2 * power_h_ratio
        centre_bar = -4.0 * around_bar
        nu_bar += (np.sum(summed_2_prod) + np.sum(summed_u_star_bar_2 * around_diff)) / power_h * dt
        summed_5 = unbroadcast(summed_u_star_bar, centre)
        summed_u = unbroadcast(summed_4 * dt_ratio_prod_4, u[2:, 1:-1])
        centre_bar += summed_5
        summed_5_prod = summed_5 * dt_ratio_prod_3
        centre_bar += (unbroadcast(summed_3_prod, centre) - summed_5 * u_part_diff) * dt_ratio
        u_bar[1:-1, 1:-1] = centre_bar
        u_bar[:-2, 1:-1] += around_bar - summed_u
        u_bar[2:, 1:-1] += summed_u + around_bar
        u_bar[1:-1, :-2] += summed_5_prod + around_bar
        u_bar[1:-1, 2:] += around_bar - summed_5_prod
    return u_bar, v_bar, p_bar, lid_bar, nu_bar


def source_rev(saved, b_bar):
    # reverse
    u, v, dt, _, _, part_saved = saved
    # b[1:-1, 1:-1] = (across + along) / dt
    summed_b_bar = unbroadcast(b_bar[1:-1, 1:-1], part_saved)
    summed = unbroadcast(summed_b_bar / dt, saved[4])
    across_bar = unbroadcast(summed, u[1:-1, 2:])
    along_bar = unbroadcast(summed, v[2:, 1:-1])
    # along = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h)
    along_bar_ratio = along_bar / saved[3]
    v_bar = np.zeros_like(v)
    v_bar[:-2, 1:-1] = -along_bar_ratio
    v_bar[2:, 1:-1] += along_bar_ratio
    # across = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * h)
    across_bar_ratio = across_bar / saved[3]
    u_bar = np.zeros_like(u)
    u_bar[1:-1, :-2] = -across_bar_ratio
    u_bar[1:-1, 2:] += across_bar_ratio
    # b[1:-1, 1:-1] = (across + along) / dt
    b_bar[1:-1, 1:-1] = 0.0
    return b_bar, u_bar, v_bar


def pressure_rev(saved, p_bar):
    # reverse
    b, h, sweeps, p, _, _, _, _, _ = saved
    b_bar = np.zeros_like(b)
    for q in reversed(range(sweeps)):
        # p[-1, :] = 0.0
        p_bar[-1, :] = 0.0
        # p[0, :] = p[1, :]
        p_bar_part = p_bar[0, :].copy()
        p_bar[0, :] = 0.0
        p_bar[1, :] += p_bar_part
        # p[:, -1] = p[:, -2]
        p_bar_part_2 = p_bar[:, -1].copy()
        p_bar[:, -1] = 0.0
        p_bar[:, -2] += p_bar_part_2
        # p[:, 0] = p[:, 1]
        p_bar_part_3 = p_bar[:, 0].copy()
        p_bar[:, 0] = 0.0
        p_bar[:, 1] += p_bar_part_3
        # p[1:-1, 1:-1] = 0.25 * ( old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:- ...
        p_bar_prod = 0.25 * p_bar[1:-1, 1:-1]
        b_bar[1:-1, 1:-1] += -0.25 * p_bar[1:-1, 1:-1] * (h * h)
        old_bar = np.zeros_like(p)
        old_bar[:-2, 1:-1] = p_bar_prod
        old_bar[2:, 1:-1] += p_bar_prod
        old_bar[1:-1, :-2] += p_bar_prod
        old_bar[1:-1, 2:] += p_bar_prod
        p_bar[1:-1, 1:-1] = 0.0
        # old = p.copy()
        p_bar += old_bar
    return p_bar, b_bar


def flow_fwd(u, v, p, lid, nu, dt, h, steps, sweeps):
    b = np.zeros_like(p)
    p_prev = np.copy(p)
    u_old_tape = []
    u_old_tape_2 = []
    u_old_tape_3 = []
    v_old_tape = []
    v_old_tape_2 = []
    p_tape = []
    pressure_saved_tape = []
    source_saved_tape = []
    for t in range(steps):
        centre = u[1:-1, 1:-1]
        around = u[1:-1, 2:] + u[1:-1, :-2] + u[2:, 1:-1] + u[:-2, 1:-1]
        dt_ratio = dt / (2.0 * h)
        dt_ratio_prod = dt_ratio * centre
        centre_2 = v[1:-1, 1:-1]
        dt_ratio_prod_2 = dt_ratio * centre_2
        ratio = nu * dt / h**2
        u_star = (
            centre
            - dt_ratio_prod * (u[1:-1, 2:] - u[1:-1, :-2])
            - dt_ratio_prod_2 * (u[2:, 1:-1] - u[:-2, 1:-1])
            + ratio * (around - 4.0 * centre)
        )
        around = v[1:-1, 2:] + v[1:-1, :-2] + v[2:, 1:-1] + v[:-2, 1:-1]
        dt_ratio_prod_prod = dt_ratio_prod * (v[1:-1, 2:] - v[1:-1, :-2])
        prod = dt_ratio_prod_2 * (v[2:, 1:-1] - v[:-2, 1:-1])
        v_old_tape_2.append(centre_2.copy())
        v[1:-1, 1:-1] = centre_2 - dt_ratio_prod_prod - prod + ratio * (around - 4.0 * centre_2)
        u_old_tape_3.append(centre.copy())
        u[1:-1, 1:-1] = u_star
        b, source_saved = source_fwd(b, u, v, dt, h)
        source_saved_tape.append(copied(source_saved))
        p_prev, pressure_saved = pressure_fwd(p_prev, b, h, sweeps)
        pressure_saved_tape.append(copied(pressure_saved))
        p_tape.append(p_prev.copy())
        u_old_tape_2.append(u[1:-1, 1:-1].copy())
        u[1:-1, 1:-1] -= dt_ratio * (p_prev[1:-1, 2:] - p_prev[1:-1, :-2])
        v_old_tape.append(v[1:-1, 1:-1].copy())
        v[1:-1, 1:-1] -= dt_ratio * (p_prev[2:, 1:-1] - p_prev[:-2, 1:-1])
        u_old_tape.append(u[-1, :].copy())
        u[-1, :] = lid
    return (
        u,
        v,
        p_prev,
        (
            p,
            nu,
            dt,
            h,
            steps,
            u,
            v,
            u_old_tape,
            u_old_tape_2,
            u_old_tape_3,
            v_old_tape,
            v_old_tape_2,
            p_tape,
            pressure_saved_tape,
            source_saved_tape,
        ),
    )


def source_fwd(b, u, v, dt, h):
    across_pre = 2.0 * h
    across = (u[1:-1, 2:] - u[1:-1, :-2]) / across_pre
    along = (v[2:, 1:-1] - v[:-2, 1:-1]) / across_pre
    across_sum = across + along
    across_sum_ratio = across_sum / dt
    b[1:-1, 1:-1] = across_sum_ratio
    return b, (u, v, dt, across_pre, across_sum, across_sum_ratio)


def pressure_fwd(p, b, h, sweeps):
    p_old_tape = []
    p_old_tape_2 = []
    p_old_tape_3 = []
    p_old_tape_4 = []
    p_old_tape_5 = []
    for q in range(sweeps):
        old = p.copy()
        p_old_tape_5.append(p[1:-1, 1:-1].copy())
        p[1:-1, 1:-1] = 0.25 * (
            old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1] - h * h * b[1:-1, 1:-1]
        )
        p_old_tape_4.append(p[:, 0].copy())
        p[:, 0] = p[:, 1]
        p_old_tape_3.append(p[:, -1].copy())
        p[:, -1] = p[:, -2]
        p_old_tape_2.append(p[0, :].copy())
        p[0, :] = p[1, :]
        p_old_tape.append(p[-1, :].copy())
        p[-1, :] = 0.0
    return p, (b, h, sweeps, p, p_old_tape, p_old_tape_2, p_old_tape_3, p_old_tape_4, p_old_tape_5)


def loss_grad(u, v, p, lid, nu, dt, h, steps, sweeps):
    """Kinetic energy of the flow."""
    # forward
    u, v, _, flow_saved = flow_fwd(np.copy(u), np.copy(v), p, lid, nu, dt, h, steps, sweeps)
    # reverse
    # return 0.5 * np.sum(u * u + v * v)
    v_bar = np.broadcast_to(0.5, u.shape) * v
    v_bar = 2.0 * v_bar
    # flow(u, v, p, lid, nu, dt, h, steps, sweeps)
    u_bar, v_bar, p_bar, lid_bar, nu_bar = flow_rev(flow_saved, u.copy(), v_bar)
    return u_bar, v_bar, p_bar, lid_bar, nu_bar
