"""Fourier transform without bit reversal (T. G. Stockham, 1966), real and imaginary parts apart."""

import math

import numpy as np

WRT = ("re", "im")


def transform(re, im):
    n = len(re)
    re_next = np.empty(n)
    im_next = np.empty(n)
    groups = n // 2
    stride = 1
    while groups >= 1:
        for j in range(groups):
            c = math.cos(math.pi * j / groups)
            s = -math.sin(math.pi * j / groups)
            a = j * stride
            b = a + groups * stride
            d_re = re[a : a + stride] - re[b : b + stride]
            d_im = im[a : a + stride] - im[b : b + stride]
            re_next[2 * a : 2 * a + stride] = re[a : a + stride] + re[b : b + stride]
            im_next[2 * a : 2 * a + stride] = im[a : a + stride] + im[b : b + stride]
            re_next[2 * a + stride : 2 * a + 2 * stride] = c * d_re - s * d_im
            im_next[2 * a + stride : 2 * a + 2 * stride] = s * d_re + c * d_im
        re, re_next = re_next, re
        im, im_next = im_next, im
        groups //= 2
        stride *= 2
    return re, im


def loss(re, im, weights):
    """Weighted power spectrum."""
    re, im = transform(re, im)
    return np.sum(weights * (re * re + im * im))


def make_args(size, rng):
    n = {"small": 8, "bench": 1024}[size]
    return rng.normal(size=n), rng.normal(size=n), rng.uniform(size=n)
