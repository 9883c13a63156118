"""Programs whose checkpointed loops bind names in some steps, write arrays, nest and call."""

from __future__ import annotations

import numpy as np

from sourcead import checkpoint, checkpointed


def bound_sometimes(x, w, n):
    s = 0.0
    for i in checkpointed(range(n), snapshots=3):
        if i % 3 == 0:
            q = np.sin(x * (i + 1.0))
        s = s + np.sum(q * x)
        if i % 2 == 1:
            r = q * w[0]
        if i > 1:
            s = s + np.sum(r * r)
    return s


def bound_number(x, w, n):
    s = 0.0
    for i in checkpointed(range(n), snapshots=3):
        if i % 3 == 0:
            q = np.sin(x[0] * (i + 1.0))
        s = s * q + x[1] * q
    return s


def bound_in_while(x, w, n):
    s = 0.0
    i = 0
    while checkpointed(i < n, snapshots=3):
        if i % 3 == 0:
            q = np.sin(x * (i + 1.0))
        else:
            q = q * x
        s = s + np.sum(q * x)
        i += 1
    return s


def read_after(x, w, n):
    last = x * 1.0
    found = False
    for i in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ (x * (i + 1.0)))
        if np.sum(y) > 0.5:
            last = y * last
            best = y * y
            found = True
    if found:
        return np.sum(best * last)
    return np.sum(last)


def bound_pair(x, w, n):
    s = 0.0
    for i in checkpointed(range(n), snapshots=3):
        if i == 0:
            q = (x * 2.0, x[0] * 3.0)
        a, b = q
        s = s + np.sum(a) * b
        q = (np.sin(a) * b, b * 0.5)
    return s


def row_writes(x, w, n):
    a = np.outer(x, x)
    for i in checkpointed(range(n), snapshots=3):
        a[i % 3] = a[(i + 1) % 3] * np.sin(a[i % 3])
        a[:, i % 3] += w[i % 3] * a[:, 0]
    return np.sum(a * a)


def two_arrays(x, w, n):
    a = x.copy()
    b = np.zeros((n + 1, 3))
    c = np.ones(3)
    for i in checkpointed(range(n), snapshots=3):
        b[i] = a * c
        a[0] += b[i, 1]
        c *= 1.1
        c[1] = a[2]
    return np.sum(b * b) + np.sum(a * c)


def view_writes(x, w, n):
    a = np.outer(x, x)
    for _ in checkpointed(range(n), snapshots=3):
        r = a[1:]
        r[0] = r[1] * 0.5 + a[0]
        a.T[0] *= 1.01
    return np.sum(a * a)


def nest_three(x, w, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=2):
        for j in checkpointed(range(2), snapshots=1):
            k = 0
            while checkpointed(k < 3, snapshots=2):
                y = np.tanh(w @ y) + 0.1 * x * j
                k += 1
            y[j] = y[j + 1] * x[0]
        if np.sum(y) > 3.0:
            break
    return np.sum(y * y)


def nest_in_place(x, w, n):
    a = np.zeros((n + 1, 3))
    a[0] = x
    for i in checkpointed(range(n), snapshots=3):
        for j in checkpointed(range(3), snapshots=2):
            a[i + 1, j] = np.sin(a[i, j]) + a[i, j - 1] * w[j, 0]
            if j > 0:
                a[i + 1, j] *= a[i + 1, j - 1]
    return np.sum(a * a)


def list_of_arrays(x, w, n):
    ys = [x * 1.0, x * 2.0]
    for _ in checkpointed(range(n), snapshots=3):
        ys[0] = np.sin(ys[1] * x)
        ys[1][0] = ys[0][1] + ys[1][2]
        ys[0], ys[1] = ys[1], ys[0]
    return np.sum(ys[0] * ys[1])


def closure(x, w, n):
    scale = x[0] * 2.0

    def step(y, gain=0.5):
        return np.tanh(w @ y) * scale + gain * x

    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        y = step(y, gain=0.1 * i) if i % 2 else step(y)
    return np.sum(y * y)


def closure_writes(x, w, n):
    y = x.copy()
    total = 0.0

    def step(k):
        nonlocal total
        y[k % 3] = np.sin(y[(k + 1) % 3]) * x[0]
        total = total + y[0]

    for i in checkpointed(range(n), snapshots=3):
        step(i)
    return np.sum(y * y) + total


def by_keyword(x, w, n):
    y = x.copy()
    for i, (a, b) in checkpointed(enumerate(zip(x, w, strict=True)), snapshots=3):
        y = np.sin(y * a) + b * i
    return np.sum(y)


class Point:
    def __init__(self, p, v):
        self.p = p
        self.v = v

    def move(self, h):
        self.v = self.v - h * np.sin(self.p)
        self.p = self.p + h * self.v


def objects(x, w, n):
    body = Point(x * 1.0, w[0] * 1.0)
    for _ in checkpointed(range(n), snapshots=3):
        body.move(0.1)
        body.v[0] *= 0.9
    return np.sum(body.p * body.v)


def breaks_inner_returns(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        for j in range(4):
            y = np.tanh(w @ y) + 0.1 * x
            if j > i:
                break
            if np.sum(y) > 2.5:
                return np.sum(y) * (i + j)
        y = y * 1.2
    return np.sum(y * y)


def pass_on(x, w, n):
    z = x * 2.0
    s = 0.0
    for k in checkpointed(range(n), snapshots=2):
        s = s + np.sum(z * x * (k + 1.0))
        z = x
    return s + np.sum(z * z)


def complex_state(x, w, n):
    z = x * (1.0 + 0.5j)
    for _ in checkpointed(range(n), snapshots=3):
        z = z * z * 0.3 + x * 1j
    return np.sum(np.abs(z) ** 2)


def shrinking(x, w, n):
    y = np.outer(x, np.ones(n + 2))
    for _ in checkpointed(range(n), snapshots=3):
        y = np.sin(y[:, 1:]) * y[:, :-1]
    return np.sum(y)


def tries(x, w, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        try:
            if np.sum(y) > 1.0:
                raise ValueError("large")
            y = np.sin(w @ y) + x
        except ValueError:
            y = y * 0.5
    return np.sum(y * y)


def checkpoints(x, w, n):
    def layer(y, k, scale=1.0):
        z = np.zeros(3)
        for j in range(3):
            z[j] = np.sin(y[j] * scale) * y[j - 1] + k
        return z

    y = x.copy()
    for k in checkpointed(range(n), snapshots=3):
        y = checkpoint(layer)(y, k, scale=0.5) + checkpoint(lambda v: v * x)(y)
    return np.sum(y)


def counts(x, w, n):
    y = x.copy()
    hits = 0
    flags = []
    for k in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.3 * x
        if y[0] > 0.2:
            hits += 1
            flags.append(k)
    return np.sum(y) * hits + len(flags) * y[0]


def dict_grows(x, w, n):
    hist = {"a": [], "b": [0.0]}
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.3 * x
        hist["a"].append(y * 2.0)
        hist["b"].append(hist["b"][-1] + y[0])
    s = 0.0
    for a, b in zip(hist["a"], hist["b"], strict=False):
        s = s + np.sum(a) * b
    return s
