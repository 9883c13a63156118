import numpy as np
from scipy import linalg


def likelihood_grad(log_ell, log_noise, x, y):
    # forward
    d2 = (x[:, None] - x[None, :]) ** 2
    k_pre = np.exp(-2.0 * log_ell)
    k_pre_2 = np.exp(-0.5 * d2 * k_pre)
    k_pre_3 = np.exp(2.0 * log_noise)
    k_pre_4 = np.eye(len(x))
    k = k_pre_2 + k_pre_3 * k_pre_4
    chol = np.linalg.cholesky(k)
    alpha = np.linalg.solve(k, y)
    # reverse
    # return 0.5 * y @ alpha + np.sum(np.log(np.diag(chol)))
    chol_bar = np.diag(1.0 / np.diag(chol))
    # alpha = np.linalg.solve(k, y)
    b_bar = np.linalg.solve(k.T, 0.5 * y)
    # chol = np.linalg.cholesky(k)
    m = chol.T @ chol_bar
    transposed = np.tril(m, k=-1).T
    left = linalg.solve_triangular(chol, np.tril(m) + transposed, trans=1, lower=True)
    both = linalg.solve_triangular(chol, left.T, trans=1, lower=True)
    k_bar = 0.5 * (np.tril(both) + np.tril(both, k=-1)) - np.outer(b_bar, alpha)
    # k = np.exp(-0.5 * d2 * np.exp(-2.0 * log_ell)) + np.exp(2.0 * log_noise) * np.eye(len(x))
    log_noise_bar = 2.0 * np.vdot(k_bar, k_pre_4) * k_pre_3
    log_ell_bar = np.vdot(k_bar * k_pre_2, d2) * k_pre
    return log_ell_bar, log_noise_bar
