"""`for` over ranges, arrays, lists, `enumerate`, `zip` and `reversed`."""

import numpy as np

from tests.corpus.registry import array, arrays, case, floats, numpy_scalars


def power(x, n):
    y = 1.0
    for i in range(n):
        y = y * x
    return y


def geometric_sum(x, n):
    total = 0.0
    term = 1.0
    for _ in range(n):
        total += term
        term *= x
    return total


def uses_the_counter(x):
    y = 0.0
    for i in range(1, 8, 2):
        y = y + i * x / (i + x)
    return y


def counting_down(x):
    y = x
    for i in range(6, 0, -2):
        y = np.sin(y) * i
    return y


def newton_square_root(x):
    r = x
    for _ in range(12):
        r = 0.5 * (r + x / r)
    return r


def loop_invariant(x, w):
    h = x
    scale = np.exp(w)
    for i in range(4):
        h = np.tanh(h * scale + w)
    return h


def over_elements(x):
    s = 0.0
    for v in x:
        s += v * v * v
    return s


def over_rows(x):
    h = np.zeros(x.shape[1])
    for row in x:
        h = np.tanh(0.5 * h + row)
    return h


def rnn(w, u, b, xs):
    h = np.zeros(w.shape[0])
    for x in xs:
        h = np.tanh(w @ h + u @ x + b)
    return h @ h


def over_enumerate(x):
    s = 0.0
    for i, v in enumerate(x):
        s = s + (i + 1.0) * v**2
    return s


def over_zip(x, y):
    s = 1.0
    for a, b in zip(x, y):
        s = s * (1.0 + 0.1 * a * b)
    return s


def over_enumerate_of_zip(x, y):
    s = 0.0
    for i, (a, b) in enumerate(zip(x, y)):
        s += a * b ** (i + 1)
    return s


def over_reversed(x):
    y = 0.0
    for c in reversed(x):
        y = y * 0.7 + c
    return y * y


def over_reversed_range(x):
    y = 0.0
    for i in reversed(range(len(x))):
        y = y * 0.7 + x[i] * i
    return y


def over_a_list(x):
    y = x
    for c in [2.0, 3.0, -1.0]:
        y = y * x + c
    return y


def over_a_tuple_of_values(x, y):
    s = 0.0
    for v in (x, y, x * y):
        s += v * v
    return s


def over_index(x):
    total = 0.0
    for i in range(len(x) - 1):
        total += 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2
    return total


def two_carried(x, n):
    a, b = x, 1.0
    for i in range(n):
        a, b = b * x + 0.1 * a, a - 0.3 * b
    return a * b


def zero_trips(x, n):
    y = x * x
    for i in range(n):
        y = y * x
    return y + x


def branch_inside(x):
    y = x
    for i in range(6):
        if i % 2 == 0:
            y = y * 1.1 + 0.3
        else:
            y = np.sin(y)
    return y


def branch_on_the_carried_value(x):
    y = x
    for i in range(8):
        if y > 1.0:
            y = y - 0.7 * x
        else:
            y = y * 1.5 + 0.2
    return y


def counter_used_afterwards(x):
    y = x
    for i in range(3):
        y = y * x
    return y * (i + 1)


def integer_becomes_float(x):
    s = 0
    for v in x:
        s += v * v
    return s


def grows_from_scalar_to_array(x):
    s = 0.0
    for i in range(3):
        s = s + x * i
    return s * x


def euler_step(y0, k, dt):
    y = y0
    for _ in range(5):
        y = y + dt * (-k * y + np.sin(y))
    return np.sum(y * y)


def leapfrog(q, p, dt, steps):
    for _ in range(steps):
        p = p - 0.5 * dt * np.sin(q)
        q = q + dt * p
        p = p - 0.5 * dt * np.sin(q)
    return 0.5 * np.sum(p * p) - np.sum(np.cos(q))


def power_iteration(a, v):
    for _ in range(4):
        w = a @ v
        v = w / np.sqrt(w @ w)
    return v @ a @ v


