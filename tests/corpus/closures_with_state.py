"""Functions that keep variables of their own from call to call, wherever they are called."""

import numpy as np

from tests.corpus.registry import array, case


def counter(start=0):
    n = start

    def tick(by=1):
        nonlocal n
        n += by
        return n

    return tick


def account(held):
    def get():
        return held

    def put(amount):
        nonlocal held
        held = held + amount * get()
        return held

    return get, put


class Turns:
    def __init__(self):
        self.tick = counter(2)
        self.n = 0

    def step(self):
        self.n += 1
        return self.n * self.tick()


def counted_in_loops(x):
    tick, other = counter(), counter(10)
    total = 0.0
    for v in x:
        if v > 0.0:
            total += tick() * v * v
        else:
            total += other(2) * v
    while tick() < 8:
        total = total * x[0] + 1.0
    return total * tick() + other()


def shared_by_two(x):
    (get, put), (other, put_other) = account(x[0]), account(x[1])
    for v in x:
        put(v)
        put_other(get())
        if other() > 2.0:
            put(-0.5)
    return get() + 10.0 * other()


def kept_in_containers(x):
    ticks, by_name = [counter(), counter(5)], {"a": counter(), "b": counter(3)}
    turns = Turns()
    total = 0.0
    for tick in ticks:
        total += tick() * x[0]
    for v in x:
        total += ticks[0]() * v + by_name["b"](2) * v * v + turns.step() * v
    return total * by_name["a"]() + ticks[1]()


def objects_as_defaults(x):
    step = lambda turns=Turns(), seen=np.zeros(2): (turns.step(), seen)

    def push(v, kept=[]):
        kept.append(v)
        return sum(kept)

    total = 0.0
    for v in x:
        if v > 0.0:
            total += step()[0] * v * v
    step()[1][0] = x[1]
    for v in x:
        total += push(v) * v
    return total * step()[0] + step()[1][0]


def loop_variables_late(x):
    late, kept = [], []
    for k in range(3):
        late.append(lambda v: v * k)
        kept.append(lambda v, k=k: v * k)
    made = [lambda v: v * k for k in range(4)]
    total = sum(f(x[0]) for f in late) + sum(f(x[1]) for f in kept)
    return total + sum(f(x[2]) for f in made)


def arrays_of_their_own(x):
    def meter(n):
        seen, mean = np.zeros(n), 0.0

        def update(v, k):
            nonlocal mean
            seen[k] += v
            mean = mean + (v - mean) / (k + 1)
            return np.sum(seen * seen) * mean

        return update

    update, total = meter(len(x)), 0.0
    for k, v in enumerate(x):
        total += update(v, k)
    return total


def rebound_from_comprehensions(x):
    n = 0

    def tick():
        nonlocal n
        n += 1
        return n

    total = sum([tick() * v for v in x]) * n
    total += sum(tick() * v for v in x) * n
    total += sum(map(lambda v: v * tick(), x))
    return total + max(x, key=lambda v: -v * tick()) * n


def only_where_it_runs(x):
    tick = counter()
    first = x[0] > 9.0 and tick() > 0
    chosen = x[0] * tick() if x[1] > 0.0 else x[1]
    return chosen * tick() + (x[2] if first else x[3]) * tick()


def comprehensions_with_names_of_theirs(x):
    i, k = x[0], 10.0

    def scaled():
        return i * k

    def doubled():
        nonlocal i
        i = i * 2.0
        return i

    listed = [scaled() + i for i in (1.0, 2.0)]
    keyed = {i: doubled() * i for i in (1, 2)}
    late = {n: (lambda v: v * k + n) for n, k in ((1, x[1]), (2, x[2]))}
    times = lambda i: sum(f(i) * i for i in (1.0, x[3]) for f in [lambda v: v + i])
    return listed[0] * listed[1] + keyed[2] * i + late[1](x[0]) * late[2](1.0) + times(3.0) * k


def accessors(values):
    count = 0

    def put(k, value):
        nonlocal count
        count += 1
        values[k] = value * count
        return values

    return put, lambda: values[0] * count


def made_on_one_of_two_paths(x):
    own = x.copy()
    if x[0] > 0.5:
        put, get = accessors(own)
    else:
        put, get = accessors(x * 2.0)
        put(1, x[2])
    seen = put(0, x[1])
    seen[2] *= 3.0
    return own @ x + get() * np.sum(seen)


def factor_of_a_path(x):
    def times(factor):
        return lambda v: v * factor

    scale = times(x[1]) if x[0] > 0.5 else times(x[2] * x[0])
    return np.sum(scale(x) ** 2)


CASES = [
    case(f, array(4, low=-0.9, high=1.4), array(4, low=0.1))
    for f in (
        counted_in_loops,
        shared_by_two,
        kept_in_containers,
        objects_as_defaults,
        loop_variables_late,
        arrays_of_their_own,
        rebound_from_comprehensions,
        only_where_it_runs,
        comprehensions_with_names_of_theirs,
        made_on_one_of_two_paths,
        factor_of_a_path,
    )
]
