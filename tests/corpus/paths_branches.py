"""Objects, lists, dicts and arrays that a branch chooses, written under one of their names."""

import numpy as np

from tests.corpus.registry import array, case, floats


class Bin:
    """Something with a number, a list and an array."""

    def __init__(self, level, mark=1.0):
        self.level = level
        self.marks = [level, mark]
        self.row = np.array([level, 2.0 * level])

    def raise_by(self, step):
        self.level = self.level + step
        self.marks.append(step)
        return self


def total(*bins):
    found = 0.0
    for k, one in enumerate(bins):
        found = found + (k + 1.0) * (one.level + 3.0 * sum(one.marks) + 5.0 * np.sum(one.row))
    return found


def object_bound_in_both_arms(a, b):
    p, q = Bin(a), Bin(b)
    if a > b:
        chosen = p
    else:
        chosen = q
    chosen.level = a * b
    chosen.marks.append(b)
    chosen.row[1] = a * a
    return total(p, q, chosen)


def object_by_a_conditional_expression(a, b):
    p, q = Bin(a), Bin(b)
    chosen = p if a > 0.0 else q
    p.level *= 3.0
    return chosen.level * q.level + total(p, q)


def part_of_a_chosen_object(a, b):
    p, q = Bin(a), Bin(b)
    marks = (p if b > a else q).marks
    marks[0] = a * b
    return total(p, q)


def method_of_a_chosen_object(a, b):
    p, q = Bin(a), Bin(b)
    (p if a > b else q).raise_by(a * b).raise_by(b)
    return total(p, q)


def chosen_twice(a, b):
    p, q, r = Bin(a), Bin(b), Bin(a * b)
    one = p if a > 0.0 else q
    other = one if b > 0.5 else r
    other.level = other.level * one.level
    one.marks[1] = b
    return total(p, q, r)


def choose(bins, a):
    if a > 0.0:
        return bins[0]
    return bins[-1]


def object_that_a_helper_chooses(a, b):
    bins = [Bin(a), Bin(b)]
    found = choose(bins, a - b)
    found.level = found.level**2
    other = choose(bins, b)
    other.row *= a
    return total(*bins)


def none_or_an_object(a, b):
    p, found = Bin(b), None
    if a > 0.0:
        found = p
    p.level = p.level * a
    if found is not None:
        found.marks.append(a)
        return total(p, found)
    return total(p)


def new_or_old_list(a, b):
    rows = [a, b]
    kept = [a * b] if a > b else rows
    rows.append(a)
    kept[0] = kept[0] * 2.0
    return sum(rows) + 3.0 * sum(kept)


def list_that_is_extended_by_its_other_name(a, b):
    first, second = [a], [b, b]
    long = first if a < b else second
    long += [a * b]
    second.extend(first)
    return sum(k * v for k, v in enumerate([*first, *second, *long]))


def dict_of_one_of_two(a, b):
    p, q = {"u": a, "w": b}, {"u": b, "w": a * b}
    chosen = q if a > b else p
    chosen["u"] = chosen["w"] * 3.0
    p.update(w=a)
    return p["u"] * q["w"] + 2.0 * chosen["u"] * chosen["w"]


def dict_that_two_names_share_on_one_path(a, b):
    table = {"u": [a], "w": [b]}
    if a > 0.0:
        table["w"] = table["u"]
    table["u"].append(a * b)
    return sum(table["u"]) + 7.0 * sum(table["w"])


def attributes_exchanged_on_one_path(a, b):
    p, q = Bin(a), Bin(b)
    row = p.row
    if b > a:
        p.row, q.row = q.row, p.row
    p.row[0] = a * b
    row *= 2.0
    return total(p, q) + row[0] * q.row[1]


def array_of_one_of_two(a, b):
    u, w = np.array([a, b]), np.array([b, a * b])
    v = u if a > b else w[:]
    v[0] = a * a
    u *= b
    return v[0] * u[1] + w[0] * w[1]


