"""What a value is beside its number: its class, its identity, its text, what it is equal to."""

import enum

import numpy as np

from tests.corpus.registry import array, arrays, case, floats


class Side(enum.IntEnum):
    LEFT = 0
    RIGHT = 1


class Mode(enum.StrEnum):
    PLAIN = "plain"
    SQUARE = "square"


class Parts(enum.Flag):
    FIRST = 1
    SECOND = 2


def identity_of_truth(x, y):
    above = x > 1.0
    weight = 2.0 if above is True else 3.0
    return x * y * weight if (y > 1.0) is not False else x


def numpy_truth_is_not_true(x, y):
    above = x[0] > -9.0
    return np.sum(x * y) * (2.0 if above is True else 3.0)


def compared_with_none(x, y):
    found = None if x > 1.0 else y
    same = found == "nothing"
    return x * y * (5.0 if same else 2.0) + (y if found != x else 0.0)


def extremes_keep_their_class(x, y):
    n, m = min(2, 2.0), max(1.0, True)
    return x * (2.0 if type(n) is int else 3.0) + y * (2.0 if isinstance(m, float) else 3.0)


def class_that_all_paths_share(x, y):
    n = 1 if x > 1.0 else 2.5
    m = n * 2.0
    known = isinstance(n, (int, float)) and isinstance(m, float) and not isinstance(n, str)
    return x * y * m if known else y


def largest_of_pairs(x, y):
    pairs = [(x, 1), (y, 2)]
    top, bottom = max(pairs), min(pairs[0], pairs[1])
    return top[0] * top[1] + x * bottom[1] + max([x, 2.0], [y, 3.0])[1]


def largest_of_many_pairs(x, y):
    pairs = []
    for k in range(len(x)):
        pairs.append((x[k] * y[k], k))
    value, place = max(pairs)
    return value * y[place]


def sums_of_containers(x, y):
    none = []
    lists = sum([[x], [y, x * y]], none)
    tuples = sum([(x,), (y,)], ())
    return lists[2] * tuples[0] + len(lists) * tuples[1]


def bools_of_python_and_numpy(x, y):
    both = True + np.True_
    return x * both + y * (True + True) + x * (np.True_ & True) - y * (False - True)


def members_of_enumerations(x, y):
    values = [x, y]
    total = values[Side.RIGHT] * (Side.RIGHT + 2) + max(Side.RIGHT, 0) * x
    for k in range(Side.RIGHT):
        total = total + k * x + values[k]
    chosen = Parts.FIRST | Parts.SECOND
    known = Mode("square") is Mode.SQUARE and Mode.PLAIN == "plain"
    return total * (2.0 if known else chosen.value)


def squared(v):
    return v * v


def doubled(v):
    return 2.0 * v


def chosen_by_path(x, y):
    mode = Mode.PLAIN if x > 1.0 else Mode.SQUARE
    side = Side.LEFT if y > 1.0 else Side.RIGHT
    apply = squared if mode == "square" else doubled
    again = np.sin
    for k in range(2):
        if k * x > 0.5:
            again = np.cos
    return apply(x) * again(y) * (side + 1) + [x, y][side] * (mode is Mode.PLAIN)


def text_of_numbers(x, y):
    text = f"{2:03d}" + " ".join(["a", "bc"]) + str(Side.LEFT)
    try:
        weight = float("2.5 m")
    except ValueError:
        weight = float("2.5") + int("11", 2)
    return x * len(text) + y * weight


def names_of_exceptions(x, y):
    error = 1.0
    try:
        if x > 1.0:
            raise ValueError("large")
        z = x * y * error
    except ValueError as error:
        z = y
    try:
        return z * missing
    except NameError:
        return z * z


def exits_past_else(x, y):
    total = 1.0
    for k in range(len(x)):
        try:
            if y[k] > 0.0:
                break
            if k == 1:
                continue
        except ValueError:
            total = 0.0
        else:
            total = total * x[k] + y[k]
    return total


def errors_inside_handlers(x, y):
    try:
        try:
            if x > 1.0:
                raise KeyError("large")
            z = x * y
        except TypeError:
            z = 0.0
        else:
            z = z * 3.0
    except (KeyError, IndexError):
        z = y * y
    return z * x


def returns_of_a_loop(x):
    for k in range(len(x)):
        if k:
            return 2.0 * x[0]
        elif x[0] > 0.0:
            return np.min(x)
    return x[0]


def places_in_tuples(x):
    rows = (0, 1)
    return np.sum(x[rows, (1, 0)] ** 2) + x[rows] * np.sum(x[(1, 0),])


def operators_by_their_names(x, y):
    scale = np.ones(3, device=x.device)
    try:
        scale.label = "weights"
    except AttributeError:
        scale = scale * 2.0
    return np.sum(x.__truediv__(y.__abs__().__add__(1.0)) * scale)


PAIRS = (floats(0.7, 1.2), floats(1.3, 0.4))
VECTORS = arrays((3,), (3,))


def arrays_of_literal_tuples(x, y):
    weights = np.array((1.0, 0.0, 2.5)) * np.asarray((1, 2, 3))
    chosen = np.where((True, False, True), x * y, 0.5)
    return np.sum(x * weights * chosen) + np.sum(np.where([True, False, True], x, y) ** 2)


CASES = [
    case(identity_of_truth, *PAIRS, wrt=(0, 1)),
    case(numpy_truth_is_not_true, VECTORS, wrt=(0, 1)),
    case(compared_with_none, *PAIRS, wrt=(0, 1)),
    case(extremes_keep_their_class, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(class_that_all_paths_share, *PAIRS, wrt=(0, 1)),
    case(largest_of_pairs, *PAIRS, wrt=(0, 1)),
    case(largest_of_many_pairs, VECTORS, wrt=(0, 1)),
    case(sums_of_containers, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(bools_of_python_and_numpy, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(members_of_enumerations, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(chosen_by_path, *PAIRS, wrt=(0, 1)),
    case(text_of_numbers, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(names_of_exceptions, *PAIRS, wrt=(0, 1)),
    case(exits_past_else, VECTORS, arrays((4,), (4,), low=-1.0, high=-0.1), wrt=(0, 1)),
    case(errors_inside_handlers, *PAIRS, wrt=(0, 1)),
    case(returns_of_a_loop, array(3), array(3, low=0.2)),
    case(places_in_tuples, array(2, 3)),
    case(arrays_of_literal_tuples, *PAIRS, wrt=(0, 1), tags="holomorphic"),
    case(operators_by_their_names, arrays((3,), (3,), low=0.3), wrt=(0, 1), tags="newest"),
]
