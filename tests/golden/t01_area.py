def area_grad(a, b, c, f):
    # forward
    product = a * b
    shifted = product + c
    # reverse
    # product = a * b
    b_bar = f * a
    a_bar = 1.0 + f * b
    return a_bar, b_bar, f, shifted
