import numpy as np


def transport_rev(saved, nu, dt, h, w_bar):
    # reverse
    gx, gy, around_diff, u_part, v_part = saved
    # w[:, -1] = w[:, 1]
    w_bar_part = w_bar[:, -1].copy()
    w_bar[:, -1] = 0.0
    w_bar[:, 1] += w_bar_part
    # w[:, 0] = w[:, -2]
    w_bar_part_2 = w_bar[:, 0].copy()
    w_bar[:, 0] = 0.0
    w_bar[:, -2] += w_bar_part_2
    # w[1:-1, 1:-1] -= dt * (u[1:-1, 1:-1] * gx + v[1:-1, 1:-1] * gy)
    w_bar_prod = w_bar[1:-1, 1:-1] * dt
    v_bar = np.zeros_like(w_bar)
    v_bar[1:-1, 1:-1] = -(w_bar_prod * gy)
    u_bar = np.zeros_like(w_bar)
    u_bar[1:-1, 1:-1] = -(w_bar_prod * gx)
    power_h = h**2
    # w[1:-1, 1:-1] += dt * nu / h**2 * (around - 4.0 * old[1:-1, 1:-1])
    around_bar = w_bar[1:-1, 1:-1] * (dt * nu / power_h)
    old_bar = np.zeros_like(w_bar)
    old_bar[1:-1, 1:-1] = -4.0 * around_bar
    nu_bar = np.vdot(w_bar[1:-1, 1:-1], around_diff) / power_h * dt
    twice_h = 2.0 * h
    # gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / (2.0 * h)
    twice_h_ratio = w_bar_prod * v_part / twice_h
    old_bar[:-2, 1:-1] += around_bar + twice_h_ratio
    old_bar[2:, 1:-1] += around_bar - twice_h_ratio
    # gx = (old[1:-1, 2:] - old[1:-1, :-2]) / (2.0 * h)
    twice_h_ratio_2 = w_bar_prod * u_part / twice_h
    old_bar[1:-1, :-2] += around_bar + twice_h_ratio_2
    old_bar[1:-1, 2:] += around_bar - twice_h_ratio_2
    # old = w.copy()
    w_bar += old_bar
    return w_bar, u_bar, v_bar, nu_bar


def transport_fwd(w, u, v, nu, dt, h):
    """Add to one component what is carried by (u, v) and spread by viscosity in one time step."""
    old = w.copy()
    twice_h = 2.0 * h
    gx = (old[1:-1, 2:] - old[1:-1, :-2]) / twice_h
    gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / twice_h
    around = old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1]
    around_diff = around - 4.0 * old[1:-1, 1:-1]
    w[1:-1, 1:-1] += dt * nu / h**2 * around_diff
    w[1:-1, 1:-1] -= dt * (u[1:-1, 1:-1] * gx + v[1:-1, 1:-1] * gy)
    w[:, 0] = w[:, -2]
    w[:, -1] = w[:, 1]
    return w, (gx, gy, around_diff, u[1:-1, 1:-1], v[1:-1, 1:-1])


def project_rev(shape_u, dt, h, sweeps, u_bar, v_bar, p_bar):
    # reverse
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
    twice_h = 2.0 * h
    # v[1:-1, 1:-1] -= dt * (p[2:, 1:-1] - p[:-2, 1:-1]) / (2.0 * h)
    dt_prod = v_bar[1:-1, 1:-1] / twice_h * dt
    p_bar[:-2, 1:-1] += dt_prod
    p_bar[2:, 1:-1] -= dt_prod
    # u[1:-1, 1:-1] -= dt * (p[1:-1, 2:] - p[1:-1, :-2]) / (2.0 * h)
    dt_prod_2 = u_bar[1:-1, 1:-1] / twice_h * dt
    p_bar[1:-1, :-2] += dt_prod_2
    p_bar[1:-1, 2:] -= dt_prod_2
    b_bar = np.zeros(shape_u)
    for q in reversed(range(sweeps)):
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
        p_bar_prod = 0.25 * p_bar[1:-1, 1:-1]
        b_bar -= p_bar_prod
        p_bar[1:-1, 1:-1] = 0.0
        p_bar[:-2, 1:-1] += p_bar_prod
        p_bar[2:, 1:-1] += p_bar_prod
        p_bar[1:-1, :-2] += p_bar_prod
        p_bar[1:-1, 2:] += p_bar_prod
    # b = h * h * divergence
    divergence_bar = b_bar * (h * h)
    # divergence = (u[1:-1, 2:] - u[1:-1, :-2] + v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h * dt)
    ratio = divergence_bar / (twice_h * dt)
    v_bar[:-2, 1:-1] -= ratio
    v_bar[2:, 1:-1] += ratio
    u_bar[1:-1, :-2] -= ratio
    u_bar[1:-1, 2:] += ratio
    return u_bar, v_bar, p_bar


