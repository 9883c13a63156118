def branch_on_the_carried_value_grad(x):
    # forward
    y = x
    is_greater_y_tape = []
    for i in range(8):
        is_greater_y = y > 1.0
        is_greater_y_tape.append(is_greater_y)
        if is_greater_y:
            y = y - 0.7 * x
        else:
            y = y * 1.5 + 0.2
    # reverse
    y_bar = 1.0
    x_bar = 0.0
    for is_greater_y in reversed(is_greater_y_tape):
        if is_greater_y:
            # y = y - 0.7 * x
            x_bar -= 0.7 * y_bar
        else:
            # y = y * 1.5 + 0.2
            y_bar = 1.5 * y_bar
    x_bar += y_bar
    return x_bar
