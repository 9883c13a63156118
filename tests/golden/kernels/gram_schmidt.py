import numpy as np


def orthonormalise_rev(a_tapes, a, q, r, q_bar, r_bar):
    # reverse
    # for k in range(columns):
    a_bar = np.zeros_like(q_bar)
    columns = a.shape[1]
    for k, a_tape in zip(reversed(range(columns)), reversed(a_tapes)):
        for j, a_in in zip(reversed(range(k + 1, columns)), reversed(a_tape)):
            # a[:, j] -= q[:, k] * r[k, j]
            a_bar_prod = a_bar[:, j] * r[k, j]
            r_bar[k, j] -= a_bar[:, j] @ q[:, k]
            # r[k, j] = q[:, k] @ a[:, j]
            a_bar[:, j] += r_bar[k, j] * q[:, k]
            q_bar[:, k] += r_bar[k, j] * a_in - a_bar_prod
            r_bar[k, j] = 0.0
        r_part = r[k, k]
        # q[:, k] = a[:, k] / r[k, k]; r[k, k] = np.sqrt(a[:, k] @ a[:, k])
        q_bar_ratio = q_bar[:, k] / r_part
        r_bar[k, k] -= q_bar_ratio @ q[:, k]
        a_bar[:, k] += q_bar_ratio + r_bar[k, k] / (r_part + (r_part == 0)) * a[:, k]
        q_bar[:, k] = 0.0
        r_bar[k, k] = 0.0
    return a_bar


def orthonormalise_fwd(a, q, r):
    columns = a.shape[1]
    a_tapes = []
    for k in range(columns):
        r[k, k] = np.sqrt(a[:, k] @ a[:, k])
        q[:, k] = a[:, k] / r[k, k]
        a_tape = []
        for j in range(k + 1, columns):
            a_tape.append(a[:, j].copy())
            r[k, j] = q[:, k] @ a[:, j]
            a[:, j] -= q[:, k] * r[k, j]
        a_tapes.append(a_tape)
    return a, q, r, a_tapes


def loss_grad(a, weights):
    """A weighted sum of both factors."""
    # forward
    m = a.shape[0]
    n = a.shape[1]
    q = np.zeros((m, n))
    r = np.zeros((n, n))
    a, q, r, orthonormalise_saved = orthonormalise_fwd(np.copy(a), q, r)
    # reverse
    # return np.sum(weights * q) + np.sum(r)
    r_bar = np.ones(r.shape)
    # orthonormalise(a, q, r)
    a_bar = orthonormalise_rev(orthonormalise_saved, a, q, r, np.copy(weights), r_bar)
    return a_bar
