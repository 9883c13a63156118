import numpy as np


def huber_grad(r, delta):
    # forward
    a = abs(r)
    is_less_a = a <= delta
    if is_less_a:
        chosen_is_less_a = 0.5 * r
    else:
        chosen_is_less_a_2 = a - 0.5 * delta
    # reverse
    if is_less_a:
        # return 0.5 * r * r
        r_bar = chosen_is_less_a + 0.5 * r
        delta_bar = 0.0
        a_bar = 0.0
    else:
        # return delta * (a - 0.5 * delta)
        delta_bar = chosen_is_less_a_2 - 0.5 * delta
        r_bar = 0.0
        a_bar = delta
    # a = abs(r)
    r_bar += a_bar * np.conj(np.sign(r))
    return r_bar, delta_bar
