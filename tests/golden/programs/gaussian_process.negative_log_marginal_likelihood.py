import numpy as np
from scipy import linalg


def last_writer(x, index):
    """Where `x[index] = v` leaves an element of `v`: True for the last one written to a place."""
    order = np.empty(np.shape(x), bool)[index]
    order = np.arange(order.size).reshape(order.shape)
    latest = np.zeros(np.shape(x), int)
    latest[index] = order
    return latest[index] == order


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def negative_log_marginal_likelihood_grad(log_h, x, y):
    # forward
    value = log_h["trend"]
    value_2 = log_h["trend length"]
    value_3 = log_h["season"]
    value_4 = log_h["season length"]
    value_5 = log_h["period"]
    value_6 = log_h["noise"]
    exp_value = np.exp(value)
    exp_value_2 = np.exp(value_2)
    exp_value_3 = np.exp(value_3)
    exp_value_4 = np.exp(value_4)
    exp_value_5 = np.exp(value_5)
    exp_value_6 = np.exp(value_6)
    r = x[:, None] - x[None, :]
    power_exp_value = exp_value**2
    r_ratio = r / exp_value_2
    exp = np.exp(-0.5 * r_ratio**2)
    trend = power_exp_value * exp
    power_exp_value_3 = exp_value_3**2
    exp_value_5_ratio = np.pi * r / exp_value_5
    exp_value_4_ratio = np.sin(exp_value_5_ratio) / exp_value_4
    exp_2 = np.exp(-2.0 * exp_value_4_ratio**2)
    K = trend + power_exp_value_3 * exp_2
    diag_indices_from = np.diag_indices_from(K)
    K_old = K[diag_indices_from].copy()
    power_exp_value_6 = exp_value_6**2
    K_old_2 = K_old.copy()
    K[diag_indices_from] = K_old + power_exp_value_6
    L = linalg.cholesky(K, lower=True)
    alpha_pre = L, True
    alpha = linalg.cho_solve(alpha_pre, y)
    # reverse
    # return 0.5 * y @ alpha + np.log(np.diag(L)).sum() + 0.5 * len(y) * np.log(2.0 * np.pi)
    L_bar = np.diag(1.0 / np.diag(L))
    # alpha = cho_solve((L, True), y)
    b_bar = linalg.cho_solve(alpha_pre, 0.5 * y)
    product = np.outer(b_bar, alpha)
    both = product + np.outer(alpha, b_bar)
    L_bar = L_bar - np.tril(both @ np.tril(L))
    # L = cholesky(K, lower=True)
    m = L.T @ L_bar
    transposed = np.tril(m, k=-1).T
    left = linalg.solve_triangular(L, np.tril(m) + transposed, trans=1, lower=True)
    both = linalg.solve_triangular(L, left.T, trans=1, lower=True)
    K_bar = 0.5 * (np.tril(both) + np.tril(both, k=-1))
    K[diag_indices_from] = K_old_2
    # K[np.diag_indices_from(K)] += h["noise"] ** 2
    chosen_K_bar = np.where(last_writer(K, diag_indices_from), K_bar[diag_indices_from], 0.0)
    K_bar[diag_indices_from] = 0.0
    np.add.at(K_bar, diag_indices_from, unbroadcast(chosen_K_bar, K_old))
    # return scale**2 * np.exp(-2.0 * (np.sin(np.pi * r / period) / length) ** 2)
    exp_value_4_ratio_2 = 4.0 * power_exp_value_3 * K_bar * exp_2 * exp_value_4_ratio / exp_value_4
    # h = {name: np.exp(value) for name, value in log_h.items()}
    value_bar = 2 * unbroadcast(chosen_K_bar, power_exp_value_6) * exp_value_6 * exp_value_6
    value_bar_2 = (
        np.vdot(exp_value_4_ratio_2 * np.cos(exp_value_5_ratio) / exp_value_5, exp_value_5_ratio)
        * exp_value_5
    )
    value_bar_3 = np.vdot(exp_value_4_ratio_2, exp_value_4_ratio) * exp_value_4
    value_bar_4 = 2 * np.vdot(K_bar, exp_2) * exp_value_3 * exp_value_3
    value_bar_5 = (
        np.vdot(power_exp_value * K_bar * exp * r_ratio / exp_value_2, r_ratio) * exp_value_2
    )
    value_bar_6 = 2 * np.vdot(K_bar, exp) * exp_value * exp_value
    return {
        "trend": value_bar_6,
        "trend length": value_bar_5,
        "season": value_bar_4,
        "season length": value_bar_3,
        "period": value_bar_2,
        "noise": value_bar,
    }
