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
        r_prod = 2.0 * r
        # step = (r * r - x) / (2.0 * r)
        r_bar_ratio = r_bar / r_prod
        step = (r * r - x) / r_prod
        r_bar_ratio_prod = 2.0 * r_bar_ratio
        x_bar += r_bar_ratio
        r_bar = r_bar + r_bar_ratio_prod * step - r_bar_ratio_prod * r
    x_bar += r_bar
    return x_bar
