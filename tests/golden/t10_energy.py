import numpy as np


def energy_grad(x, w):
    # forward
    s_pre = w @ x
    s = np.sin(s_pre)
    # reverse
    # return s @ s
    s_bar = 2.0 * s
    # s = np.sin(w @ x)
    x_bar = w.T @ (s_bar * np.cos(s_pre))
    return x_bar
