import numpy as np


def orthonormalise_rev(saved, q_bar, r_bar):
    # reverse
    columns, q, part_saved, part_saved_2, part_saved_3, part_saved_4, part_saved_5 = saved
    # for k in range(columns):
    a_bar = np.zeros_like(q_bar)
    for k, item, value, value_in, item_in, item_2 in zip(
        reversed(range(columns)),
        reversed(part_saved),
        reversed(part_saved_2),
        reversed(part_saved_3),
        reversed(part_saved_4),
        reversed(part_saved_5),
    ):
        for j, item_3, value_2 in zip(
            reversed(range(k + 1, columns)), reversed(item_in), reversed(item_2)
        ):
            # a[:, j] -= q[:, k] * r[k, j]
            a_bar_prod = a_bar[:, j] * value_2
            r_bar[k, j] -= np.sum(a_bar[:, j] * q[:, k])
            # r[k, j] = q[:, k] @ a[:, j]
            a_bar[:, j] += r_bar[k, j] * q[:, k]
            q_bar[:, k] += r_bar[k, j] * item_3 - a_bar_prod
            r_bar[k, j] = 0.0
        # q[:, k] = a[:, k] / r[k, k]; r[k, k] = np.sqrt(a[:, k] @ a[:, k])
        r_bar[k, k] -= np.sum(q_bar[:, k] * (q[:, k] / value_in))
        item_prod = 0.5 * r_bar[k, k] / value * item
        a_bar[:, k] += q_bar[:, k] / value_in + item_prod + item_prod
        q_bar[:, k] = 0.0
        r_bar[k, k] = 0.0
    return a_bar


def orthonormalise_fwd(a, q, r):
    columns = a.shape[1]
    a_part_tape = []
    root_tape = []
    r_tape = []
    a_tapes = []
    r_tapes = []
    for k in range(columns):
        a_part = a[:, k]
        a_part_tape.append(a_part.copy())
        root = np.sqrt(a_part @ a_part)
        root_tape.append(root)
        r[k, k] = root
        r_tape.append(r[k, k])
        q[:, k] = a_part / r[k, k]
        a_tape = []
        r_tape_2 = []
        for j in range(k + 1, columns):
            a_tape.append(a[:, j].copy())
            r[k, j] = q[:, k] @ a[:, j]
            r_tape_2.append(r[k, j])
            a[:, j] -= q[:, k] * r[k, j]
        a_tapes.append(a_tape)
        r_tapes.append(r_tape_2)
    return a, q, r, (columns, q, a_part_tape, root_tape, r_tape, a_tapes, r_tapes)


def loss_grad(a, weights):
    """A weighted sum of both factors."""
    # forward
    m = a.shape[0]
    n = a.shape[1]
    q = np.zeros((m, n))
    r = np.zeros((n, n))
    _, _, r, orthonormalise_saved = orthonormalise_fwd(np.copy(a), q, r)
    # reverse
    # return np.sum(weights * q) + np.sum(r)
    r_bar = np.broadcast_to(1.0, r.shape).copy()
    # orthonormalise(a, q, r)
    a_bar = orthonormalise_rev(orthonormalise_saved, np.copy(weights), r_bar)
    return a_bar
