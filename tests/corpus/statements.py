"""Statements and expressions of Python that numeric code is made of."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats, numpy_scalars


def chained_comparison(x):
    if 0.0 < x < 1.0:
        return x * x
    elif -1.0 <= x <= 0.0:
        return -x
    return x * 3.0


def ternary(x, y):
    z = x if x > y else y
    return z * x


def nested_ternary(x):
    return x * x if x < 0.0 else x * 2.0 if x < 1.0 else np.log(x)


def both_conditions(x, y):
    if x > 0.0 and y > 0.0:
        return x * y
    if x > 0.0 or y > 0.0:
        return x + y
    if not x > -1.0:
        return x
    return y


def boolean_value(x, y):
    inside = x > 0.0 and not y > 1.0
    return x * y if inside else x - y


def value_of_or(x):
    y = x or 2.0
    return y * 3.0


def tuple_unpacking(x, y):
    a, b = x * y, x + y
    (c, d), e = (a, b), a * b
    return c * d + e


def swap(x, y):
    x, y = y, x * y
    x, y = y, x
    return x * x + y


def rotation_of_three(x, y, z):
    for _ in range(4):
        x, y, z = y, z, x * 0.5 + y
    return x + y * z


def augmented(x):
    y = x
    y += x * x
    y *= 2.0
    y -= x
    y /= 1.0 + x
    y **= 2
    return y


def augmented_in_loop(x):
    s = 0.0
    p = 1.0
    for i in range(4):
        s += x * i
        p *= s + 1.0
        s -= 0.1 * p
    return s * p


def asserted(x):
    assert x > 0.0, "must be positive"
    y = np.sqrt(x)
    assert y < 100.0
    return y * x


def raised(x):
    if x < 0.0:
        raise ValueError(f"negative: {x}")
    return np.sqrt(x)


def raised_in_loop(x):
    y = x
    for i in range(4):
        if y > 1e6:
            raise OverflowError("diverged")
        y = y * y + 0.1
    return y


def printed(x):
    y = x * x
    print("y is", y)
    return y * x


def printed_in_loop(x):
    y = x
    for i in range(2):
        print(f"step {i}: {y}", end="\n")
        y = y * x
    return y


def passes(x):
    pass
    for _ in range(2):
        pass
    if x > 100.0:
        pass
    return x * 2.0


def chained_targets(x):
    a = b = c = x * x
    b = b + a
    return a * b * c


def boolean_arithmetic(x, y):
    return (x > y) * x + (1 - (x > y)) * y * y


def boolean_arrays(x, y):
    both = (x > 0.0) & (y > 0.0)
    either = (x > 0.0) | ~(y > 0.0)
    return np.where(both, x * y, x) + np.where(either, y, x * x) + both * x


def string_formatting(x):
    label = f"{len('abc')}"
    assert label == "3"
    return x * len(label)


def starred_call(x, y):
    pair = (x, y)
    return np.hypot(*pair) * x


def several_outputs(x, y):
    return x * y, x + y


def deleted_name(x):
    t = x * x
    y = t + 1.0
    del t
    return y * x


def membership(x, n):
    if n in (1, 2, 3):
        return x * x
    return x


def float_division_of_integers(x, n):
    return x * (n / 2) + x * (n // 2) + x ** (n % 3) + x * (1 << n)


def _each(*values):
    return (*map(floats, values), *map(numpy_scalars, values))


PAIRS = (floats(0.7, 1.3), floats(1.3, 0.7), floats(-0.7, 1.3), floats(-0.7, -1.3))

CASES = [
    case(chained_comparison, *_each(0.7, -0.7, 1.7)),
    case(ternary, *PAIRS, wrt=(0, 1)),
    case(nested_ternary, *_each(-0.7, 0.7, 1.7)),
    case(both_conditions, *PAIRS, floats(-1.3, -0.7), wrt=(0, 1)),
    case(boolean_value, *PAIRS, wrt=(0, 1)),
    case(value_of_or, floats(0.7), numpy_scalars(0.7)),
    case(tuple_unpacking, floats(0.7, 1.3), arrays((3,), (2, 1)), wrt=(0, 1), tags="holomorphic"),
    case(swap, floats(0.7, 1.3), arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(rotation_of_three, floats(0.7, 1.3, 0.2), wrt=(0, 1, 2), tags="holomorphic"),
    case(augmented, floats(0.7), numpy_scalars(0.7), tags="holomorphic"),
    case(augmented_in_loop, floats(0.7), numpy_scalars(0.7), tags="holomorphic"),
    case(asserted, *_each(0.7), array(low=0.2)),
    case(raised, *_each(0.7), array(low=0.2)),
    case(raised_in_loop, *_each(0.7)),
    case(printed, *_each(0.7), array(3)),
    case(printed_in_loop, *_each(0.7)),
    case(passes, *_each(0.7)),
    case(chained_targets, *_each(0.7), array(3), tags="holomorphic"),
    case(boolean_arithmetic, *PAIRS, arrays((3,), (3,)), arrays((2, 1), (3,)), wrt=(0, 1)),
    case(boolean_arrays, arrays((5,), (5,)), arrays((2, 3), (2, 3)), wrt=(0, 1)),
    case(string_formatting, floats(0.7), tags="holomorphic"),
    case(starred_call, floats(0.7, 1.3), arrays((3,), (3,)), wrt=(0, 1)),
    case(
        several_outputs,
        floats(0.7, 1.3),
        arrays((3,), (3,)),
        arrays((2, 1), (3,)),
        wrt=(0, 1),
        tags="holomorphic",
    ),
    case(deleted_name, floats(0.7), tags="holomorphic"),
    case(membership, lambda rng: (0.7, 2), lambda rng: (0.7, 4), tags="holomorphic"),
    case(float_division_of_integers, lambda rng: (0.7, 5), tags="holomorphic"),
]
