import numpy as np


def two_layers_grad(x, w1, b1, w2, b2, y):
    # forward
    h = np.tanh(x @ w1 + b1)
    h_prod = h @ w2
    tanh = np.tanh(h_prod + b2)
    d = tanh - y
    # reverse
    # return np.mean(d * d)
    d_bar = 2.0 * d / h_prod.size
    # return np.tanh(x @ w + b)
    d_bar_prod = d_bar * (1 - tanh * tanh)
    b2_bar = np.sum(d_bar_prod, axis=0)
    h_bar = d_bar_prod @ w2.T
    w2_bar = h.T @ d_bar_prod
    h_bar_prod = h_bar * (1 - h * h)
    b1_bar = np.sum(h_bar_prod, axis=0)
    w1_bar = x.T @ h_bar_prod
    return w1_bar, b1_bar, w2_bar, b2_bar