def part_or_the_whole(a, b):
    u = np.array([a, b, a * b])
    v = u[1:] if a > 0.0 else u
    v *= 3.0
    u[-1] = v[0]
    return np.sum(u * u) + v[-1]


def identity_is_asked_for(a, b):
    p, q = Bin(a), Bin(b)
    chosen = p if a > b else q
    weight = 2.0 if chosen is p else 5.0
    if chosen is not q:
        q.level = a * chosen.level
    return weight * total(p, q)


def written_in_only_one_arm(a, b):
    p, q = Bin(a), Bin(b)
    inner = p.marks
    if a > b:
        p.level = b
        q.marks = p.marks
    inner.append(a * b)
    return total(p, q)


def chosen_by_a_closure(a, b):
    bins = {"low": Bin(a), "high": Bin(b)}

    def better():
        return bins["low"] if bins["low"].level > b else bins["high"]

    better().level = a * b
    best = better()
    best.marks[0] = best.level * a
    return total(*bins.values())


def largest_and_smallest(a, b):
    bins = [Bin(a), Bin(b), Bin(a * b)]
    max(bins, key=lambda one: one.level).marks.append(a)
    least = min(*bins, key=lambda one: one.row[1])
    least.row[0] = b
    return total(*bins) + least.level


def sorted_by_a_number(a, b):
    bins = [Bin(a), Bin(b), Bin(a * b)]
    ordered = sorted(bins, key=lambda one: one.level, reverse=True)
    ordered[0].level = ordered[1].level * ordered[2].level
    bins.sort(key=lambda one: one.row[0])
    bins[-1].marks[1] = a
    return total(*bins) + ordered[0].marks[1]


def two_names_for_what_a_path_makes(x):
    old, older = x.copy(), x * 0.5
    if x[0] > 0.0:
        first, second = old, older
    else:
        first = second = x * x
    first[0] += 1.0
    second[1] *= first[0]
    return old @ x + older @ x + first @ second


def kept_as_an_attribute_and_under_a_name(x):
    kept = x.copy()
    bin_of = Bin(x[2])
    if x[0] > 0.0:
        best = bin_of.row = kept
    else:
        best = x * 3.0
        bin_of.row = best
    best[0] *= 3.0
    bin_of.row[1] += best[0]
    return kept @ x + best @ bin_of.row


def tried(state, proposal):
    if proposal.sum() > state["now"].sum():
        state["now"], state["before"] = proposal, state["now"]
    else:
        proposal = state["now"]
    proposal[0] += 0.1
    return proposal


def accepted_or_left_as_it_is(x):
    state = {"now": x.copy(), "before": x * 0.9}
    total = 0.0
    for k in range(3):
        new = tried(state, state["now"] * (0.8 + 0.3 * k))
        new[1] *= 1.2
        state["before"][1] += new[0]
        total += new @ state["now"]
    return total + state["before"] @ x


PAIRS = floats(0.7, 1.3), floats(1.4, 0.6), floats(-0.8, 0.55)

CASES = [
    case(f, *PAIRS, wrt=(0, 1))
    for f in (
        object_bound_in_both_arms,
        object_by_a_conditional_expression,
        part_of_a_chosen_object,
        method_of_a_chosen_object,
        chosen_twice,
        object_that_a_helper_chooses,
        none_or_an_object,
        new_or_old_list,
        list_that_is_extended_by_its_other_name,
        dict_of_one_of_two,
        dict_that_two_names_share_on_one_path,
        attributes_exchanged_on_one_path,
        array_of_one_of_two,
        part_or_the_whole,
        identity_is_asked_for,
        written_in_only_one_arm,
        chosen_by_a_closure,
        largest_and_smallest,
        sorted_by_a_number,
    )
] + [
    case(f, array(3, low=0.2), array(3, high=-0.2))
    for f in (
        two_names_for_what_a_path_makes,
        kept_as_an_attribute_and_under_a_name,
        accepted_or_left_as_it_is,
    )
]
