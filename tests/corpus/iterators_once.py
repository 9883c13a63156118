"""Each element of an iterator is taken once, when it is asked for: what a program sees of that."""

import itertools

import numpy as np

from tests.corpus.registry import array, case


def cubes(x):
    for v in x:
        yield v * v * v


def couples(items):
    it = iter(items)
    for first in it:
        yield first, next(it, 1.0)


class Source:
    def __init__(self, items):
        self.left = map(lambda v: v * v, items)
        self.total = 0.0

    def pull(self):
        self.total = self.total + next(self.left)
        return self.total


def taken_here_and_there(x):
    made = cubes(x)
    scale = next(made)
    total = 0.0
    for v in made:
        total = total * scale + v
    squares = (v * v for v in x)
    for k in range(3):
        total += (k + 1) * next(squares)
    numbered = enumerate(x)
    _, _ = next(numbered)
    k, v = next(numbered)
    return total + sum(squares) * k * v + sum(squares)


def one_iterator_for_two_loops(x):
    it = map(np.sin, x)
    total = 0.0
    for v in it:
        for w in it:
            total += v * w
            if w < 0.2:
                break
    both = iter(x)
    for v, w in zip(both, both, strict=False):
        total = total * 2.0 + v * w * w
    return total


def left_and_taken_up_again(x):
    it = (np.exp(v) for v in x)
    total = 0.0
    for v in it:
        total += v
        if v > 1.0:
            break
    else:
        total = -1.0
    for v in it:
        total += v * v
    numbers = iter([1, 2, 3, 4])
    found = 2 in numbers
    return total * found + sum(numbers) * x[0]


def kept_on_an_object(x):
    source = Source(x)
    total = 0.0
    for v in x:
        if v > 0:
            total = total * 0.5 + source.pull() * v
    return total + source.total


def handed_to_helpers(x):
    def first(it):
        return next(it)

    def rest(it):
        return sum(v * v for v in it)

    it, other = iter(x), map(np.cos, x)
    total = first(it) * first(other) + rest(it) * first(other)
    return total + rest(other) + rest(it)


def chosen_from_a_dict(x):
    sources = {"a": iter(x), "b": (v * v for v in x)}
    total = next(sources["a"]) * next(sources["b"])
    return total + next(sources["a"]) * next(sources["b"])


def unpacked(x):
    (a, b), *others = couples(x)
    first, *rest = (v * v for v in x)
    p, q, r, s = map(np.sin, x)
    return a * b + others[0][1] * first + sum(rest) * p * q + r * s


def reads_late(x):
    scale, items = 2.0, [x[0], x[1]]
    products = (v * scale for v in items)
    mapped = map(lambda v: v * scale, items)
    joined, backwards = itertools.chain(items, x), reversed(items)
    scale = x[2]
    items[1] = x[3] * 3.0
    total = sum(products) + sum(mapped)
    items.append(x[0])
    return total + sum((k + 1) * v for k, v in enumerate(joined)) + next(backwards)


def first_iterable_at_once(x):
    y = x
    made = (v * y[0] for v in y)
    y = x * 3.0
    return sum(made)


def changed_by_the_loop(x):
    weight, total = 1.0, 0.0
    for v in map(lambda w: w * weight, x):
        total += v
        weight *= x[1]
    for k, v in enumerate(w * weight for w in x):
        total += v * k
        weight *= 0.5
    return total


def stops_early(x):
    seen = []

    def noted(v):
        seen.append(v)
        return v > 0.5

    total = 1.0 if any(noted(v) for v in x) else 2.0
    total += 1.0 if all(map(noted, x)) else 2.0
    total += next((v for v in x if noted(v)), 0.25)
    map(noted, x)
    for flag in map(noted, x):
        if flag:
            break
    return total * sum((k + 1) * v for k, v in enumerate(seen))


def in_turn(x):
    seen = []

    def noted(v):
        seen.append(v)
        return v * v

    total = sum(v * w for v, w in zip(map(noted, x), [2.0, 3.0], strict=False))
    total += max(map(noted, x[:2]))
    total += sum(map(lambda v: noted(v) * seen[0], map(noted, x)))
    return total + sum((k + 1) * v for k, v in enumerate(seen))


def asked_once(x):
    seen = []

    def key(v):
        seen.append(v)
        return -v

    items = [x[0], x[1], x[2]]
    total = max(items, key=key) + sorted(items, key=key)[0] * 2.0 + min(x, key=key)
    items.sort(key=key)
    return total * items[0] + sum(seen) * len(seen)


def views_are_live(x):
    d = {"p": x[0], "q": x[1]}
    keys, values, items = d.keys(), d.values(), d.items()
    d["p"] = x[2] * x[3]
    d["r"] = x[0] * 2.0
    total = sum(values) + sum(d[k] for k in keys) + sum(v * v for _, v in items)
    return total * len(items) * (2.0 if "r" in keys else 1.0)


def evaluated_in_order(x):
    seen = []

    def noted(v, key):
        seen.append(v)
        return key

    d = {noted(x[0], "a"): noted(x[1], x[2])}
    return d["a"] + sum((k + 1) * v for k, v in enumerate(seen))


def counted_and_cycled(x):
    numbers, signs = itertools.count(1.5, 0.5), itertools.cycle([1.0, -1.0])
    total = 0.0
    for v in x:
        total += next(numbers) * next(signs) * v * v
    ahead, behind = itertools.tee(v * v for v in x)
    next(ahead)
    return total * next(numbers) + sum(v * w * w for v, w in zip(ahead, behind, strict=False))


def parts_of_one(x):
    it = iter(x)
    total = sum(itertools.islice(it, 2)) * 3.0
    total += sum(v * v for v in itertools.takewhile(lambda v: v > -9.0, it))
    neighbours = itertools.pairwise(x)
    a, b = next(neighbours)
    c, d = next(neighbours)
    return total + a * b + c * d * 2.0 + sum(v * w for v, w in neighbours)


def until_it_stops(x):
    it, total = iter(x), 0.0
    while True:
        try:
            v = next(it)
        except StopIteration:
            break
        total = total * 0.5 + v * v
    again = iter(x)
    while (w := next(again, None)) is not None:
        total += w**3
    return total


def bound_in_a_comprehension(x):
    last = x[0]
    powers = [last := last * v + 0.5 for v in x]
    total = sum((last := last + v * v) for v in x)
    table = [[last := last + v * w for v in x[:2]] for w in x[:2]]
    if any((found := v) > 0.3 for v in x):
        total *= found
    return total + sum(powers) + last * sum(table[1])


CASES = [
    case(f, array(4, low=-0.9, high=1.4))
    for f in (
        taken_here_and_there,
        one_iterator_for_two_loops,
        left_and_taken_up_again,
        handed_to_helpers,
        chosen_from_a_dict,
        unpacked,
        reads_late,
        first_iterable_at_once,
        changed_by_the_loop,
        stops_early,
        in_turn,
        asked_once,
        views_are_live,
        evaluated_in_order,
        counted_and_cycled,
        parts_of_one,
        until_it_stops,
        bound_in_a_comprehension,
    )
] + [case(kept_on_an_object, array(4, low=-0.9, high=1.4), array(4, low=0.1))]
