import numpy as np


def advect_rev(saved, q, w, dz, q_2, q_bar, w_bar, dz_bar):
    # reverse
    courant, upper, known = saved
    levels = q.shape[0]
    upper_bar = np.zeros_like(q)
    known_bar = np.zeros_like(q)
    for k in reversed(range(levels - 2, 0, -1)):
        # q[k] = known[k] - upper[k] * q[k + 1]
        q_bar_k = q_bar[k].copy()
        q_bar_k_prod = q_bar_k * q_2[k + 1]
        q_bar_k_prod_2 = q_bar_k * upper[k]
        q_bar[k] = 0.0
        q_bar[k + 1] -= q_bar_k_prod_2
        upper_bar[k] -= q_bar_k_prod
        known_bar[k] += q_bar_k
    # q[0] = known[0]
    known_bar[0] += q_bar[0]
    q_bar[0] = 0.0
    courant_bar = np.zeros_like(dz)
    for k in reversed(range(1, levels - 1)):
        c = courant[k] * w[k]
        pivot = 1.0 + c * upper[k - 1]
        # known[k] = (known[k] + c * known[k - 1]) / pivot
        known_bar_ratio = known_bar[k] / pivot
        c_bar = known_bar_ratio * known[k - 1]
        known_bar[k] = known_bar_ratio
        known_bar[k - 1] += known_bar_ratio * c
        # upper[k] = c / pivot; pivot = 1.0 + c * upper[k - 1]
        upper_bar_ratio = upper_bar[k] / pivot
        c_bar += upper_bar_ratio
        sum_2 = known_bar_ratio * known[k] + upper_bar_ratio * upper[k]
        c_bar -= sum_2 * upper[k - 1]
        upper_bar[k] = 0.0
        upper_bar[k - 1] -= sum_2 * c
        # known[k] = q[k] - c * (q[k + 1] - q[k - 1]); c = courant[k] * w[k]
        known_bar_prod = known_bar[k] * c
        c_bar -= known_bar[k] * (q[k + 1] - q[k - 1])
        q_bar[k - 1] += known_bar_prod
        q_bar[k + 1] -= known_bar_prod
        q_bar[k] += known_bar[k]
        w_bar[k] += c_bar * courant[k]
        courant_bar[k] += np.vdot(c_bar, w[k])
        known_bar[k] = 0.0
    # known[0] = q[0]
    q_bar[0] += known_bar[0]
    # courant = 0.25 * dt / dz
    dz_bar -= np.where(courant_bar != 0, courant_bar / dz * courant, 0)
    return q_bar, w_bar, dz_bar


def advect_fwd(q, w, dz, dt):
    levels = q.shape[0]
    upper = np.zeros_like(q)
    known = np.empty_like(q)
    courant = 0.25 * dt / dz
    known[0] = q[0]
    for k in range(1, levels - 1):
        c = courant[k] * w[k]
        known[k] = q[k] - c * (q[k + 1] - q[k - 1])
        pivot = 1.0 + c * upper[k - 1]
        upper[k] = c / pivot
        known[k] = (known[k] + c * known[k - 1]) / pivot
    q[0] = known[0]
    for k in range(levels - 2, 0, -1):
        q[k] = known[k] - upper[k] * q[k + 1]
    return q, (courant, upper, known)


def loss_grad(q, w, dz, dt, steps):
    """Sum of squares of the advected quantity."""
    # forward
    q = np.copy(q)
    q_tape = []
    advect_saved_tape = []
    for t in range(steps):
        q_tape.append(q.copy())
        q, advect_saved = advect_fwd(q, w, dz, dt)
        advect_saved_tape.append(advect_saved)
    # reverse
    # return np.sum(q * q)
    q_bar = 2.0 * q
    w_bar = np.zeros_like(w)
    dz_bar = np.zeros_like(dz)
    for q_in, advect_saved in zip(reversed(q_tape), reversed(advect_saved_tape)):
        # advect(q, w, dz, dt)
        q_bar, w_bar, dz_bar = advect_rev(advect_saved, q_in, w, dz, q, q_bar, w_bar, dz_bar)
        q = q_in
    return q_bar, w_bar, dz_bar
