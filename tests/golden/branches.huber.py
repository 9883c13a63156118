import numpy as np


def huber_grad(r, delta):
    # forward
    a = abs(r)
    is_less_a = a <= delta
    if not is_less_a:
        a_diff = a - 0.5 * delta
    # reverse
    if is_less_a:
        r_bar = r
        delta_bar = a_bar = 0.0
    else:
        # return delta * (a - 0.5 * delta)
        delta_bar = a_diff - 0.5 * delta
        r_bar = 0.0
        a_bar = delta
    # a = abs(r)
    r_bar += a_bar * np.sign(r)
    return r_bar, delta_bar
