import numpy as np


def run_rev(saved, f, h, nll_bar, states_bar):
    # reverse
    (
        p_tape,
        x_tape,
        x_tape_2,
        p_pre_tape,
        p_tape_2,
        innovation_tape,
        s_pre_tape,
        s_tape,
        solution_s_tape,
        gain_prod_tape,
        solution_s_tape_2,
        p_shape,
        r_shape,
        observations_shape,
        q_shape,
    ) = saved
    # for t in range(len(observations)):
    p_bar = np.zeros(p_shape)
    x_bar = np.zeros(f.shape[0])
    r_bar = np.zeros(r_shape)
    observations_bar = np.zeros(observations_shape)
    q_bar = np.zeros(q_shape)
    h_bar = np.zeros_like(h)
    f_bar = np.zeros_like(f)
    for t, p, x, x_2, p_pre, p_2, innovation, s_pre, s, solution_s, gain_prod, solution_s_2 in zip(
        reversed(range(len(states_bar))),
        reversed(p_tape),
        reversed(x_tape),
        reversed(x_tape_2),
        reversed(p_pre_tape),
        reversed(p_tape_2),
        reversed(innovation_tape),
        reversed(s_pre_tape),
        reversed(s_tape),
        reversed(solution_s_tape),
        reversed(gain_prod_tape),
        reversed(solution_s_tape_2),
    ):
        # nll += 0.5 * (logdet + innovation @ np.linalg.solve(s, innovation))
        logdet_bar = 0.5 * nll_bar
        innovation_bar = logdet_bar * solution_s_2
        b_bar = np.linalg.solve(s.T, logdet_bar * innovation)
        innovation_bar += b_bar
        # sign, logdet = np.linalg.slogdet(s)
        s_bar = logdet_bar * np.linalg.inv(s).T - np.outer(b_bar, solution_s_2)
        # states[t, :] = x
        x_bar += states_bar[t, :]
        # p -= gain @ h @ p
        p_bar_prod = p_bar @ p_2.T
        p_bar -= gain_prod.T @ p_bar
        h_bar -= solution_s @ p_bar_prod
        # x += gain @ innovation
        gain_bar = np.outer(x_bar, innovation) - p_bar_prod @ h.T
        innovation_bar += solution_s @ x_bar
        # gain = np.linalg.solve(s, h @ p).T
        b_bar = np.linalg.solve(s.T, gain_bar.T)
        s_bar -= b_bar @ solution_s.T
        # s = h @ p @ h.T + r
        r_bar += s_bar
        b_bar_sum = b_bar + s_bar @ h
        h_bar += s_bar.T @ s_pre
        h_bar += b_bar_sum @ p_2.T
        p_bar += h.T @ b_bar_sum
        # innovation = observations[t] - h @ x
        h_bar -= np.outer(innovation_bar, x_2)
        x_bar -= h.T @ innovation_bar
        observations_bar[t] += innovation_bar
        # p = f @ p @ f.T + q
        q_bar += p_bar
        p_bar_prod_2 = p_bar @ f
        f_bar += p_bar.T @ p_pre
        p_bar = f.T @ p_bar_prod_2
        f_bar += p_bar_prod_2 @ p.T
        # x = f @ x
        x_bar_2 = f.T @ x_bar
        f_bar += np.outer(x_bar, x)
        # states[t, :] = x
        states_bar[t, :] = 0.0
        x_bar = x_bar_2
    return f_bar, h_bar, q_bar, r_bar, observations_bar


def run_fwd(f, h, q, r, observations, states):
    q_shape = q.shape
    observations_shape = observations.shape
    r_shape = r.shape
    x = np.zeros(f.shape[0])
    p = np.eye(f.shape[0])
    p_shape = p.shape
    p_tape = []
    x_tape = []
    x_tape_2 = []
    p_pre_tape = []
    p_tape_2 = []
    innovation_tape = []
    s_pre_tape = []
    s_tape = []
    solution_s_tape = []
    gain_prod_tape = []
    solution_s_tape_2 = []
    for t in range(len(observations)):
        p_tape.append(p)
        x_tape.append(x)
        x = f @ x
        x_tape_2.append(x)
        p_pre = f @ p
        p_pre_tape.append(p_pre)
        p = p_pre @ f.T + q
        p_tape_2.append(p)
        innovation = observations[t] - h @ x
        innovation_tape.append(innovation)
        s_pre = h @ p
        s_pre_tape.append(s_pre)
        s = s_pre @ h.T + r
        s_tape.append(s)
        solution_s = np.linalg.solve(s, s_pre)
        solution_s_tape.append(solution_s)
        gain = solution_s.T
        x = x + gain @ innovation
        gain_prod = gain @ h
        gain_prod_tape.append(gain_prod)
        p = p - gain_prod @ p
        states[t, :] = x
        solution_s_tape_2.append(np.linalg.solve(s, innovation))
    return states, (
        p_tape,
        x_tape,
        x_tape_2,
        p_pre_tape,
        p_tape_2,
        innovation_tape,
        s_pre_tape,
        s_tape,
        solution_s_tape,
        gain_prod_tape,
        solution_s_tape_2,
        p_shape,
        r_shape,
        observations_shape,
        q_shape,
    )


def loss_grad(f, h, q, r, observations):
    """Negative log likelihood, plus how rough the filtered path is."""
    # forward
    states = np.empty((len(observations), f.shape[0]))
    states, run_saved = run_fwd(f, h, q, r, observations, states)
    # reverse
    # return nll + np.sum((states[1:] - states[:-1]) ** 2)
    prod = 2.0 * (states[1:] - states[:-1])
    states_bar = np.zeros_like(states)
    states_bar[:-1] = -prod
    states_bar[1:] += prod
    # nll = run(f, h, q, r, observations, states)
    f_bar, h_bar, q_bar, r_bar, observations_bar = run_rev(run_saved, f, h, 1.0, states_bar)
    return f_bar, h_bar, q_bar, r_bar, observations_bar
