"""Derivatives of functions in digits.py, written by sourcead."""

import numpy as np


def mlp_loss_value_and_grad(w1, b1, w2, b2, x, labels):
    """Loss of a network with one hidden layer."""
    # forward
    hidden_pre = x @ w1 + b1
    hidden = np.tanh(hidden_pre)
    hidden_prod = hidden @ w2
    hidden_prod_sum = hidden_prod + b2
    shifted_pre = np.max(hidden_prod_sum, axis=1, keepdims=True)
    shifted = hidden_prod_sum - shifted_pre
    exp_shifted = np.exp(shifted)
    sum_exp_shifted = np.sum(exp_shifted, axis=1)
    log_z = np.log(sum_exp_shifted)
    positions = np.arange(len(labels))
    # reverse
    # return np.mean(log_z - shifted[np.arange(len(labels)), labels])
    ratio = 1.0 / sum_exp_shifted.size
    shifted_bar = np.zeros_like(hidden_prod)
    shifted_bar[positions, labels] = -ratio
    # log_z = np.log(np.sum(np.exp(shifted), axis=1))
    shifted_bar += np.expand_dims(ratio / sum_exp_shifted, 1) * exp_shifted
    # shifted = logits - np.max(logits, axis=1, keepdims=True)
    sum_shifted_bar = np.sum(shifted_bar, axis=1, keepdims=True)
    hit = hidden_prod_sum == shifted_pre
    shifted_bar_diff = shifted_bar - sum_shifted_bar * hit / np.sum(hit, axis=1, keepdims=True)
    # return cross_entropy(hidden @ w2 + b2, labels)
    b2_bar = np.sum(shifted_bar_diff, axis=0)
    hidden_bar = shifted_bar_diff @ w2.T
    w2_bar = hidden.T @ shifted_bar_diff
    # hidden = np.tanh(x @ w1 + b1)
    prod = hidden_bar * np.exp(-2 * np.abs(hidden_pre)) * (1 + np.abs(hidden)) ** 2
    b1_bar = np.sum(prod, axis=0)
    w1_bar = x.T @ prod
    return np.mean(log_z - shifted[positions, labels]), (w1_bar, b1_bar, w2_bar, b2_bar)
