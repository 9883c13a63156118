"""Objects, lists, dicts and arrays that a loop hands on under other names, written on the way."""

import numpy as np

from tests.corpus.paths_branches import Bin, total
from tests.corpus.registry import Maker, case


class Link:
    """An element of a chain."""

    def __init__(self, value, after=None):
        self.value = value
        self.after = after


def two_names_change_places(a, b, n):
    p, q = Bin(a), Bin(b)
    now, then = p, q
    for k in range(n):
        now.level = now.level * (k + 2.0) + then.level
        now, then = then, now
    return total(p, q) + now.level


def buffers_change_places(a, b, n):
    old, new = np.array([a, b, a * b]), np.zeros(3)
    first = old
    for _ in range(n):
        new[1:] = old[:-1] * old[1:]
        new[0] = old[-1]
        old, new = new, old
    return np.sum(old * np.array([1.0, 2.0, 3.0])) + 5.0 * first[1]


def lists_change_places(a, b, n):
    even, odd = [a], [b]
    here, there = even, odd
    for _ in range(n):
        here.append(here[-1] * there[-1])
        here, there = there, here
    return sum(even) + 3.0 * sum(odd)


def object_before_the_last(a, b, n):
    bins = [Bin(a), Bin(b), Bin(a * b)]
    before = None
    for one in bins:
        if before is not None:
            before.level = one.level * before.level
            one.marks[0] = before.marks[1]
        before = one
    before.row[1] = a
    return total(*bins)


def object_where_a_loop_was_left(a, b, n):
    bins = [Bin(a), Bin(b), Bin(a * b)]
    for one in bins:
        if one.level > 0.9:
            break
    one.level = a * b
    one.marks.append(b)
    return total(*bins)


def walk_along_a_chain(a, b, n):
    last = Link(a * b)
    middle = Link(b, last)
    first = Link(a, middle)
    here = first
    while here is not None:
        here.value = here.value * 2.0
        if here.after is not None:
            here.after.value = here.after.value + here.value
        here = here.after
    return first.value + 3.0 * middle.value + 5.0 * last.value


def chain_that_is_turned_round(a, b, n):
    first = Link(a, Link(b, Link(a * b)))
    done = None
    here = first
    while here is not None:
        here.after, done, here = done, here, here.after
    first.value = first.value * a
    return done.value + 3.0 * done.after.value + 5.0 * done.after.after.value


def best_so_far(a, b, n):
    p, q = Bin(a), Bin(b)
    best = p
    for k in range(n):
        if q.level > best.level:
            best = q
        best.level = best.level - 0.3 * (k + 1.0) * a
        p.level = p.level + 0.1
    return total(p, q, best)


def dict_until_another_is_better(a, b, n):
    p, q = {"v": a}, {"v": b}
    chosen = p
    for _ in range(n):
        chosen["v"] = chosen["v"] * b
        if chosen["v"] < a:
            chosen = q
    return p["v"] + 3.0 * q["v"] + 5.0 * chosen["v"]


def one_of_a_list_by_a_counter(a, b, n):
    bins = [Bin(a), Bin(b)]
    for k in range(n):
        one = bins[k % 2]
        one.level = one.level * (k + 1.0)
        bins[-1].marks[0] = one.level
    return total(*bins)


def attribute_moved_on_at_each_turn(a, b, n):
    p, q = Bin(a), Bin(b)
    rows = p.row, q.row
    for k in range(n):
        p.row[k % 2] = p.row[k % 2] * q.row[0]
        p.row, q.row = q.row, p.row
    return total(p, q) + rows[0][1] * rows[1][0]


def object_made_anew_at_some_turns(a, b, n):
    now = Bin(a)
    seen = 0.0
    for k in range(n):
        if now.level > b:
            now = Bin(0.5 * b)
        now.level = now.level + a * (k + 1.0)
        seen = seen + now.level * now.marks[0]
    return seen + total(now)


def turns(*values: float) -> Maker:
    return lambda rng: (*values, 3)


CASES = [
    case(f, turns(0.7, 1.3), turns(1.4, 0.6), turns(-0.8, 0.95), wrt=(0, 1))
    for f in (
        two_names_change_places,
        buffers_change_places,
        lists_change_places,
        object_before_the_last,
        object_where_a_loop_was_left,
        walk_along_a_chain,
        chain_that_is_turned_round,
        best_so_far,
        dict_until_another_is_better,
        one_of_a_list_by_a_counter,
        attribute_moved_on_at_each_turn,
        object_made_anew_at_some_turns,
    )
]
