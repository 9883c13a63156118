import math

import numpy as np


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def transform_rev(saved, re_bar, im_bar):
    # reverse
    groups_tape, im_tape, re_tape, stride_tape, im_next_shape = saved
    # while groups >= 1:
    im_bar_2 = np.zeros(im_next_shape)
    re_bar_2 = np.zeros_like(re_bar)
    im_next_bar = im_bar
    re_next_bar = re_bar
    for groups, im, re, stride in zip(
        reversed(groups_tape), reversed(im_tape), reversed(re_tape), reversed(stride_tape)
    ):
        for j in reversed(range(groups)):
            a = j * stride
            twice_a = 2 * a
            twice_a_sum = twice_a + stride
            twice_a_sum_2 = twice_a + 2 * stride
            # im_next[2 * a + stride : 2 * a + 2 * stride] = s * d_re + c * d_im
            # re_next[2 * a + stride : 2 * a + 2 * stride] = c * d_re - s * d_im
            # im_next[2 * a : 2 * a + stride] = im[a : a + stride] + im[b : b + stride]
            im_next_bar_part = im_next_bar[twice_a_sum:twice_a_sum_2]
            a_sum = a + stride
            re_part = re[a:a_sum]
            b = a + groups * stride
            b_sum = b + stride
            re_part_2 = re[b:b_sum]
            d_re = re_part - re_part_2
            summed = unbroadcast(im_next_bar_part, d_re)
            im_part = im[a:a_sum]
            im_part_2 = im[b:b_sum]
            d_im = im_part - im_part_2
            c_pre = math.pi * j / groups
            c = math.cos(c_pre)
            d_im_bar = unbroadcast(im_next_bar_part, d_im) * c
            sin_c_pre = math.sin(c_pre)
            re_next_bar_part = re_next_bar[twice_a_sum:twice_a_sum_2]
            d_im_bar += unbroadcast(re_next_bar_part, d_im) * sin_c_pre
            d_re_bar = unbroadcast(re_next_bar_part, d_re) * c - summed * sin_c_pre
            im_next_bar[twice_a_sum:twice_a_sum_2] = 0.0
            im_next_bar_part_2 = im_next_bar[twice_a:twice_a_sum]
            re_next_bar[twice_a_sum:twice_a_sum_2] = 0.0
            # re_next[2 * a : 2 * a + stride] = re[a : a + stride] + re[b : b + stride]
            re_next_bar_part_2 = re_next_bar[twice_a:twice_a_sum]
            # d_im = im[a : a + stride] - im[b : b + stride]
            sum_2 = unbroadcast(im_next_bar_part_2, im_part) + unbroadcast(d_im_bar, im_part)
            summed_d_im_bar = unbroadcast(d_im_bar, im_part_2)
            im_bar_2[b:b_sum] += unbroadcast(im_next_bar_part_2, im_part_2) - summed_d_im_bar
            im_bar_2[a:a_sum] += sum_2
            # d_re = re[a : a + stride] - re[b : b + stride]
            sum_3 = unbroadcast(re_next_bar_part_2, re_part) + unbroadcast(d_re_bar, re_part)
            summed_d_re_bar = unbroadcast(d_re_bar, re_part_2)
            re_bar_2[b:b_sum] += unbroadcast(re_next_bar_part_2, re_part_2) - summed_d_re_bar
            re_bar_2[a:a_sum] += sum_3
            # im_next[2 * a : 2 * a + stride] = im[a : a + stride] + im[b : b + stride]
            im_next_bar[twice_a:twice_a_sum] = 0.0
            # re_next[2 * a : 2 * a + stride] = re[a : a + stride] + re[b : b + stride]
            re_next_bar[twice_a:twice_a_sum] = 0.0
        im_next_bar, im_bar_2, re_next_bar, re_bar_2 = im_bar_2, im_next_bar, re_bar_2, re_next_bar
    return re_next_bar, im_next_bar


def transform_fwd(re, im):
    n = len(re)
    re_next = np.empty(n)
    im_next = np.empty(n)
    groups = n // 2
    stride = 1
    groups_tape = []
    im_tape = []
    re_tape = []
    stride_tape = []
    while groups >= 1:
        groups_tape.append(groups)
        stride_tape.append(stride)
        re_tape.append(re.copy())
        im_tape.append(im.copy())
        for j in range(groups):
            c_pre = math.pi * j / groups
            c = math.cos(c_pre)
            s = -math.sin(c_pre)
            a = j * stride
            b = a + groups * stride
            a_sum = a + stride
            b_sum = b + stride
            d_re = re[a:a_sum] - re[b:b_sum]
            im_part = im[a:a_sum]
            im_part_2 = im[b:b_sum]
            d_im = im_part - im_part_2
            twice_a = 2 * a
            twice_a_sum = twice_a + stride
            re_next[twice_a:twice_a_sum] = re[a:a_sum] + re[b:b_sum]
            im_next[twice_a:twice_a_sum] = im_part + im_part_2
            twice_a_sum_2 = twice_a + 2 * stride
            re_next[twice_a_sum:twice_a_sum_2] = c * d_re - s * d_im
            im_next[twice_a_sum:twice_a_sum_2] = s * d_re + c * d_im
        groups = groups // 2
        stride *= 2
        im, im_next, re, re_next = im_next, im, re_next, re
    return re, im, (groups_tape, im_tape, re_tape, stride_tape, im_next.shape)


def loss_grad(re, im, weights):
    """Weighted power spectrum."""
    # forward
    re, im, transform_saved = transform_fwd(re.copy(), im.copy())
    # reverse
    # return np.sum(weights * (re * re + im * im))
    twice_weights = 2.0 * weights
    im_bar = twice_weights * im
    re_bar = twice_weights * re
    # re, im = transform(re, im)
    re_bar, im_bar = transform_rev(transform_saved, re_bar, im_bar)
    return re_bar, im_bar
