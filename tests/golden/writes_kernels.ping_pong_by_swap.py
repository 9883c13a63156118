import numpy as np


def copied_parts(parts, *keys):
    """The tuple with copies of the arrays in some places."""
    return tuple([x.copy() if k in keys and x is not None else x for k, x in enumerate(parts)])


def step_rev(saved, rate, dst_bar, src_bar):
    # reverse
    src_part, rate_prod, src_diff = saved
    # dst[-1] = src[-1]
    src_bar[-1] += dst_bar[-1]
    dst_bar[-1] = 0.0
    # dst[0] = src[0]
    src_bar[0] += dst_bar[0]
    dst_bar[0] = 0.0
    # dst[1:-1] = src[1:-1] + rate * src[1:-1] * (src[2:] - src[:-2])
    dst_bar_prod = dst_bar[1:-1] * src_diff
    dst_bar_prod_2 = dst_bar[1:-1] * rate_prod
    src_bar[:-2] -= dst_bar_prod_2
    src_bar[2:] += dst_bar_prod_2
    rate_bar = dst_bar_prod @ src_part
    src_bar[1:-1] += dst_bar[1:-1] + dst_bar_prod * rate
    dst_bar[1:-1] = 0.0
    return src_bar, dst_bar, rate_bar


def step_fwd(src, dst, rate):
    rate_prod = rate * src[1:-1]
    src_diff = src[2:] - src[:-2]
    dst[1:-1] = src[1:-1] + rate_prod * src_diff
    dst[0] = src[0]
    dst[-1] = src[-1]
    return dst, (src[1:-1], rate_prod, src_diff)


def ping_pong_by_swap_grad(x, rate, steps):
    # forward
    a = x.copy()
    b = np.empty_like(x)
    step_saved_tape = []
    for _ in range(steps):
        b, step_saved = step_fwd(a, b, rate)
        step_saved_tape.append(copied_parts(step_saved, 0))
        a, b = b, a
    # reverse
    # return np.sum(a * a)
    a_bar = 2.0 * a
    b_bar = a_bar
    a_bar = np.zeros_like(x)
    rate_bar = 0.0
    for step_saved in reversed(step_saved_tape):
        # step(a, b, rate)
        a_bar, b_bar, rate_bar_2 = step_rev(step_saved, rate, b_bar, a_bar)
        rate_bar += rate_bar_2
        b_bar, a_bar = a_bar, b_bar
    return b_bar, rate_bar
