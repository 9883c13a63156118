import numpy as np


def two_layers_grad(x, w1, b1, w2, b2, y):
    # forward
    b1_sum = x @ w1 + b1
    h = np.tanh(b1_sum)
    h_prod = h @ w2
    h_prod_sum = h_prod + b2
    tanh_h_prod_sum = np.tanh(h_prod_sum)
    d = tanh_h_prod_sum - y
    # reverse
    # return np.mean(d * d)
    d_bar = 2.0 * d / h_prod.size
    # return np.tanh(x @ w + b)
    prod = d_bar * np.exp(-2 * np.abs(h_prod_sum)) * (1 + np.abs(tanh_h_prod_sum)) ** 2
    b2_bar = np.sum(prod, axis=0)
    h_bar = prod @ w2.T
    w2_bar = h.T @ prod
    prod_2 = h_bar * np.exp(-2 * np.abs(b1_sum)) * (1 + np.abs(h)) ** 2
    b1_bar = np.sum(prod_2, axis=0)
    w1_bar = x.T @ prod_2
    return w1_bar, b1_bar, w2_bar, b2_bar
