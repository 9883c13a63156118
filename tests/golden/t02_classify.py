import numpy as np


def classify_grad(w1, b1, w2, b2, x, labels):
    # forward
    hidden_pre = x @ w1 + b1
    hidden = np.tanh(hidden_pre)
    scores_pre = hidden @ w2
    scores = scores_pre + b2
    max_scores = np.max(scores, axis=1, keepdims=True)
    shifted = scores - max_scores
    exp_shifted = np.exp(shifted)
    sum_exp_shifted = np.sum(exp_shifted, axis=1)
    # reverse
    # return np.mean(log_total - chosen)
    ratio = 1.0 / sum_exp_shifted.size
    # chosen = shifted[np.arange(len(labels)), labels]
    shifted_bar = np.zeros_like(scores_pre)
    shifted_bar[np.arange(len(labels)), labels] = -ratio
    # log_total = np.log(np.sum(np.exp(shifted), axis=1))
    shifted_bar += np.expand_dims(ratio / sum_exp_shifted, 1) * exp_shifted
    # shifted = scores - np.max(scores, axis=1, keepdims=True)
    sum_shifted_bar = np.sum(shifted_bar, axis=1, keepdims=True)
    hit = scores == max_scores
    scores_bar = shifted_bar - sum_shifted_bar * hit / np.sum(hit, axis=1, keepdims=True)
    # scores = hidden @ w2 + b2
    b2_bar = np.sum(scores_bar, axis=0)
    hidden_bar = scores_bar @ w2.T
    w2_bar = hidden.T @ scores_bar
    # hidden = np.tanh(x @ w1 + b1)
    prod = hidden_bar * np.exp(-2 * np.abs(hidden_pre)) * (1 + np.abs(hidden)) ** 2
    b1_bar = np.sum(prod, axis=0)
    w1_bar = x.T @ prod
    return w1_bar, b1_bar, w2_bar, b2_bar
