import numpy as np


def logistic_regression_grad(w, b, x, y):
    # forward
    z = x @ w + b
    exp_z = np.exp(-z)
    p_pre = 1.0 + exp_z
    p = 1.0 / p_pre
    # reverse
    # return -np.mean(y * np.log(p) + (1.0 - y) * np.log(1.0 - p)) + 0.01 * w @ w
    w_bar = 0.02 * w
    p_bar = (1.0 - y) / y.size / (1.0 - p)
    p_bar -= y / y.size / p
    # p = 1.0 / (1.0 + np.exp(-z))
    p_pre_ratio = p_bar / p_pre / p_pre
    z_bar = p_pre_ratio * exp_z
    # z = x @ w + b
    b_bar = p_pre_ratio @ exp_z
    w_bar += x.T @ z_bar
    return w_bar, b_bar
