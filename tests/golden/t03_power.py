def power_grad(x, n):
    # forward
    y = 1.0
    y_tape = []
    for i in range(n):
        y_tape.append(y)
        y = y * x
    # reverse
    y_bar = 1.0
    x_bar = 0.0
    for y in reversed(y_tape):
        # y = y * x
        x_bar += y_bar * y
        y_bar = y_bar * x
    return x_bar
