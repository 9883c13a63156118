import numpy as np


def ridge_grad(a, b, lam):
    # forward
    exp_lam = np.exp(lam)
    w_pre = np.eye(a.shape[1])
    w_pre_2 = a.T @ a + exp_lam * w_pre
    w = np.linalg.solve(w_pre_2, a.T @ b)
    b_diff = a @ w - b
    # reverse
    # return np.sum((a @ w - b) ** 2) + np.exp(lam) * w @ w
    w_bar = 2.0 * (exp_lam * w)
    b_diff_prod = 2.0 * b_diff
    b_bar = -2.0 * b_diff
    a_bar = np.outer(b_diff_prod, w)
    w_bar += a.T @ b_diff_prod
    # w = np.linalg.solve(a.T @ a + np.exp(lam) * np.eye(a.shape[1]), a.T @ b)
    b_bar_2 = np.linalg.solve(w_pre_2.T, w_bar)
    outer_b_bar = np.outer(b_bar_2, w)
    minus_outer_b_bar = -outer_b_bar
    b_bar += a @ b_bar_2
    lam_bar = (np.sum(w * w) - np.sum(outer_b_bar * w_pre)) * exp_lam
    a_bar += a @ minus_outer_b_bar
    a_bar += (np.outer(b_bar_2, b) + minus_outer_b_bar @ a.T).T
    return a_bar, b_bar, lam_bar
