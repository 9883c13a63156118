import numpy as np


def flow_rev(saved, nu, dt, h, sweeps, u, v, u_bar, v_bar):
    # reverse
    u_old_tape, u_old_tape_2, v_old_tape = saved
    # for t in range(steps):
    p_bar = np.zeros_like(u_bar)
    b_bar = np.zeros_like(u_bar)
    lid_bar = nu_bar = 0.0
    for u_old, u_old_2, v_old in zip(
        reversed(u_old_tape), reversed(u_old_tape_2), reversed(v_old_tape)
    ):
        # u[-1, :] = lid; v[1:-1, 1:-1] -= dt / (2.0 * h) * (p[2:, 1:-1] - p[:-2, 1:-1])
        lid_bar += np.sum(u_bar[-1, :])
        dt_ratio = dt / (2.0 * h)
        v_bar_prod = v_bar[1:-1, 1:-1] * dt_ratio
        p_bar[:-2, 1:-1] += v_bar_prod
        p_bar[2:, 1:-1] -= v_bar_prod
        u_bar[-1, :] = 0.0
        # u[1:-1, 1:-1] -= dt / (2.0 * h) * (p[1:-1, 2:] - p[1:-1, :-2])
        u_bar_prod = u_bar[1:-1, 1:-1] * dt_ratio
        p_bar[1:-1, :-2] += u_bar_prod
        p_bar[1:-1, 2:] -= u_bar_prod
        # pressure(p, b, h, sweeps)
        p_bar, b_bar = pressure_rev(h, sweeps, p_bar, b_bar)
        # source(b, u, v, dt, h)
        b_bar, u_bar, v_bar = source_rev(dt, h, b_bar, u_bar, v_bar)
        # u[1:-1, 1:-1] = u_star
        u_star_bar = u_bar[1:-1, 1:-1]
        # v[1:-1, 1:-1] = advance(v, u, v, dt, h, nu)
        v_bar_part = v_bar[1:-1, 1:-1]
        power_h = h**2
        ratio = nu * dt / power_h
        # return (centre - dt / (2.0 * h) * u[1:-1, 1:-1] * (w[1:-1, 2:] - w[1:-1, :-2]) - dt / (2.0
        #     * h) * v[1:-1, 1:-1] * (w[2:, 1:-1] - w[:-2, 1:-1]) + nu * dt / h**2 * (around - 4.0 *
        #     centre))
        # around = w[1:-1, 2:] + w[1:-1, :-2] + w[2:, 1:-1] + w[:-2, 1:-1]
        # centre = w[1:-1, 1:-1]
        around_bar = v_bar_part * ratio
        v[1:-1, 1:-1] = v_old
        around = v[1:-1, 2:] + v[1:-1, :-2] + v[2:, 1:-1] + v[:-2, 1:-1]
        centre = v[1:-1, 1:-1]
        vdot_v_bar_part = np.vdot(v_bar_part, around - 4.0 * centre)
        v_bar_part_prod = v_bar_part * (v[2:, 1:-1] - v[:-2, 1:-1])
        dt_ratio_prod_2 = dt_ratio * centre
        v_bar_part_prod_2 = v_bar_part * dt_ratio_prod_2
        centre_bar = v_bar_part - 4.0 * around_bar
        v_bar_part_prod_3 = v_bar_part * (v[1:-1, 2:] - v[1:-1, :-2])
        u[-1, :] = u_old
        u[1:-1, 1:-1] = u_old_2
        centre = u[1:-1, 1:-1]
        dt_ratio_prod = dt_ratio * centre
        v_bar_part_prod_4 = v_bar_part * dt_ratio_prod
        u_diff = u[2:, 1:-1] - u[:-2, 1:-1]
        centre_bar -= (v_bar_part_prod + u_star_bar * u_diff) * dt_ratio
        v_bar[1:-1, 1:-1] = centre_bar
        v_bar[:-2, 1:-1] += v_bar_part_prod_2 + around_bar
        v_bar[2:, 1:-1] += around_bar - v_bar_part_prod_2
        v_bar[1:-1, :-2] += v_bar_part_prod_4 + around_bar
        v_bar[1:-1, 2:] += around_bar - v_bar_part_prod_4
        around_bar = u_star_bar * ratio
        around = u[1:-1, 2:] + u[1:-1, :-2] + u[2:, 1:-1] + u[:-2, 1:-1]
        around_diff = around - 4.0 * centre
        nu_bar += (vdot_v_bar_part + np.vdot(u_star_bar, around_diff)) / power_h * dt
        u_star_bar_prod = u_star_bar * dt_ratio_prod_2
        centre_bar = u_star_bar - 4.0 * around_bar
        u_star_bar_prod_2 = u_star_bar * dt_ratio_prod
        centre_bar -= (v_bar_part_prod_3 + u_star_bar * (u[1:-1, 2:] - u[1:-1, :-2])) * dt_ratio
        u_bar[1:-1, 1:-1] = centre_bar
        u_bar[:-2, 1:-1] += u_star_bar_prod + around_bar
        u_bar[2:, 1:-1] += around_bar - u_star_bar_prod
        u_bar[1:-1, :-2] += u_star_bar_prod_2 + around_bar
        u_bar[1:-1, 2:] += around_bar - u_star_bar_prod_2
    return u_bar, v_bar, p_bar, lid_bar, nu_bar


