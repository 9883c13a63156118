import numpy as np


def elif_chain_grad(x):
    # forward
    is_less_x = x < -1.0
    if not is_less_x:
        is_less_x_2 = x < 0.0
        if not is_less_x_2:
            is_less_x_3 = x < 1.0
            if not is_less_x_3:
                y = np.sqrt(x)
    # reverse
    if is_less_x:
        x_bar = -2.0
    elif is_less_x_2:
        # y = x * x
        x_bar = 4.0 * x
    elif is_less_x_3:
        # y = x**3
        x_bar = 6.0 * x**2
    else:
        # y = np.sqrt(x)
        x_bar = 1.0 / y
    return x_bar
