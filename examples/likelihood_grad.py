"""Derivatives of functions in likelihood.py, written by sourcead."""

import numpy as np


def weibull_nll_value_and_grad(theta, log_time, ended, treated):
    """Negative log-likelihood of Weibull times, less a constant, at (mean, effect, log scale)."""
    # forward
    log_scale = theta[2]
    z_pre = log_time - theta[0] - theta[1] * treated
    exp_log_scale = np.exp(-log_scale)
    z = z_pre * exp_log_scale
    exp_z = np.exp(z)
    # reverse
    # return np.sum(np.exp(z) - ended * (z - log_scale))
    log_scale_bar = np.sum(ended)
    z_bar = exp_z - ended
    # z = (log_time - theta[0] - theta[1] * treated) * np.exp(-log_scale)
    z_bar_prod = z_bar * exp_log_scale
    log_scale_bar -= z_bar @ z_pre * exp_log_scale
    theta_bar = np.zeros_like(theta)
    theta_bar[1] = -(z_bar_prod @ treated)
    theta_bar[0] = -np.sum(z_bar_prod)
    # log_scale = theta[2]
    theta_bar[2] = log_scale_bar
    return np.sum(exp_z - ended * (z - log_scale)), theta_bar
