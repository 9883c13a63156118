import numpy as np


def step_rev(saved, kappa, dt, u_bar, kappa_bar):
    # reverse
    flow, dt_prod = saved
    # centre += dt * kappa * flow
    centre_bar = u_bar[1:-1, 1:-1, 1:-1]
    centre_bar_prod = centre_bar * flow
    flow_bar = centre_bar * dt_prod
    dt_bar = np.vdot(centre_bar_prod, kappa)
    kappa_bar += centre_bar_prod * dt
    # centre = u[1:-1, 1:-1, 1:-1]
    u_bar[1:-1, 1:-1, 1:-1] -= 6.0 * flow_bar
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
    twice_centre = 2.0 * centre
    flow = u[:-2, 1:-1, 1:-1] + u[2:, 1:-1, 1:-1] - twice_centre
    flow += u[1:-1, :-2, 1:-1] + u[1:-1, 2:, 1:-1] - twice_centre
    flow += u[1:-1, 1:-1, :-2] + u[1:-1, 1:-1, 2:] - twice_centre
    dt_prod = dt * kappa
    u[1:-1, 1:-1, 1:-1] = centre + dt_prod * flow
    return u, (flow, dt_prod)


def loss_grad(u, kappa, dt, steps):
    """Energy of the block after the steps."""
    assert kappa.shape[0] == u.shape[0] - 2
    assert kappa.shape[1] == u.shape[1] - 2
    assert kappa.shape[2] == u.shape[2] - 2
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
        u_bar, kappa_bar, dt_bar_2 = step_rev(step_saved, kappa, dt, u_bar, kappa_bar)
        dt_bar += dt_bar_2
    return u_bar, kappa_bar, dt_bar
