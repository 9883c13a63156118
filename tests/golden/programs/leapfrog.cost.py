import numpy as np


def leapfrog_rev(saved, step, n, q_bar, p_bar, step_bar):
    # reverse
    (
        potential_grad_out,
        potential_grad_out_3,
        potential_grad_saved,
        p_tape,
        potential_grad_out_2_tape,
        potential_grad_saved_tape,
    ) = saved
    # p = p - 0.5 * step * force(q)
    p_bar_prod = p_bar * potential_grad_out_3
    q_bar += potential_grad_rev(potential_grad_saved, -0.5 * p_bar * step)
    for i, p, potential_grad_out_2, potential_grad_saved in zip(
        reversed(range(n)),
        reversed(p_tape),
        reversed(potential_grad_out_2_tape),
        reversed(potential_grad_saved_tape),
    ):
        if i < n - 1:
            # p = p - step * force(q)
            step_bar -= p_bar * potential_grad_out_2
            q_bar += potential_grad_rev(potential_grad_saved, -(p_bar * step))
        # q = q + step * p
        step_bar += q_bar * p
        p_bar += q_bar * step
    step_bar -= 0.5 * (p_bar_prod + p_bar * potential_grad_out)
    return step_bar


def potential_grad_rev(saved, q_bar_bar):
    # reverse
    q_0, diff = saved
    # return 0.5 * q[0] ** 2 / 4.0 + 0.5 * ((q[1] - 0.3 * q[0] ** 2) / 0.4) ** 2
    diff_2 = q_bar_bar[1] / 0.4 - 0.6 * q_bar_bar[0] * q_0 / 0.4
    q_bar = np.zeros_like(q_bar_bar)
    q_bar[1] = diff_2 / 0.4
    q_bar[0] = 2 * q_bar_bar[0] * diff - 0.6 * diff_2 / 0.4 * q_0
    return q_bar


def leapfrog_fwd(q, p, step, n):
    """Half a kick, then drifts and kicks in turn."""
    half_step = 0.5 * step
    potential_grad_out = potential_grad(q)
    p = p - half_step * potential_grad_out
    p_tape = []
    potential_grad_out_2_tape = []
    potential_grad_saved_tape = []
    for i in range(n):
        p_tape.append(p)
        q = q + step * p
        if i < n - 1:
            potential_grad_out_2, potential_grad_saved = potential_grad_fwd(q)
            p = p - step * potential_grad_out_2
        else:
            potential_grad_out_2 = None
            potential_grad_saved = None
        potential_grad_out_2_tape.append(potential_grad_out_2)
        potential_grad_saved_tape.append(potential_grad_saved)
    potential_grad_out_3, potential_grad_saved = potential_grad_fwd(q)
    p = p - half_step * potential_grad_out_3
    return (
        q,
        p,
        (
            potential_grad_out,
            potential_grad_out_3,
            potential_grad_saved,
            p_tape,
            potential_grad_out_2_tape,
            potential_grad_saved_tape,
        ),
    )


def potential_grad_fwd(q):
    q_0 = q[0]
    ratio = (q[1] - 0.3 * q_0**2) / 0.4
    q_bar = np.zeros_like(q)
    q_bar[1] = ratio / 0.4
    diff = 0.125 - 0.3 * ratio / 0.4
    q_bar[0] = 2 * diff * q_0
    return q_bar, (q_0, diff)


def potential_grad(q):
    # forward
    ratio = (q[1] - 0.3 * q[0] ** 2) / 0.4
    # reverse
    # return 0.5 * q[0] ** 2 / 4.0 + 0.5 * ((q[1] - 0.3 * q[0] ** 2) / 0.4) ** 2
    q_bar = np.zeros_like(q)
    q_bar[1] = ratio / 0.4
    q_bar[0] = 2 * (0.125 - 0.3 * ratio / 0.4) * q[0]
    return q_bar


def cost_grad(log_step, starts, n):
    """Mean squared energy error of the trajectories, less a reward for how far they go."""
    # forward
    step = np.exp(log_step)
    q_tape = []
    p_tape = []
    diff_tape = []
    leapfrog_saved_tape = []
    for q0, p0 in starts:
        q, p, leapfrog_saved = leapfrog_fwd(q0, p0, step, n)
        q_tape.append(q)
        p_tape.append(p)
        leapfrog_saved_tape.append(leapfrog_saved)
        power_q = q[0] ** 2
        power_q0 = q0[0] ** 2
        diff_tape.append(
            0.5 * power_q / 4.0
            + 0.5 * ((q[1] - 0.3 * power_q) / 0.4) ** 2
            + 0.5 * p @ p
            - (0.5 * power_q0 / 4.0 + 0.5 * ((q0[1] - 0.3 * power_q0) / 0.4) ** 2 + 0.5 * p0 @ p0)
        )
    n_starts = len(starts)
    # reverse
    # for q0, p0 in starts:
    step_bar = np.zeros_like(log_step)
    for (q0, _), q, p, diff, leapfrog_saved in zip(
        reversed(starts),
        reversed(q_tape),
        reversed(p_tape),
        reversed(diff_tape),
        reversed(leapfrog_saved_tape),
    ):
        # jumps += np.sum((q - q0) ** 2)
        q_bar = -0.2 * (q - q0) / n_starts
        # return potential(q) + 0.5 * p @ p
        p_bar = 2.0 * (diff / n_starts) * p
        q_0 = q[0]
        ratio = (q[1] - 0.3 * q_0**2) / 0.4
        # return 0.5 * q[0] ** 2 / 4.0 + 0.5 * ((q[1] - 0.3 * q[0] ** 2) / 0.4) ** 2
        ratio_2 = 0.6 * diff / n_starts * ratio / 0.4
        q_bar[1] += 2 * diff / n_starts * ratio / 0.4
        q_bar[0] += 2 * (0.25 * diff / n_starts - ratio_2) * q_0
        # q, p = leapfrog(q0, p0, step, n)
        step_bar = leapfrog_rev(leapfrog_saved, step, n, q_bar, p_bar, step_bar)
    # step = np.exp(log_step)
    log_step_bar = step_bar * step
    return log_step_bar
