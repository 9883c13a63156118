"""Programs with checkpointed loops; without `checkpointed` they compute the same."""

from __future__ import annotations

import numpy as np

from sourcead import checkpointed


def breaks(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.1 * x * i
        if np.sum(y) > 1.7:
            break
        y = y * 1.01
    return np.sum(y * y)


def returns(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.1 * x * i
        if np.sum(y) > 1.7:
            return np.sum(y * x) * i
    return np.sum(y * y)


def continues(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        if i % 3 == 1:
            continue
        y = np.tanh(w @ y) + 0.1 * x * i
    return np.sum(y * y)


def grows(x, w, n):
    y = x.copy()
    ys = []
    for i in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.1 * x * i
        ys.append(y[0] * y[1])
    s = 0.0
    for k in range(len(ys)):
        s = s + ys[k] * k
    return np.sum(y * y) + s


def comprehends(x, w, n):
    y = x.copy()
    s = 0.0
    for _ in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y)
        s = s + sum([y[k] * k for k in range(3)])
    return np.sum(y * y) + s


def over_list(x, w, n):
    us = [np.sin(x * k) for k in range(n)]
    y = x.copy()
    for u in checkpointed(us, snapshots=3):
        y = np.tanh(w @ y) + u * y
    return np.sum(y * y)


def over_array(x, w, n):
    us = np.outer(np.arange(n) + 1.0, x)
    y = x.copy()
    for u in checkpointed(us, snapshots=3):
        y = np.tanh(w @ y) + u * y
    return np.sum(y * y)


def over_zip(x, w, n):
    us = [np.sin(x * k) for k in range(n)]
    vs = np.outer(np.arange(n + 2) + 1.0, x)
    y = x.copy()
    for i, (u, v) in checkpointed(enumerate(zip(us, vs, strict=False)), snapshots=3):
        y = np.tanh(w @ y) + u * y * i + v
    return np.sum(y * y)


def over_zip_with_break(x, w, n):
    us = [np.sin(x * k) for k in range(n)]
    y = x.copy()
    for u, k in checkpointed(zip(us, range(1, 100, 2), strict=False), snapshots=3):
        y = np.tanh(w @ y) + u * y * k
        if k > 9:
            break
    return np.sum(y * y)


def over_reversed(x, w, n):
    y = x.copy()
    for k in checkpointed(reversed(range(2, n + 2)), snapshots=3):
        y = np.tanh(w @ y) * k
    return np.sum(y * y)


def over_steps(x, w, n):
    y = x.copy()
    for k in checkpointed(range(n, 0, -2), snapshots=3):
        y = np.tanh(w @ y) * k
    return np.sum(y * y)


def indexes(x, w, n):
    us = np.outer(np.arange(n) + 1.0, x)
    y = x.copy()
    for k in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + us[k] * y
    return np.sum(y * y)


def in_place(x, w, n):
    u = np.zeros(n + 1)
    u[0] = x[0]
    for k in checkpointed(range(n), snapshots=3):
        u[k + 1] = np.sin(u[k] * w[0, 1]) + x[1]
    return np.sum(u * u)


def swaps(x, w, n):
    a = x.copy()
    b = x * 2.0
    for _ in checkpointed(range(n), snapshots=3):
        b[1:] = a[:-1] * 1.1 + np.sin(b[1:])
        a, b = b, a
    return np.sum(a * a) + np.sum(b)


def nests(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        for j in checkpointed(range(i), snapshots=3):
            y = np.tanh(w @ y) + 0.1 * x * j
            if y[0] > 0.9:
                break
        y = y * 1.1
    return np.sum(y * y)


def waits(x, w, n):
    y = x.copy()
    k = 0
    while checkpointed(np.sum(y * y) > 1e-3 and k < n, snapshots=3):
        y = 0.9 * np.tanh(w @ y) + 0.01 * x
        k += 1
    return np.sum(y * y) * k


def waits_and_breaks(x, w, n):
    y = x.copy()
    k = 0
    while checkpointed(True, snapshots=3):
        if k >= n:
            break
        y = 0.9 * np.tanh(w @ y) + 0.01 * x
        y[0] *= y[1]
        k += 1
    else:
        y = y * 2.0
    return np.sum(y * y) * k


def waits_and_returns(x, w, n):
    y = x.copy()
    k = 0
    while checkpointed(k < n, snapshots=3):
        y = 0.9 * np.tanh(w @ y) + 0.01 * x
        if np.sum(y * y) < 0.01:
            return np.sum(y) * x[0]
        k += 1
    return np.sum(y * y) * k


def walrus(x, w, n):
    y = x.copy()
    k = 0
    while checkpointed((s := np.sum(y * y)) > 1e-3, snapshots=3):
        y = 0.9 * np.tanh(w @ y) + 0.01 * s * x
        k += 1
        if k >= n:
            break
    return np.sum(y * y) * s


def bound_inside(x, w, n):
    for i in checkpointed(range(n + 1), snapshots=3):
        z = np.sin(x * i)
        if i == 0:
            q = z * 2.0
        q = q + z * w[0]
    return np.sum(q * z)


def loop_else(x, w, n):
    y = x.copy()
    for i in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.1 * x
        if i == 5:
            break
    else:
        y = y * 3.0
    return np.sum(y * y)


def two(x, w, n):
    y = x.copy()
    for _ in checkpointed(range(n), snapshots=3):
        y = np.tanh(w @ y) + 0.1 * x
    for i in checkpointed(range(n), snapshots=3):
        y = np.sin(w @ y) + 0.1 * x * i
    return np.sum(y * y)


def containers(x, w, n):
    state = {"y": x.copy(), "v": (x * 2.0, 1.0)}
    for _ in checkpointed(range(n), snapshots=3):
        y, (v, c) = state["y"], state["v"]
        state = {"y": np.tanh(w @ y) + v, "v": (v * 0.9, c * v[0])}
    return np.sum(state["y"]) * state["v"][1]