def project_fwd(u, v, p, dt, h, sweeps):
    shape_u = u[1:-1, 2:].shape
    twice_h = 2.0 * h
    divergence = (u[1:-1, 2:] - u[1:-1, :-2] + v[2:, 1:-1] - v[:-2, 1:-1]) / (twice_h * dt)
    b = h * h * divergence
    for q in range(sweeps):
        p[1:-1, 1:-1] = 0.25 * (p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - b)
        p[0] = p[1]
        p[-1] = p[-2]
        p[:, 0] = p[:, -2]
        p[:, -1] = p[:, 1]
    u[1:-1, 1:-1] -= dt * (p[1:-1, 2:] - p[1:-1, :-2]) / twice_h
    v[1:-1, 1:-1] -= dt * (p[2:, 1:-1] - p[:-2, 1:-1]) / twice_h
    u[:, 0] = u[:, -2]
    u[:, -1] = u[:, 1]
    v[:, 0] = v[:, -2]
    v[:, -1] = v[:, 1]
    return u, v, p, shape_u


def loss_grad(u, v, p, force, nu, dt, h, steps, sweeps):
    """Flux through the channel, squared and summed over its sections."""
    assert u.shape == v.shape == p.shape
    # forward
    u = np.copy(u)
    v = np.copy(v)
    p = np.copy(p)
    project_saved_tape = []
    transport_saved_tape = []
    transport_saved_tape_2 = []
    for t in range(steps):
        u_old = u.copy()
        v_old = v.copy()
        u, transport_saved = transport_fwd(u, u_old, v_old, nu, dt, h)
        transport_saved_tape_2.append(transport_saved)
        v, transport_saved = transport_fwd(v, u_old, v_old, nu, dt, h)
        transport_saved_tape.append(transport_saved)
        u[1:-1] += dt * force
        u, v, p, project_saved = project_fwd(u, v, p, dt, h, sweeps)
        project_saved_tape.append(project_saved)
    flux = h * np.sum(u[:, 1:-1], axis=0)
    # reverse
    # return flux @ flux
    flux_bar = 2.0 * flux
    # flux = h * np.sum(u[:, 1:-1], axis=0)
    u_bar = np.zeros_like(u)
    u_bar[:, 1:-1] = np.expand_dims(flux_bar * h, 0)
    v_bar = np.zeros_like(v)
    p_bar = np.zeros_like(p)
    force_bar = nu_bar = 0.0
    for project_saved, transport_saved, transport_saved_2 in zip(
        reversed(project_saved_tape),
        reversed(transport_saved_tape),
        reversed(transport_saved_tape_2),
    ):
        # project(u, v, p, dt, h, sweeps)
        u_bar, v_bar, p_bar = project_rev(project_saved, dt, h, sweeps, u_bar, v_bar, p_bar)
        # u[1:-1] += dt * force
        force_bar += np.sum(u_bar[1:-1]) * dt
        # transport(v, u_old, v_old, nu, dt, h)
        v_bar, u_old_bar, v_old_bar, nu_bar_2 = transport_rev(transport_saved, nu, dt, h, v_bar)
        # transport(u, u_old, v_old, nu, dt, h)
        u_bar, u_old_bar_2, v_old_bar_2, nu_bar_3 = transport_rev(
            transport_saved_2, nu, dt, h, u_bar
        )
        u_old_bar += u_old_bar_2
        v_old_bar += v_old_bar_2
        nu_bar = nu_bar + nu_bar_2 + nu_bar_3
        # v_old = v.copy()
        v_bar += v_old_bar
        # u_old = u.copy()
        u_bar += u_old_bar
    return u_bar, v_bar, p_bar, force_bar, nu_bar