def source_rev(dt, h, b_bar, u_bar, v_bar):
    # reverse
    # b[1:-1, 1:-1] = (across + along) / dt
    across_bar = b_bar[1:-1, 1:-1] / dt
    # along = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h)
    across_bar_ratio = across_bar / (2.0 * h)
    v_bar[:-2, 1:-1] -= across_bar_ratio
    v_bar[2:, 1:-1] += across_bar_ratio
    # across = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * h)
    u_bar[1:-1, :-2] -= across_bar_ratio
    u_bar[1:-1, 2:] += across_bar_ratio
    # b[1:-1, 1:-1] = (across + along) / dt
    b_bar[1:-1, 1:-1] = 0.0
    return b_bar, u_bar, v_bar


def pressure_rev(h, sweeps, p_bar, b_bar):
    # reverse
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
        # p[1:-1, 1:-1] = 0.25 * (old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1] -
        #     h * h * b[1:-1, 1:-1])
        p_bar_prod = 0.25 * p_bar[1:-1, 1:-1]
        b_bar[1:-1, 1:-1] -= 0.25 * (h * h) * p_bar[1:-1, 1:-1]
        old_bar = np.zeros_like(p_bar)
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
    u_old_tape = []
    u_old_tape_2 = []
    v_old_tape = []
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
        v_old_tape.append(centre_2.copy())
        v[1:-1, 1:-1] = centre_2 - dt_ratio_prod_prod - prod + ratio * (around - 4.0 * centre_2)
        u_old_tape_2.append(centre.copy())
        u[1:-1, 1:-1] = u_star
        b = source_fwd(b, u, v, dt, h)
        p = pressure_fwd(p, b, h, sweeps)
        u[1:-1, 1:-1] -= dt_ratio * (p[1:-1, 2:] - p[1:-1, :-2])
        v[1:-1, 1:-1] -= dt_ratio * (p[2:, 1:-1] - p[:-2, 1:-1])
        u_old_tape.append(u[-1, :].copy())
        u[-1, :] = lid
    return u, v, (u_old_tape, u_old_tape_2, v_old_tape)


def source_fwd(b, u, v, dt, h):
    twice_h = 2.0 * h
    across = (u[1:-1, 2:] - u[1:-1, :-2]) / twice_h
    along = (v[2:, 1:-1] - v[:-2, 1:-1]) / twice_h
    b[1:-1, 1:-1] = (across + along) / dt
    return b


def pressure_fwd(p, b, h, sweeps):
    for q in range(sweeps):
        old = p.copy()
        p[1:-1, 1:-1] = 0.25 * (
            old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1] - h * h * b[1:-1, 1:-1]
        )
        p[:, 0] = p[:, 1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[-1, :] = 0.0
    return p


def loss_grad(u, v, p, lid, nu, dt, h, steps, sweeps):
    """Kinetic energy of the flow."""
    assert u.shape == v.shape == p.shape
    # forward
    u, v, flow_saved = flow_fwd(np.copy(u), np.copy(v), np.copy(p), lid, nu, dt, h, steps, sweeps)
    # reverse
    # flow(u, v, p, lid, nu, dt, h, steps, sweeps)
    u_bar, v_bar, p_bar, lid_bar, nu_bar = flow_rev(
        flow_saved, nu, dt, h, sweeps, u.copy(), v.copy(), u, v
    )
    return u_bar, v_bar, p_bar, lid_bar, nu_bar
