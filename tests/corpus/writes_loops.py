"""Arrays written inside loops and branches, element by element and by slice."""

import numpy as np

from tests.corpus.registry import array, arrays, case


def filled_by_elements(x):
    y = np.empty(len(x))
    for i in range(len(x)):
        y[i] = x[i] ** 2
    return y


def filled_matrix(x, y):
    a = np.empty((len(x), len(y)))
    for i in range(len(x)):
        for j in range(len(y)):
            a[i, j] = np.sin(x[i]) * y[j]
    return a


def filled_by_rows(x, n):
    a = np.zeros((n, len(x)))
    for i in range(n):
        a[i] = x ** (i + 1)
    return a


def recurrence(x, n):
    f = np.zeros(n)
    f[0] = x
    f[1] = x * x
    for i in range(2, n):
        f[i] = f[i - 1] * f[i - 2] + x
    return f


def running_product(x):
    y = x.copy()
    for i in range(1, len(y)):
        y[i] *= y[i - 1]
    return y


def seidel(a, steps):
    a = a.copy()
    n = a.shape[0]
    for t in range(steps):
        for i in range(1, n - 1):
            a[i] = (a[i - 1] * a[i] + a[i + 1]) / 3.0
    return np.sum(a)


def jacobi(a, steps):
    a = a.copy()
    b = np.zeros_like(a)
    for t in range(steps):
        b[1:-1] = 0.25 * (a[:-2] + 2.0 * a[1:-1] + a[2:])
        a[1:-1] = 0.25 * (b[:-2] + 2.0 * b[1:-1] + b[2:])
    return np.sum(a * a)


def burgers(u, dt, steps):
    u = u.copy()
    for t in range(steps):
        u[1:-1] = u[1:-1] - dt * u[1:-1] * (u[2:] - u[:-2])
    return np.sum(u * u)


def buffers_swapped(x, steps):
    a = x.copy()
    b = x.copy()
    for _ in range(steps):
        b[1:-1] = a[2:] * a[:-2] + 0.5 * a[1:-1]
        a, b = b, a
    return a * a


def branch_writes(x):
    y = x.copy()
    for i in range(len(y)):
        if y[i] > 0.0:
            y[i] = y[i] * y[i]
        else:
            y[i] = 0.1 * y[i - 1]
    return y


def one_branch_writes(x, s):
    y = x * 1.0
    if s > 0.0:
        y[0] = s * y[1]
    return y * y


def both_branches_write(x, s):
    y = np.zeros_like(x)
    if s > 0.0:
        y[:] = x * s
    else:
        y[0] = x[1] - s
    return y * x


def while_writes(x):
    y = x.copy()
    while np.sum(y * y) < 30.0:
        y[0] = y[0] * 1.5 + y[1]
        y[1:] *= 1.2
    return y


def written_until_break(x):
    y = x.copy()
    for i in range(10):
        y[1] = y[1] * 1.5 + y[0]
        if y[1] > 3.0:
            break
        y[0] += 0.2 * y[1]
    return y


def written_then_returned(x):
    y = x.copy()
    for i in range(6):
        y[0] = y[0] * 1.4 + 0.1
        if y[0] > 2.0:
            y[1] = y[0]
            return y
    return y * 2.0


def skipped_writes(x):
    y = x.copy()
    for i in range(1, len(y)):
        if i == 2:
            continue
        y[i] = y[i] * y[i - 1]
    return y


def prefix_of_rows(x):
    a = x.copy()
    for i in range(1, a.shape[0]):
        a[i] = np.tanh(a[i] + a[i - 1])
    return a[-1] @ a[-1]


def triangular_solve(l, b):
    y = np.zeros_like(b)
    for i in range(len(b)):
        y[i] = (b[i] - l[i, :i] @ y[:i]) / l[i, i]
    return y


def cholesky(a):
    n = a.shape[0]
    l = np.zeros((n, n))
    for i in range(n):
        for j in range(i + 1):
            s = a[i, j]
            for k in range(j):
                s -= l[i, k] * l[j, k]
            if i == j:
                l[i, j] = np.sqrt(s)
            else:
                l[i, j] = s / l[j, j]
    return l


def lu(a):
    a = a.copy()
    n = a.shape[0]
    for k in range(n - 1):
        for i in range(k + 1, n):
            a[i, k] /= a[k, k]
            a[i, k + 1 :] -= a[i, k] * a[k, k + 1 :]
    return a


def gram_schmidt(a):
    q = a.copy()
    for k in range(a.shape[1]):
        q[:, k] /= np.sqrt(q[:, k] @ q[:, k])
        for j in range(k + 1, a.shape[1]):
            q[:, j] -= (q[:, k] @ q[:, j]) * q[:, k]
    return q


