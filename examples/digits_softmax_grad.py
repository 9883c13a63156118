"""Derivatives of functions in digits.py, written by sourcead."""

import numpy as np


def softmax_loss_value_and_grad(w, b, x, labels):
    """Loss of softmax regression: one linear layer."""
    # forward
    x_prod = x @ w
    x_prod_sum = x_prod + b
    max_x_prod_sum = np.max(x_prod_sum, axis=1, keepdims=True)
    shifted = x_prod_sum - max_x_prod_sum
    exp_shifted = np.exp(shifted)
    sum_exp_shifted = np.sum(exp_shifted, axis=1)
    log_z = np.log(sum_exp_shifted)
    positions = np.arange(len(labels))
    # reverse
    # return np.mean(log_z - shifted[np.arange(len(labels)), labels])
    ratio = 1.0 / sum_exp_shifted.size
    shifted_bar = np.zeros_like(x_prod)
    shifted_bar[positions, labels] = -ratio
    # log_z = np.log(np.sum(np.exp(shifted), axis=1))
    shifted_bar += np.expand_dims(ratio / sum_exp_shifted, 1) * exp_shifted
    # shifted = logits - np.max(logits, axis=1, keepdims=True)
    sum_shifted_bar = np.sum(shifted_bar, axis=1, keepdims=True)
    hit = x_prod_sum == max_x_prod_sum
    shifted_bar_diff = shifted_bar - sum_shifted_bar * hit / np.sum(hit, axis=1, keepdims=True)
    # return cross_entropy(x @ w + b, labels)
    b_bar = np.sum(shifted_bar_diff, axis=0)
    w_bar = x.T @ shifted_bar_diff
    return np.mean(log_z - shifted[positions, labels]), (w_bar, b_bar)
