import numpy as np


def recurrent_grad(w, u, b, xs):
    # forward
    h = np.zeros(w.shape[0])
    h_tape = []
    for x in xs:
        h_tape.append(h)
        h = np.tanh(w @ h + u @ x + b)
    # reverse
    # return h @ h
    h_bar = 2.0 * h
    b_bar = np.zeros_like(b)
    u_bar = np.zeros_like(u)
    w_bar = np.zeros_like(w)
    for x, h_in in zip(reversed(xs), reversed(h_tape)):
        # h = np.tanh(w @ h + u @ x + b)
        h_bar_prod = h_bar * (1 - h * h)
        b_bar += h_bar_prod
        u_bar += np.outer(h_bar_prod, x)
        h_bar = w.T @ h_bar_prod
        w_bar += np.outer(h_bar_prod, h_in)
        h = h_in
    return w_bar, u_bar, b_bar
