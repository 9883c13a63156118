def return_from_inner_loop_grad(x, limit):
    # forward
    y = x
    returned = False
    returned_tape = []
    y_tapes = []
    for i in range(4):
        returned = False
        y_tape = []
        for j in range(3):
            y = y * 1.2 + 0.1 * i
            y_tape.append(y)
            returned = y > limit
            if returned:
                break
        returned_tape.append(returned)
        y_tapes.append(y_tape)
        if returned:
            break
        y = y + 0.3 * x
    # reverse
    if returned:
        result_bar = 1.0
        y_bar = x_bar = 0.0
    else:
        result_bar = 0.0
        y_bar = 1.0
        x_bar = -1.0
    for returned, y_tape in zip(reversed(returned_tape), reversed(y_tapes)):
        if not returned:
            # y = y + 0.3 * x
            x_bar += 0.3 * y_bar
        for y in reversed(y_tape):
            if y > limit:
                # return y * y
                y_bar += 2.0 * result_bar * y
            # y = y * 1.2 + 0.1 * i
            y_bar = 1.2 * y_bar
            result_bar = 0.0
        result_bar = 0.0
    x_bar += y_bar
    return x_bar
