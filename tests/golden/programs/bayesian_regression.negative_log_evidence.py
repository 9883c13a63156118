import numpy as np
from scipy import linalg


def negative_log_evidence_grad(log_alpha, log_beta, design, targets):
    """Of prior precisions `alpha`, one for each feature, and the precision `beta` of the noise."""
    # forward
    n = design.shape[0]
    alpha = np.exp(log_alpha)
    beta = np.exp(log_beta)
    transposed_design = design.T
    precision_pre = beta * transposed_design
    precision = np.diag(alpha) + precision_pre @ design
    factor = np.linalg.cholesky(precision)
    half = np.linalg.solve(factor, precision_pre @ targets)
    mean = np.linalg.solve(factor.T, half)
    residual = targets - design @ mean
    energy_pre = 0.5 * beta * residual
    # reverse
    # log_det = 2.0 * np.sum(np.log(np.diagonal(factor)))
    last = np.moveaxis(factor, (0, 1), (-2, -1))
    n_2 = min(last.shape[0], last.shape[1])
    last_bar = np.zeros_like(last)
    last_bar[..., np.arange(n_2), np.arange(n_2)] = 1.0 / np.diagonal(factor)
    factor_bar = np.moveaxis(last_bar, (-2, -1), (0, 1))
    # energy = 0.5 * beta * residual @ residual + 0.5 * np.sum(alpha * mean**2)
    alpha_bar = 0.5 * mean**2
    mean_bar = alpha * mean
    residual_bar = energy_pre + energy_pre
    beta_bar = 0.5 * (residual @ residual)
    # residual = targets - design @ mean
    mean_bar -= transposed_design @ residual_bar
    # return np.linalg.solve(factor.T, half), factor
    b_bar = np.linalg.solve(factor, mean_bar)
    factor_bar -= np.outer(mean, b_bar)
    # half = np.linalg.solve(factor, beta * design.T @ targets)
    b_bar = np.linalg.solve(factor.T, b_bar)
    factor_bar -= np.outer(b_bar, half)
    outer_b_bar = np.outer(b_bar, targets)
    # factor = np.linalg.cholesky(precision)
    m = factor.T @ factor_bar
    transposed = np.tril(m, k=-1).T
    transposed_sum = np.tril(m) + transposed
    left = linalg.solve_triangular(factor, transposed_sum, trans=1, lower=True)
    both = linalg.solve_triangular(factor, left.T, trans=1, lower=True)
    precision_bar = 0.5 * (np.tril(both) + np.tril(both, k=-1))
    # precision = np.diag(alpha) + beta * design.T @ design
    beta_bar += np.vdot(outer_b_bar + precision_bar @ transposed_design, transposed_design)
    alpha_bar += np.diag(precision_bar)
    # alpha, beta = np.exp(log_alpha), np.exp(log_beta)
    log_beta_bar = beta_bar * beta - 0.5 * n
    log_alpha_bar = -0.5 + alpha_bar * alpha
    return log_alpha_bar, log_beta_bar
