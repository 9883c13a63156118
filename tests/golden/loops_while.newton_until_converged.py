def newton_until_converged_grad(x):
    # forward
    r = x
    step = 1.0
    r_tape = []
    while abs(step) > 1e-10:
        r_tape.append(r)
        step = (r * r - x) / (2.0 * r)
        r = r - step
    # reverse
    r_bar = 1.0
    x_bar = 0.0
    for r in reversed(r_tape):
        twice_r = 2.0 * r
        # step = (r * r - x) / (2.0 * r)
        r_bar_ratio = r_bar / twice_r
        step = (r * r - x) / twice_r
        twice_r_bar_ratio = 2.0 * r_bar_ratio
        x_bar += r_bar_ratio
        r_bar = r_bar + twice_r_bar_ratio * step - twice_r_bar_ratio * r
    x_bar += r_bar
    return x_bar
