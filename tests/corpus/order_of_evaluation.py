"""What happens in which order: between iterators, within an expression, and in operators."""

from tests.corpus.registry import array, case


def halves(t, n):
    for _ in range(n):
        yield t
        t = t * 0.5


def noted(xs, t):
    xs.append(t)
    return t * len(xs)


def mixed(a, b=0.5, c=2.0):
    return a - b * c


class Amount:
    """Its `+=` gives another object, its `*=` the same one."""

    def __init__(self, v):
        self.v = v

    def __iadd__(self, t):
        return Amount(self.v + t)

    def __imul__(self, t):
        self.v = self.v * t
        return self


class Point:
    def __init__(self, v, w):
        self.v = v
        self.w = w
        self.items = [v, 2.0 * v]

    def grow(self, t):
        self.v = self.v + t
        self.items.append(t)
        return self.v


def operator_that_gives_another_object(x):
    a = Amount(x[0])
    first = a
    for t in x:
        a += t * t
        first.v = first.v * 1.5
    return a.v * 3.0 + first.v


def updated_by_loops_over_generators(x):
    a = Amount(x[0])
    for _ in range(2):
        for t, u in zip(halves(x[1], 3), halves(x[2], 3)):
            a *= t + u
        a += x[1]
    return a.v


def left_early_through_another(x):
    it = halves(x[0], 4)
    first = next((2.0 * t for t in it), 0.0)
    found = any(t < 10.0 for t in it)
    return first * sum(it) + (x[1] if found else 0.0)


def ended_by_a_short_one(x):
    it = halves(x[0], 4)
    total = sum(a * b for a, b in zip([x[1]], (t * t for t in it)))
    return total * sum(it)


def taken_by_the_loop_and_by_its_body(x):
    it = halves(x[0], 4)
    total = 0.0
    for t in (2.0 * u for u in it):
        total = total * t + next(it, 1.0)
    again = halves(x[1], 4)

    def more():
        return next(again, 0.5)

    for t in again:
        total = total * t + more()
    return total


def extended_by_itself(x):
    xs = [x[0], x[1]]
    xs.extend(xs[-1] * xs[-2] + x[2] for _ in range(3))
    xs += (xs[-1] - t for t in x)
    return xs[-1] * xs[3]


def starred_before_a_call(x):
    it = halves(x[0], 4)
    first = next(it)
    rest = [*it, next(it, x[1])]
    xs = [t * t for t in x]
    more = [x[2], *xs, noted(xs, x[1]), *xs]
    return first * rest[-1] + rest[0] * more[-1] * len(more)


def later_arguments_first(x):
    xs = [x[0]]
    total = sum((noted(xs, t) for t in x), noted(xs, x[1]))
    return total * mixed(c=noted(xs, x[2]), *(noted(xs, t) for t in (x[0], x[1])))  # noqa: B026


def read_before_it_is_changed(x):
    p = Point(x[0], x * 2.0)

    def change():
        for t in x:
            p.w[0] = p.w[0] + t
            if t > 0.7:
                p.w = p.w * 2.0
        return x[1]

    first, t, second = p.w, change(), p.w
    return first[0] * t + second[0]


def list_read_before_it_grows(x):
    p = Point(x[0], x)
    made = (p.grow(t) for t in halves(x[1], 3))
    items, numbers = p.items, list(made)
    return sum(items) * numbers[-1]


def iterator_of_a_path(x):
    if x[0] > 0.8:
        it = zip(x, [x[1], x[2] * 2.0, x[0]])
    else:
        it = zip([2.0, x[2], x[0]], x)
    squares = (t * t for t in x) if x[2] > 0.8 else iter(x)
    numbers = enumerate(x)
    if x[1] > 0.8:
        numbers = enumerate([x[0] * 2.0, x[1]])
    total = sum(squares)
    for k, t in list(numbers):
        total = total + (k + 1.0) * t
    for a, b in list(it):
        total = total * a + b
    return total


class Growing:
    """Adds to a list whenever it is asked for something."""

    def __init__(self, values):
        self.values = values

    @property
    def last(self):
        self.values.append(self.values[0] * 2.0)
        return self.values[-1]

    def __add__(self, other):
        self.values.append(other)
        return other

    def __getitem__(self, k):
        self.values.append(self.values[k] * 3.0)
        return self.values[k]


def starred_before_what_changes_it(x):
    values = [t for t in x if t > 0.0]
    grown = Growing(values)
    first = [*values, grown.last]
    second = [*values, grown + x[0]]
    third = [*values, grown[1]]
    total = sum((t * t for t in values), grown.last)
    for k, t in enumerate([*first, *second, *third]):
        total = total + k * t
    return total


SMALL, LARGE = array(3, low=0.2, high=0.7), array(3, low=0.9, high=1.4)

CASES = [
    case(operator_that_gives_another_object, SMALL),
    case(updated_by_loops_over_generators, SMALL),
    case(left_early_through_another, SMALL),
    case(ended_by_a_short_one, SMALL),
    case(taken_by_the_loop_and_by_its_body, SMALL),
    case(extended_by_itself, SMALL),
    case(starred_before_a_call, SMALL),
    case(later_arguments_first, SMALL),
    case(read_before_it_is_changed, SMALL, LARGE),
    case(list_read_before_it_grows, SMALL),
    case(iterator_of_a_path, SMALL, LARGE),
    case(starred_before_what_changes_it, SMALL),
]
