"""Lists beside arrays, masks of numbers, and forms of calls that change what a function returns."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def lists_beside_arrays(x):
    y = x * [2.0] + [1.0, -1.0, 0.5, 2.0]
    return (y - (0.1, 0.2, 0.3, 0.4)) @ [1.0, 2.0, 3.0, 4.0] + np.sum([[1.0], [2.0]] * x)


def list_that_is_added(x):
    y = x * 2.0
    y *= [3.0]
    y += [x[0], 1.0, 2.0, x[1]]
    return y


def spread_list(x):
    wide, like = np.broadcast_arrays([x[0], x[1]], np.ones((3, 2)))
    return np.broadcast_to([x[0], x[2]], (3, 2)) * wide + like


def mask_of_numbers(x):
    y, z = x * 1.0, x * x
    np.place(y, np.array([1, 0, 2, 0]), 0.5)
    np.putmask(z, np.array([0, 0, 1, 3]), x)
    return y * z


def one_condition(x):
    return np.piecewise(x, x > 0.0, [lambda t: t * t, lambda t: 3.0 * t])


def lengths_of_axes(x):
    return x * np.size(x) + x * np.size(x, 1) + x * np.size(x, axis=0)


def builtins_as_functions(x):
    low, high = map(float, (x[0], x[1]))
    count, _ = map(int, (3.7, 1.2))
    return low * high + count * max(map(abs, [low, high]))


def stretched_in_a_sum(x, y):
    return np.einsum("ij,kj->ik", x, y) + np.einsum("ij,kj->ik", x[:, :1], y)


def deviation_of_equal_numbers(x):
    return np.sum(np.std(x[0] * np.ones((3, 2)), axis=0)) + np.std(x) + np.nanstd(x[:1])


def spacing_of_frequencies(d):
    return np.fft.fftfreq(5, d) * np.fft.rfftfreq(8, d=d)


def parts_are_a_list(x):
    parts = np.array_split(x, 3)
    same, more = parts, [x[:2], x] + np.split(x, [1])
    same[0] = parts[1] * more[2]
    parts.append(x * x)
    k = 2.0 if isinstance(parts, list) else 3.0
    last = more.pop()
    return k * parts[0][0] * np.concatenate(parts[1:]) + np.sum(last) * len(more)


def lists_or_tuples(x, y):
    """Since NumPy 2 tuples, lists before."""
    first, second = np.atleast_1d(x, y), np.meshgrid(x, y)
    third = np.broadcast_arrays(x, y[:, None])
    k = [2.0 if type(found) is list else 3.0 for found in (first, second, third)]
    rest, _ = np.meshgrid(x, y, sparse=True)
    return k[0] * first[0] + k[1] * second[0] * second[1] + k[2] * third[1] * third[0] + rest


class Tally:
    def __init__(self, total):
        self.total = total

    def __iadd__(self, amount):
        self.total = self.total + amount
        return self

    def __mul__(self, factor):
        return Tally(self.total * factor)


def objects_that_are_added_to(x):
    tally = Tally(x[0])
    same = tally
    tally += x[1]
    tally *= 3.0
    return tally.total * same.total


CASES = [
    case(lists_beside_arrays, array(4)),
    case(list_that_is_added, array(4)),
    case(spread_list, array(3)),
    case(mask_of_numbers, array(4)),
    case(one_condition, array(5)),
    case(lengths_of_axes, array(2, 3)),
    case(builtins_as_functions, array(2)),
    case(stretched_in_a_sum, arrays((3, 4), (2, 4)), wrt=(0, 1)),
    case(deviation_of_equal_numbers, array(4)),
    case(spacing_of_frequencies, lambda rng: (rng.uniform(0.2, 0.5),)),
    case(parts_are_a_list, array(5)),
    case(lists_or_tuples, arrays((3,), (2,)), wrt=(0, 1)),
    case(objects_that_are_added_to, array(2)),
]
