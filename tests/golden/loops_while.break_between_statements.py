def break_between_statements_grad(x):
    # forward
    y = x
    y_tape = []
    for i in range(10):
        y = y * 1.5
        y_tape.append(y)
        if y > 4.0:
            break
    # reverse
    y_bar = z_bar = 1.0
    for y in reversed(y_tape):
        if not y > 4.0:
            # z = z + y * y
            z_bar_prod = z_bar * y
            y_bar = y_bar + z_bar_prod + z_bar_prod
        # y = y * 1.5
        y_bar = 1.5 * y_bar
    x_bar = y_bar + z_bar
    return x_bar
