import numpy as np


def run_rev(saved, nll_bar, states_bar):
    # reverse
    (
        f,
        h,
        _,
        p_tape,
        x_tape,
        x_tape_2,
        part_saved,
        p_tape_2,
        innovation_tape,
        part_saved_2,
        s_tape,
        part_saved_3,
        part_saved_4,
        part_saved_5,
        _,
        _,
        _,
        _,
    ) = saved
    # for t in range(len(observations)):
    p_bar = np.zeros(saved[14])
    x_bar = np.zeros(f.shape[0])
    r_bar = np.zeros(saved[15])
    observations_bar = np.zeros(saved[16])
    q_bar = np.zeros(saved[17])
    h_bar = np.zeros_like(h)
    f_bar = np.zeros_like(f)
    for t, p, x, x_in, item, p_in, innovation, item_in, s, item_2, item_3, item_4 in zip(
        reversed(range(saved[2])),
        reversed(p_tape),
        reversed(x_tape),
        reversed(x_tape_2),
        reversed(part_saved),
        reversed(p_tape_2),
        reversed(innovation_tape),
        reversed(part_saved_2),
        reversed(s_tape),
        reversed(part_saved_3),
        reversed(part_saved_4),
        reversed(part_saved_5),
    ):
        # nll += 0.5 * (logdet + innovation @ np.linalg.solve(s, innovation))
        logdet_bar = 0.5 * nll_bar
        innovation_bar = logdet_bar * item_4
        b_bar = np.linalg.solve(s.T, logdet_bar * innovation)
        innovation_bar += b_bar
        # sign, logdet = np.linalg.slogdet(s)
        s_bar = logdet_bar * np.linalg.inv(s).T - np.outer(b_bar, item_4)
        # states[t, :] = x
        x_bar += states_bar[t, :]
        # p -= gain @ h @ p
        minus_p_bar = -p_bar
        minus_p_bar_prod = minus_p_bar @ p_in.T
        p_bar += item_3.T @ minus_p_bar
        gain_bar = minus_p_bar_prod @ h.T
        h_bar += item_2 @ minus_p_bar_prod
        # x += gain @ innovation
        gain_bar += np.outer(x_bar, innovation)
        innovation_bar += item_2 @ x_bar
        # gain = np.linalg.solve(s, h @ p).T
        b_bar = np.linalg.solve(s.T, gain_bar.T)
        s_bar -= b_bar @ item_2.T
        # s = h @ p @ h.T + r
        r_bar += s_bar
        b_bar_sum = b_bar + s_bar @ h
        h_bar += (item_in.T @ s_bar).T
        h_bar += b_bar_sum @ p_in.T
        p_bar += h.T @ b_bar_sum
        # innovation = observations[t] - h @ x
        minus = -innovation_bar
        h_bar += np.outer(minus, x_in)
        x_bar += h.T @ minus
        observations_bar[t] += innovation_bar
        # p = f @ p @ f.T + q
        q_bar += p_bar
        p_bar_prod = p_bar @ f
        f_bar += (item.T @ p_bar).T
        p_bar = f.T @ p_bar_prod
        f_bar += p_bar_prod @ p.T
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
    n = len(observations)
    nll = 0.0
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
    for t in range(n):
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
        logdet = np.linalg.slogdet(s)[1]
        solution_s_2 = np.linalg.solve(s, innovation)
        solution_s_tape_2.append(solution_s_2)
        nll += 0.5 * (logdet + innovation @ solution_s_2)
    return (
        nll,
        states,
        (
            f,
            h,
            n,
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
        ),
    )


def loss_grad(f, h, q, r, observations):
    """Negative log likelihood, plus how rough the filtered path is."""
    # forward
    states = np.empty((len(observations), f.shape[0]))
    _, states, run_saved = run_fwd(f, h, q, r, observations, states)
    states_diff = states[1:] - states[:-1]
    # reverse
    # return nll + np.sum((states[1:] - states[:-1]) ** 2)
    states_bar = np.zeros_like(states)
    states_bar[:-1] = -2.0 * states_diff
    states_bar[1:] += 2.0 * states_diff
    # nll = run(f, h, q, r, observations, states)
    f_bar, h_bar, q_bar, r_bar, observations_bar = run_rev(run_saved, 1.0, states_bar)
    return f_bar, h_bar, q_bar, r_bar, observations_bar
