import numpy as np


def sum_of_outer(us, vs, like):
    """The sum of `np.outer(u, v)` over pairs of vectors: a matrix of the shape of `like`."""
    return np.array(us).T @ np.array(vs) if us else np.zeros_like(like)


def recurrent_grad(w, u, b, xs):
    # forward
    h = np.zeros(w.shape[0])
    h_tape = []
    h_pre_tape = []
    for x in xs:
        h_tape.append(h)
        h_pre = w @ h + u @ x + b
        h_pre_tape.append(h_pre)
        h = np.tanh(h_pre)
    # reverse
    # return h @ h
    h_bar = 2.0 * h
    # for x in xs:
    left = []
    right = []
    right_2 = []
    b_bar = np.zeros_like(b)
    for x, h_in, h_pre in zip(reversed(xs), reversed(h_tape), reversed(h_pre_tape)):
        # h = np.tanh(w @ h + u @ x + b)
        prod = h_bar * np.exp(-2 * np.abs(h_pre)) * (1 + np.abs(h)) ** 2
        b_bar += prod
        left.append(prod)
        right.append(x)
        h_bar = w.T @ prod
        right_2.append(h_in)
        h = h_in
    w_bar = sum_of_outer(left, right_2, w)
    u_bar = sum_of_outer(left, right, u)
    return w_bar, u_bar, b_bar