def heat_two_axes(u, steps):
    u = u.copy()
    for _ in range(steps):
        u[1:-1, 1:-1] += 0.1 * (
            u[2:, 1:-1] + u[:-2, 1:-1] + u[1:-1, 2:] + u[1:-1, :-2] - 4.0 * u[1:-1, 1:-1]
        )
    return np.sum(u**2)


def sparse_product(values, columns, starts, x):
    y = np.zeros(len(starts) - 1)
    for i in range(len(starts) - 1):
        for k in range(starts[i], starts[i + 1]):
            y[i] += values[k] * x[columns[k]]
    return y * y


def dynamic_programming(costs):
    n, m = costs.shape
    table = np.zeros((n, m))
    table[0, 0] = costs[0, 0]
    for i in range(1, n):
        table[i, 0] = table[i - 1, 0] + costs[i, 0]
    for j in range(1, m):
        table[0, j] = table[0, j - 1] + costs[0, j]
    for i in range(1, n):
        for j in range(1, m):
            table[i, j] = costs[i, j] + min(table[i - 1, j], table[i, j - 1])
    return table[-1, -1]


def backwards_loop(x):
    y = x.copy()
    for i in reversed(range(len(y) - 1)):
        y[i] = y[i] * y[i + 1] + 1.0
    return y


def rotating_index(x, steps):
    ring = x.copy()
    for t in range(steps):
        ring[t % len(ring)] = ring[(t + 1) % len(ring)] * 0.9 + 0.1 * t
    return ring


def reset_every_trip(x):
    total = 0.0
    buf = np.empty_like(x)
    for i in range(3):
        buf[:] = 0.0
        buf[i] = x[i] * x[0]
        total += np.sum(buf * x)
    return total


def allocated_every_trip(x):
    total = np.zeros_like(x)
    for i in range(3):
        buf = np.zeros_like(x)
        buf[i] = x[i] ** 2
        buf[1:] += buf[:-1]
        total += buf * x
    return total


def _sparse(rng):
    return (
        rng.normal(size=6),
        np.array([0, 2, 1, 0, 1, 3]),
        np.array([0, 2, 3, 6]),
        rng.normal(size=4),
    )


def _positive(rng):
    m = rng.normal(size=(4, 4))
    return (m @ m.T + 3.0 * np.eye(4),)


def _lower(rng):
    return np.tril(rng.uniform(0.5, 1.5, size=(4, 4))), rng.normal(size=4)


def _stepped(*shape, steps=4):
    return lambda rng: (0.7 * rng.normal(size=shape), steps)


CASES = [
    case(filled_by_elements, array(4), array(1), array(0)),
    case(filled_matrix, arrays((3,), (2,)), wrt=(0, 1)),
    case(filled_by_rows, _stepped(3, steps=2)),
    case(recurrence, lambda rng: (0.7, 5), lambda rng: (np.float64(0.7), 2)),
    case(running_product, array(4), array(3, 2), tags="holomorphic"),
    case(seidel, _stepped(7, steps=3), tags="holomorphic"),
    case(jacobi, _stepped(8), _stepped(5, 2), _stepped(5, steps=0), tags="holomorphic"),
    case(burgers, lambda rng: (rng.normal(size=8), 0.05, 4), wrt=(0, 1), tags="holomorphic"),
    case(buffers_swapped, _stepped(5), _stepped(5, steps=3), _stepped(4, 2), tags="holomorphic"),
    case(branch_writes, array(5)),
    case(one_branch_writes, arrays((3,), ()), lambda rng: (np.ones(3), -0.7), wrt=(0, 1)),
    case(both_branches_write, lambda rng: (np.ones(3), 0.7), lambda rng: (np.ones(3), -0.7)),
    case(while_writes, array(3, low=0.2)),
    case(written_until_break, array(2, low=0.2), array(2, low=2.0, high=3.0)),
    case(written_then_returned, array(2, low=0.2), array(2, low=-3.0, high=-2.0)),
    case(skipped_writes, array(4), array(4, 2), tags="holomorphic"),
    case(prefix_of_rows, array(4, 2), tags="holomorphic"),
    case(triangular_solve, _lower, wrt=(0, 1), tags="holomorphic"),
    case(cholesky, _positive),
    case(lu, _positive, tags="holomorphic"),
    case(gram_schmidt, array(4, 3), tags="holomorphic"),
    case(heat_two_axes, _stepped(5, 4), tags="holomorphic"),
    case(sparse_product, _sparse, wrt=(0, 3)),
    case(dynamic_programming, array(3, 4)),
    case(backwards_loop, array(4), tags="holomorphic"),
    case(rotating_index, _stepped(3, steps=7), tags="holomorphic"),
    case(reset_every_trip, array(3), tags="holomorphic"),
    case(allocated_every_trip, array(3), tags="holomorphic"),
]
