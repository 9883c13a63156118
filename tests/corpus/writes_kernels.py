"""Functions that write into their arguments: kernels with outputs, called once and in loops."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def square_into(x, out):
    out[:] = x * x


def product_into(a, b, out):
    for i in range(a.shape[0]):
        for j in range(b.shape[1]):
            out[i, j] = 0.0
            for k in range(a.shape[1]):
                out[i, j] += a[i, k] * b[k, j]


def smooth(a):
    a[1:-1] = 0.5 * a[1:-1] + 0.25 * (a[2:] + a[:-2])


def sharpen(a, rate):
    a *= 1.0 + rate * a
    return a


def step(src, dst, rate):
    dst[1:-1] = src[1:-1] + rate * src[1:-1] * (src[2:] - src[:-2])
    dst[0] = src[0]
    dst[-1] = src[-1]


def kick(q, p, dt):
    p -= dt * np.sin(q)


def drift(q, p, dt):
    q += dt * p


def scale_row(row, s):
    row *= s
    row[0] += s * s


def set_first(a, v):
    a[0] = v


def through_two_levels(a, v):
    set_first(a, v * 2.0)
    set_first(a[1:], v * a[0])


def kernel_with_output(x):
    out = np.empty_like(x)
    square_into(x, out)
    return out * x


def output_twice(x):
    out = np.zeros_like(x)
    square_into(x, out)
    square_into(out, out)
    return out


def product_kernel(a, b):
    c = np.empty((a.shape[0], b.shape[1]))
    product_into(a, b, c)
    return c * c


def mutated_in_a_loop(x, steps):
    a = x.copy()
    for _ in range(steps):
        smooth(a)
        a *= a
    return a


def mutated_and_returned(x, rate):
    a = x.copy()
    b = sharpen(a, rate)
    b[0] = 2.0 * a[1]
    return a * b


def ping_pong(x, rate, steps):
    a = x.copy()
    b = np.empty_like(x)
    for _ in range(steps):
        step(a, b, rate)
        step(b, a, rate)
    return np.sum(a * a)


def ping_pong_by_swap(x, rate, steps):
    a = x.copy()
    b = np.empty_like(x)
    for _ in range(steps):
        step(a, b, rate)
        a, b = b, a
    return np.sum(a * a)


def symplectic(q0, p0, dt, steps):
    q = q0.copy()
    p = p0.copy()
    for _ in range(steps):
        kick(q, p, dt)
        drift(q, p, dt)
    return 0.5 * p @ p - np.sum(np.cos(q))


def kernel_on_a_view(x, s):
    a = x.copy()
    scale_row(a[0], s)
    scale_row(a[:, 1], s * 2.0)
    return a * a


def kernel_on_rows_in_a_loop(x, s):
    a = x.copy()
    for i in range(a.shape[0]):
        scale_row(a[i], s + i)
    return a


def kernels_of_kernels(x, v):
    a = x.copy()
    through_two_levels(a, v)
    return a * a


def argument_mutated_by_callee(x):
    smooth(x)
    smooth(x)
    return x * x


def output_of_entry(x, out):
    square_into(x, out)
    out[0] += x[1]
    return out


def kernel_in_a_branch(x, flag):
    a = x.copy()
    if flag:
        smooth(a)
    else:
        set_first(a, a[1] * a[2])
    return a * a


def kernel_in_while(x):
    a = x.copy()
    n = 0
    while np.max(np.abs(a)) < 4.0 and n < 20:
        sharpen(a, 0.3)
        n += 1
    return a


def two_outputs(x):
    lo = np.empty_like(x)
    hi = np.empty_like(x)
    bounds(x, lo, hi)
    return lo * hi


def bounds(x, lo, hi):
    lo[:] = x - x * x
    hi[:] = np.exp(lo) + x


def workspace_reused(xs):
    buf = np.zeros(xs.shape[1])
    total = 0.0
    for x in xs:
        square_into(x, buf)
        smooth(buf)
        total += np.sum(buf * x)
    return total


CASES = [
    case(kernel_with_output, array(4), array(2, 3), tags="holomorphic"),
    case(output_twice, array(4), tags="holomorphic"),
    case(product_kernel, arrays((2, 3), (3, 2)), wrt=(0, 1)),
    case(mutated_in_a_loop, lambda rng: (rng.normal(size=5), 3), tags="holomorphic"),
    case(mutated_and_returned, arrays((3,), ()), lambda rng: (np.ones(3), 0.3), wrt=(0, 1)),
    case(ping_pong, lambda rng: (rng.normal(size=5), 0.1, 3), wrt=(0, 1), tags="holomorphic"),
    case(ping_pong_by_swap, lambda rng: (rng.normal(size=5), 0.1, 3), wrt=(0, 1)),
    case(symplectic, lambda rng: (*rng.normal(size=(2, 3)), 0.1, 5), wrt=(0, 1, 2)),
    case(kernel_on_a_view, lambda rng: (rng.normal(size=(2, 3)), 0.7), wrt=(0, 1)),
    case(kernel_on_rows_in_a_loop, lambda rng: (rng.normal(size=(3, 2)), 0.7), wrt=(0, 1)),
    case(kernels_of_kernels, arrays((3,), ()), lambda rng: (np.ones(3), 0.7), wrt=(0, 1)),
    case(argument_mutated_by_callee, array(5), array(4, 2), tags="holomorphic"),
    case(output_of_entry, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(
        kernel_in_a_branch,
        lambda rng: (rng.normal(size=4), True),
        lambda rng: (rng.normal(size=4), False),
        tags="holomorphic",
    ),
    case(kernel_in_while, array(3, low=0.4)),
    case(two_outputs, array(3), array(2, 2), tags="holomorphic"),
    case(workspace_reused, array(3, 5)),
]
