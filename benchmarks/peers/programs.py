"""The programs of the classes, as the libraries express them."""

import numpy as np

IN = slice(1, -1)


def number(xp, x):
    """A Python float as an array without axes, where a library wants one."""
    return xp.asarray(x) if isinstance(x, float) else x


def area(xp, a, b, c, f):
    return (a * b + c) * f + a


def thirty_operations(xp, a, b, c):
    s = a * b + c
    t = xp.sin(s) * xp.exp(-a * a)
    u = (t + s) / (1.0 + b * b)
    v = xp.sqrt(u * u + c * c + 1.0)
    w = xp.log(v) * u - t * s
    y = w * w + 0.5 * v * (a - b)
    z = y / (1.0 + xp.exp(-w))
    return z * z - 3.0 * z * t + u * v


def power(xp, x, n):
    return xp.loop(0, n, lambda i, y: y * x, x / x)


def babylonian(xp, x, tol):
    y = x
    while abs(y * y - x) > tol:
        y = 0.5 * (y + x / y)
    return y


def logistic(xp, w, b, x, y):
    p = 1.0 / (1.0 + xp.exp(-(x @ w + b)))
    return -xp.mean(y * xp.log(p) + (1.0 - y) * xp.log(1.0 - p))


def perceptron(xp, w1, b1, w2, b2, x, y):
    h = xp.tanh(x @ w1 + b1)
    e = h @ w2 + b2 - y
    return xp.mean(e * e)


def elementwise(xp, x, y):
    return xp.sum(xp.exp(-x * x) * xp.sin(x * y) + x * y)


def rectified(xp, w1, b1, w2, b2, x, labels):
    h = x @ w1 + b1
    h = xp.where(h > 0.0, h, 0.0)
    z = h @ w2 + b2
    z = z - xp.amax(z, axis=1)[:, None]
    picked = z[np.arange(len(labels)), labels]
    return xp.mean(xp.log(xp.sum(xp.exp(z), axis=1)) - picked)


def burgers(xp, u, dt, steps):
    def body(t, u):
        return xp.put(u, IN, u[IN] - dt * u[IN] * (u[2:] - u[:-2]))

    u = xp.loop(0, steps, body, u)
    return xp.sum(u * u)


def chain(xp, x):
    def body(i, total):
        return total + 100.0 * (x[i + 1] - x[i] ** 2) ** 2 + (1.0 - x[i]) ** 2

    return xp.loop(0, x.shape[0] - 1, body, 0.0)


def seidel(xp, a, steps):
    def element(i, a):
        return xp.put(a, i, (a[i - 1] * a[i] + a[i + 1]) / 3.0)

    a = xp.loop(0, steps, lambda t, a: xp.loop(1, a.shape[0] - 1, element, a), a)
    return xp.sum(a)


def recurrent(xp, w, u, b, xs):
    h = xp.loop(0, xs.shape[0], lambda t, h: xp.tanh(w @ h + u @ xs[t] + b), xp.zeros(w.shape[0]))
    return h @ h


def runge_kutta(xp, y, rates, dt, steps):
    def body(i, y):
        k1 = rates * xp.sin(y)
        k2 = rates * xp.sin(y + 0.5 * dt * k1)
        k3 = rates * xp.sin(y + 0.5 * dt * k2)
        k4 = rates * xp.sin(y + dt * k3)
        return y + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)

    y = xp.loop(0, steps, body, y)
    return xp.sum(y * y)


def mixture(xp, logits, means, log_scales, x):
    weights = logits - xp.log(xp.sum(xp.exp(logits)))
    apart = (x[:, None, :] - means) * xp.exp(-log_scales)
    score = weights - 0.5 * xp.sum(apart * apart, axis=2) - xp.sum(log_scales, axis=1)
    peak = xp.amax(score, axis=1)
    return -xp.sum(peak + xp.log(xp.sum(xp.exp(score - peak[:, None]), axis=1)))


def likelihood(xp, log_ell, log_noise, x, y):
    log_ell, log_noise = number(xp, log_ell), number(xp, log_noise)
    d2 = (x[:, None] - x[None, :]) ** 2
    k = xp.exp(-0.5 * d2 * xp.exp(-2.0 * log_ell)) + xp.exp(2.0 * log_noise) * xp.eye(len(x))
    lower = xp.linalg.cholesky(k)
    alpha = xp.linalg.solve(k, y)
    at = np.arange(len(x))
    return 0.5 * y @ alpha + xp.sum(xp.log(lower[at, at]))


KERNELS = (
    area,
    thirty_operations,
    power,
    babylonian,
    logistic,
    perceptron,
    elementwise,
    rectified,
    burgers,
    chain,
    seidel,
    recurrent,
    runge_kutta,
    mixture,
    likelihood,
)
