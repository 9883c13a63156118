import numpy as np


def peak_kept_grad(x):
    # forward
    max_x = np.max(x, axis=-1, keepdims=True)
    shifted = x - max_x
    exp_shifted = np.exp(shifted)
    # reverse
    # return np.log(np.sum(np.exp(shifted), axis=-1))
    shifted_bar = exp_shifted / np.sum(exp_shifted, axis=-1)
    # shifted = x - np.max(x, axis=-1, keepdims=True)
    sum_shifted_bar = np.sum(shifted_bar, axis=0, keepdims=True)
    hit = x == max_x
    x_bar = shifted_bar - sum_shifted_bar * hit / np.sum(hit, axis=-1, keepdims=True)
    return x_bar
