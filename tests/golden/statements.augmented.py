def augmented_grad(x):
    # forward
    y = x + x * x
    y *= 2.0
    y -= x
    x_sum = 1.0 + x
    y /= x_sum
    # reverse
    # y **= 2
    y_bar = 2 * y
    # y /= 1.0 + x
    y_bar = y_bar / x_sum
    # y *= 2.0
    y_bar_2 = 4.0 * y / x_sum
    # y += x * x
    x_bar = y_bar_2 - (y_bar * y + y_bar) + 2.0 * y_bar_2 * x
    return x_bar
