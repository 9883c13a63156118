import numpy as np


def leapfrog_grad(q, p, dt, steps):
    # forward
    q_tape = []
    sin_q_tape = []
    p_tape = []
    sin_q_2_tape = []
    for _ in range(steps):
        q_tape.append(q)
        half_dt = 0.5 * dt
        sin_q = np.sin(q)
        sin_q_tape.append(sin_q)
        p = p - half_dt * sin_q
        p_tape.append(p)
        q = q + dt * p
        sin_q_2 = np.sin(q)
        sin_q_2_tape.append(sin_q_2)
        p = p - half_dt * sin_q_2
    # reverse
    # return 0.5 * np.sum(p * p) - np.sum(np.cos(q))
    q_bar = np.sin(q)
    p_bar = p
    dt_bar = 0.0
    for q, sin_q, p, sin_q_2 in zip(
        reversed(q_tape), reversed(sin_q_tape), reversed(p_tape), reversed(sin_q_2_tape)
    ):
        # p = p - 0.5 * dt * np.sin(q); q = q + dt * p
        p_bar_prod = p_bar @ sin_q_2
        q_2 = q + dt * p
        half_dt = 0.5 * dt
        q_bar -= half_dt * p_bar * np.cos(q_2)
        q_bar_prod = q_bar @ p
        p_bar = p_bar + q_bar * dt
        q_bar -= half_dt * p_bar * np.cos(q)
        dt_bar = dt_bar + q_bar_prod - 0.5 * (p_bar_prod + p_bar @ sin_q)
    return q_bar, p_bar.copy(), dt_bar
