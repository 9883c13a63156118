import numpy as np


def ridge_grad(a, b, lam):
    # forward
    exp_lam = np.exp(lam)
    w_pre = np.eye(a.shape[1])
    w_pre_2 = a.T @ a + exp_lam * w_pre
    w = np.linalg.solve(w_pre_2, a.T @ b)
    # reverse
    # return np.sum((a @ w - b) ** 2) + np.exp(lam) * w @ w
    w_bar = 2.0 * (exp_lam * w)
    prod = 2.0 * (a @ w - b)
    a_bar = np.outer(prod, w)
    w_bar += a.T @ prod
    # w = np.linalg.solve(a.T @ a + np.exp(lam) * np.eye(a.shape[1]), a.T @ b)
    b_bar = np.linalg.solve(w_pre_2.T, w_bar)
    outer_b_bar = np.outer(b_bar, w)
    lam_bar = (w @ w - np.vdot(outer_b_bar, w_pre)) * exp_lam
    a_bar -= a @ outer_b_bar
    a_bar += (np.outer(b_bar, b) - outer_b_bar @ a.T).T
    b_bar = a @ b_bar - prod
    return a_bar, b_bar, lam_bar
