"""Arrays written in place. Linear: no tape. Non-linear: the overwritten part is put back."""

import numpy as np

from benchmarks.hand import Case


def smooth(a, steps):
    a = a.copy()
    b = np.zeros_like(a)
    for t in range(steps):
        b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
    return np.sum(a * a)


def smooth_grad(a, steps):
    a = a.copy()
    b = np.zeros_like(a)
    for t in range(steps):
        b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
    # return np.sum(a * a)
    a_bar = 2.0 * a
    b_bar = np.zeros_like(b)
    for t in range(steps):
        # a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
        g = 0.25 * a_bar[1:-1]
        a_bar[1:-1] = 0.0
        b_bar[:-2] += g
        b_bar[1:-1] += 2.0 * g
        b_bar[2:] += g
        # b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        g = 0.25 * b_bar[1:-1]
        b_bar[1:-1] = 0.0
        a_bar[:-2] += g
        a_bar[1:-1] += 2.0 * g
        a_bar[2:] += g
    return a_bar


def burgers(u, dt, steps):
    u = u.copy()
    for t in range(steps):
        u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
    return np.sum(u * u)


def burgers_grad(u, dt, steps):
    u = u.copy()
    u_tape = []
    for t in range(steps):
        u_tape.append(u[1:-1].copy())
        u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
    # return np.sum(u * u)
    u_bar = 2.0 * u
    dt_bar = 0.0
    for u_old in reversed(u_tape):
        u[1:-1] = u_old
        # u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
        g = u_bar[1:-1].copy()
        rise = u[2:] - u[:-2]
        rise_bar = -dt * g * u_old
        dt_bar -= np.sum(g * u_old * rise)
        u_bar[1:-1] -= g * dt * rise
        u_bar[2:] += rise_bar
        u_bar[:-2] -= rise_bar
    return u_bar, dt_bar


def seidel(a, steps):
    a = a.copy()
    n = a.shape[0]
    for t in range(steps):
        for i in range(1, n - 1):
            a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
    return np.sum(a)


def seidel_grad(a, steps):
    a = a.copy()
    n = a.shape[0]
    a_tape = []
    for t in range(steps):
        for i in range(1, n - 1):
            a_tape.append(a[i])
            a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
    # return np.sum(a)
    a_bar = np.ones_like(a)
    for t in range(steps):
        for i in reversed(range(1, n - 1)):
            a[i] = a_tape.pop()
            # a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
            g = a_bar[i] / 3.0
            a_bar[i] = g * a[i - 1]
            a_bar[i - 1] += g * a[i]
            a_bar[i + 1] += g
    return a_bar


CASES = (
    Case("t05", smooth, smooth_grad, ("a",), lambda rng: (rng.normal(size=2000), 50)),
    Case("t05", burgers, burgers_grad, ("u", "dt"), lambda rng: (rng.normal(size=2000), 1e-3, 50)),
    Case("t05", seidel, seidel_grad, ("a",), lambda rng: (0.5 * rng.normal(size=300), 5)),
)
