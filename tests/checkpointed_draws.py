"""Programs that draw random numbers in checkpointed loops and calls, which are run again."""

from __future__ import annotations

import numpy as np

from sourcead import checkpoint, checkpointed


def simple(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = y + 0.1 * np.sin(y) * rng.normal(size=3)
    return np.sum(y * y) * rng.random()


def linear(x, rng, n):
    s = 0.0
    for _ in checkpointed(range(n), snapshots=2):
        s = s + np.sum(x * rng.normal(size=3))
    return s


def dead(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        rng.random()
        rng.normal()
        y = np.sin(y) * rng.normal(1.0, 0.1, size=3)
        if rng.random() < 0.3:
            rng.random()
    return np.sum(y)


def moving(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = rng.normal(np.sin(y), 0.1 + y**2)
    return np.sum(y)


def inplace(x, rng, n):
    u = np.zeros(n + 3)
    u[:3] = x
    for k in checkpointed(range(n), snapshots=3):
        u[k + 1] = np.sin(u[k] + u[k + 1]) + rng.standard_normal() * u[k + 2]
        u[k] *= rng.random()
    return np.sum(u * u)


def early(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = y * (1 + 0.1 * rng.normal(size=3))
        if rng.random() < 0.1:
            break
        y = np.sin(y)
    return np.sum(y * y) * rng.random()


def returns(x, rng, n):
    y = x.copy()
    for k in checkpointed(range(n), snapshots=3):
        y = y * (1 + 0.1 * rng.normal(size=3))
        if rng.random() < 0.1:
            return np.sum(y) * k
        y = np.sin(y)
    return np.sum(y * y) * rng.random()


def whiles(x, rng, n):
    y = x.copy()
    k = 0
    while checkpointed(np.sum(y * y) < 50.0 and k < 3 * n, snapshots=3):
        y = y * (1.02 + 0.1 * rng.normal(size=3))
        k += 1
    return np.sum(y * y) * rng.random()


def while_true(x, rng, n):
    y = x.copy()
    k = 0
    while checkpointed(True, snapshots=3):
        if k >= n or rng.random() < 0.02:
            break
        y = np.tanh(y * (1.02 + 0.1 * rng.normal(size=3)))
        k += 1
    return np.sum(y * y) * rng.random()


def nested(x, rng, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        for _ in checkpointed(range(i), snapshots=2):
            y = np.tanh(y + rng.normal(size=3) * x)
            if y[0] > 0.9:
                break
        y = y * rng.random()
        z = checkpoint(lambda v: np.sin(v * rng.normal(size=3)))(y)
        y = y + z
    return np.sum(y * y)


def nested_plain(x, rng, n):
    y = x.copy()
    for i in range(n):
        for _ in checkpointed(range(i), snapshots=2):
            y = np.tanh(y + rng.normal(size=3) * x)
        y = y * rng.random()
        if i % 2:
            y = checkpoint(lambda v: np.sin(v * rng.normal(size=3)))(y)
    return np.sum(y * y)


def jitter(y, rng, scale=1.0):
    z = y.copy()
    for k in range(3):
        z[k] = z[k] * rng.normal(scale=scale) + rng.random()
    return z


def called(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = np.sin(jitter(y, rng) + jitter(x, rng, scale=0.5))
    y = checkpoint(jitter)(y, rng)
    return np.sum(y)


def legacy_global(x, rng, n):
    np.random.seed(3)
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = np.sin(y + np.random.normal(size=3) * y) * np.random.rand()
    return np.sum(y)


def legacy_object(x, rng, n):
    r = np.random.RandomState(4)
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = np.sin(y + r.normal(size=3) * y) * r.rand()
    return np.sum(y) * r.rand()


def seeded_inside(x, rng, n):
    y = x.copy()
    for k in checkpointed(range(n), snapshots=3):
        r = np.random.default_rng(k)
        y = np.sin(y + r.normal(size=3) * y) * r.random()
    return np.sum(y)


class Model:
    def __init__(self, seed, a):
        self.rng = np.random.default_rng(seed)
        self.a = a
        self.count = 0

    def step(self, y):
        self.count += 1
        self.a = self.a * 1.1
        return np.sin(y * self.a * self.rng.normal(size=3))


def with_object(x, rng, n):
    m = Model(3, x[0])
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = m.step(y)
    return np.sum(y) * m.count * m.a


def with_dict(x, rng, n):
    d = {"rng": rng, "y": x * 1.0}
    for _ in checkpointed(range(n), snapshots=3):
        d["y"] = np.sin(d["y"] * d["rng"].normal(size=3))
    return np.sum(d["y"])


def two(x, rng, n):
    other = np.random.default_rng(8)
    y = x.copy()
    for k in checkpointed(range(n), snapshots=3):
        y = np.sin(y * rng.normal(size=3)) + other.random(size=3) * y
        if k % 3 == 0:
            y = y * other.random() + np.random.random()
    return np.sum(y) * other.random()


def growing(x, rng, n):
    y = x.copy()
    ys = []
    for _ in checkpointed(range(n), snapshots=3):
        y = np.sin(y * rng.normal(size=3)) + x
        ys.append(y * rng.random())
    s = 0.0
    for v in ys:
        s = s + np.sum(v * v)
    return s


def plain_checkpoint(x, rng, n):
    y = x.copy()
    for _ in range(n):
        y = checkpoint(jitter)(np.sin(y), rng)
    return np.sum(y * y)


def metropolis(x, rng, n):
    q = x.copy()
    acc = 0.0
    for _ in checkpointed(range(n), snapshots=3):
        p = q + 0.3 * rng.standard_normal(3)
        if rng.random() < np.exp(np.sum(q * q) - np.sum(p * p)):
            q = p * x
        acc = acc + np.sum(np.sin(q))
    return acc


def trying(x, rng, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        try:
            u = rng.random()
            if u < 0.3:
                raise ValueError("no")
            y = np.sin(y) * rng.normal(size=3)
        except ValueError:
            y = y * 0.9 + rng.random()
    return np.sum(y * y)