def overwritten_in_loop(x):
    y = x
    for i in range(3):
        y = x * (i + 1.0)
    return y * y


def value_captured_and_carried(x):
    y = x
    for i in range(3):
        y = y * x + x
    return y


def collected_in_a_list(x):
    out = []
    y = x
    for i in range(4):
        y = np.sin(y) + 0.1 * i
        out.append(y)
    return out[1] * out[3] + out[-2]


def _counted(value, *counts):
    return (
        *(lambda rng, n=n: (value, n) for n in counts),
        lambda rng: (np.float64(value), counts[-1]),
        lambda rng: (rng.uniform(0.5, 1.5, size=3), counts[-1]),
        lambda rng: (rng.uniform(0.5, 1.5, size=(2, 3)), counts[-1]),
    )


def _sequence(rng):
    w, u = 0.5 * rng.normal(size=(4, 4)), rng.normal(size=(4, 3))
    return w, u, rng.normal(size=4), rng.normal(size=(6, 3))


KINDS = (floats(0.6), numpy_scalars(0.6), array(low=0.2), array(3, low=0.2), array(2, 3, low=0.2))

CASES = [
    case(power, *_counted(1.3, 0, 1, 9), tags="holomorphic"),
    case(geometric_sum, *_counted(0.7, 0, 5), tags="holomorphic"),
    case(uses_the_counter, *KINDS, tags="holomorphic"),
    case(counting_down, *KINDS, tags="holomorphic"),
    case(newton_square_root, *KINDS, tags="holomorphic"),
    case(loop_invariant, floats(0.3, 0.4), arrays((3,), ()), arrays((2, 1), (3,)), wrt=(0, 1)),
    case(over_elements, array(4), array(1), array(0), array(2, 3), tags="holomorphic"),
    case(over_rows, array(4, 3), array(1, 2)),
    case(rnn, _sequence, wrt=(0, 1, 2, 3)),
    case(over_enumerate, array(4), array(3, 2), tags="holomorphic"),
    case(over_zip, arrays((4,), (4,)), arrays((3, 2), (3, 2)), wrt=(0, 1), tags="holomorphic"),
    case(over_enumerate_of_zip, arrays((4,), (4,)), wrt=(0, 1), tags="holomorphic"),
    case(over_reversed, array(4), array(3, 2), tags="holomorphic"),
    case(over_reversed_range, array(4), array(3, 2), tags="holomorphic"),
    case(over_a_list, *KINDS, tags="holomorphic"),
    case(over_a_tuple_of_values, floats(0.3, 0.4), arrays((3,), (3,)), wrt=(0, 1)),
    case(over_index, array(6), array(2), array(1)),
    case(two_carried, *_counted(0.7, 0, 1, 5), tags="holomorphic"),
    case(zero_trips, *_counted(0.7, 0, 3), tags="holomorphic"),
    case(branch_inside, *KINDS, tags="holomorphic"),
    case(branch_on_the_carried_value, floats(0.3), numpy_scalars(1.4), floats(0.9)),
    case(counter_used_afterwards, *KINDS, tags="holomorphic"),
    case(integer_becomes_float, array(4), array(3, 2), tags="holomorphic"),
    case(grows_from_scalar_to_array, array(3), array(2, 2), floats(0.4), tags="holomorphic"),
    case(euler_step, lambda rng: (rng.normal(size=3), 0.7, 0.1), floats(0.4, 0.7, 0.1)),
    case(leapfrog, lambda rng: (*rng.normal(size=(2, 3)), 0.1, 7), wrt=(0, 1, 2)),
    case(power_iteration, lambda rng: (rng.normal(size=(3, 3)), np.ones(3)), wrt=(0, 1)),
    case(overwritten_in_loop, *KINDS, tags="holomorphic"),
    case(value_captured_and_carried, *KINDS, tags="holomorphic"),
    case(collected_in_a_list, *KINDS, tags="holomorphic"),
]
