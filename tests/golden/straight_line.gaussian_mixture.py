import numpy as np


def gaussian_mixture_grad(x, means, log_sigma, logits):
    # forward
    exp_log_sigma = np.exp(log_sigma)
    z = (x[:, None] - means) / exp_log_sigma
    exp_logits = np.exp(logits)
    sum_exp_logits = np.sum(exp_logits)
    log_p = -0.5 * z**2 - log_sigma + logits - np.log(sum_exp_logits)
    peak = log_p.max(axis=1, keepdims=True)
    exp = np.exp(log_p - peak)
    # reverse
    # return np.sum(np.log(np.sum(np.exp(log_p - peak), axis=1)) + peak[:, 0])
    peak_bar = np.zeros_like(peak)
    peak_bar[:, 0] = 1.0
    log_p_bar = np.expand_dims(1.0 / np.sum(exp, axis=1), 1) * exp
    peak_bar -= np.sum(log_p_bar, axis=1, keepdims=True)
    # peak = log_p.max(axis=1, keepdims=True)
    hit = log_p == peak
    log_p_bar += peak_bar * hit / np.sum(hit, axis=1, keepdims=True)
    # log_p = -0.5 * z**2 - log_sigma + logits - np.log(np.sum(np.exp(logits)))
    sum_log_p_bar = np.sum(log_p_bar, axis=0)
    logits_bar = sum_log_p_bar - np.sum(log_p_bar) / sum_exp_logits * exp_logits
    # z = (x[:, None] - means) / np.exp(log_sigma)
    ratio = log_p_bar * z / exp_log_sigma
    log_sigma_bar = np.sum(ratio * z, axis=0) * exp_log_sigma - sum_log_p_bar
    means_bar = np.sum(ratio, axis=0)
    x_bar = np.zeros_like(x)
    x_bar[:, None] = -np.sum(ratio, axis=1, keepdims=True)
    return x_bar, means_bar, log_sigma_bar, logits_bar
