import numpy as np


def soft_dtw_rev(saved, gamma, out_bar, x_bar):
    # reverse
    D_pre, R, soft_min_saved_tapes = saved
    # return R[n, m]
    R_bar = np.zeros_like(R)
    n = len(D_pre)
    m = D_pre.shape[1]
    R_bar[n, m] = out_bar
    # for i in range(1, n + 1):
    D_bar = np.zeros_like(D_pre)
    m_sum = m + 1
    for i, soft_min_saved_tape in zip(reversed(range(1, n + 1)), reversed(soft_min_saved_tapes)):
        for j, soft_min_saved in zip(reversed(range(1, m_sum)), reversed(soft_min_saved_tape)):
            # R[i, j] = D[i - 1, j - 1] + best
            best_bar = R_bar[i, j]
            D_bar[i - 1, j - 1] += best_bar
            R_part = R[i - 1, j - 1]
            R_part_2 = R[i - 1, j]
            R_part_3 = R[i, j - 1]
            # best = soft_min(R[i - 1, j - 1], R[i - 1, j], R[i, j - 1], gamma)
            # R[i, j] = D[i - 1, j - 1] + best
            R_part_bar, R_part_bar_2, R_part_bar_3 = soft_min_rev(
                soft_min_saved, R_part, R_part_2, R_part_3, gamma, best_bar
            )
            R_bar[i, j] = 0.0
            R_bar[i, j - 1] += R_part_bar_3
            R_bar[i - 1, j] += R_part_bar_2
            R_bar[i - 1, j - 1] += R_part_bar
    # D = (x[:, None] - y[None, :]) ** 2
    x_bar[:, None] += np.sum(2 * D_bar * D_pre, axis=1, keepdims=True)
    return x_bar


def soft_min_rev(saved, a, b, c, gamma, out_bar):
    # reverse
    low_pre, s_pre, s_pre_2, s_pre_3, s = saved
    # return low - gamma * np.log(s)
    s_ratio = out_bar * gamma / s
    # s = np.exp(-(a - low) / gamma) + np.exp(-(b - low) / gamma) + np.exp(-(c - low) / gamma)
    c_bar = s_ratio * s_pre_3 / gamma
    b_bar = s_ratio * s_pre_2 / gamma
    a_bar = s_ratio * s_pre / gamma
    low_bar = out_bar - c_bar - b_bar - a_bar
    # low = min(a, b, c)
    is_less_c = c < low_pre
    low_bar_prod = low_bar * (1 - is_less_c)
    c_bar += low_bar * is_less_c
    is_less_b = b < a
    a_bar += low_bar_prod * (1 - is_less_b)
    b_bar += low_bar_prod * is_less_b
    return a_bar, b_bar, c_bar


def soft_dtw_fwd(x, y, gamma):
    """Cost of the best alignments of two series; `R[i, j]` is that of their beginnings."""
    n = len(x)
    m = len(y)
    D_pre = x[:, None] - y[None, :]
    D = D_pre**2
    n_sum = n + 1
    m_sum = m + 1
    R = np.full((n_sum, m_sum), 10000000000.0)
    R[0, 0] = 0.0
    soft_min_saved_tapes = []
    for i in range(1, n_sum):
        soft_min_saved_tape = []
        for j in range(1, m_sum):
            R_part = R[i - 1, j - 1]
            best, soft_min_saved = soft_min_fwd(R_part, R[i - 1, j], R[i, j - 1], gamma)
            soft_min_saved_tape.append(soft_min_saved)
            R[i, j] = D[i - 1, j - 1] + best
        soft_min_saved_tapes.append(soft_min_saved_tape)
    return D_pre, R, soft_min_saved_tapes


def soft_min_fwd(a, b, c, gamma):
    """Smooth minimum of three numbers."""
    low_pre = min(a, b)
    low = min(low_pre, c)
    s_pre = np.exp(-(a - low) / gamma)
    s_pre_2 = np.exp(-(b - low) / gamma)
    s_pre_3 = np.exp(-(c - low) / gamma)
    s = s_pre + s_pre_2 + s_pre_3
    return low - gamma * np.log(s), (low_pre, s_pre, s_pre_2, s_pre_3, s)


def barycentre_cost_grad(centre, series, gamma=0.02):
    """Mean soft-DTW cost between the centre and the series, which may differ in length."""
    # forward
    soft_dtw_saved_tape = []
    for y in series:
        soft_dtw_saved = soft_dtw_fwd(centre, y, gamma)
        soft_dtw_saved_tape.append(soft_dtw_saved)
    # reverse
    # return sum(soft_dtw(centre, y, gamma) / len(y) for y in series) / len(series)
    total_bar = 1 / len(series)
    centre_bar = np.zeros_like(centre)
    for y, soft_dtw_saved in zip(reversed(series), reversed(soft_dtw_saved_tape)):
        # return sum(soft_dtw(centre, y, gamma) / len(y) for y in series) / len(series)
        total_bar_ratio = total_bar / len(y)
        centre_bar = soft_dtw_rev(soft_dtw_saved, gamma, total_bar_ratio, centre_bar)
    return centre_bar
