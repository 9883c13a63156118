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
    y_bar = 1.0
    for y in reversed(y_tape):
        if not y > 4.0:
            # z = z + y * y
            y_bar += 2.0 * y
        # y = y * 1.5
        y_bar = 1.5 * y_bar
    x_bar = y_bar + 1.0
    return x_bar
