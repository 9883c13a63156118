"""Matrices: factors, substitutions, updates, tables, sparse products.

Loops over slices of changing length become masks, since a compiled loop has one shape.
"""

import numpy as np


def lu(xp, a):
    n = a.shape[0]
    at = xp.arange(n)

    def body(k, a):
        below = xp.where(at > k, a[:, k] / a[k, k], 0.0)
        a = xp.put(a, (slice(None), k), xp.where(at > k, below, a[:, k]))
        return a - xp.outer(below, xp.where(at > k, a[k], 0.0))

    a = xp.loop(0, n - 1, body, a)
    return xp.sum(a * a)


def lu_solve(xp, a, b):
    n = a.shape[0]
    at = xp.arange(n)

    def eliminate(k, state):
        a, b = state
        below = xp.where(at > k, a[:, k] / a[k, k], 0.0)
        return a - xp.outer(below, a[k]), b - below * b[k]

    def substitute(i, x):
        k = n - 1 - i
        return xp.put(x, k, (b[k] - a[k] @ x) / a[k, k])

    a, b = xp.loop(0, n - 1, eliminate, (a, b))
    x = xp.loop(0, n, substitute, xp.zeros(n))
    return x @ x


def cholesky(xp, a):
    n = a.shape[0]
    at = xp.arange(n)

    def body(j, lower):
        rest = xp.where(at >= j, a[:, j] - lower @ lower[j], 0.0)
        return xp.put(lower, (slice(None), j), rest / xp.sqrt(rest[j]))

    lower = xp.loop(0, n, body, xp.zeros((n, n)))
    return xp.sum(xp.log(lower[at, at])) + lower[n - 1] @ lower[n - 1]


def triangular_solve(xp, lower, b):
    def body(i, x):
        return xp.put(x, i, (b[i] - lower[i] @ x) / lower[i, i])

    x = xp.loop(0, b.shape[0], body, xp.zeros(b.shape[0]))
    return xp.sum(x * x)


def durbin(xp, r):
    n = r.shape[0]
    beta, alpha = 1.0, -r[0]
    y = xp.stack([alpha])
    for k in range(1, n):
        beta = beta * (1.0 - alpha * alpha)
        alpha = -(r[k] + xp.reverse(r[:k]) @ y) / beta
        y = xp.concatenate([y + alpha * xp.reverse(y), xp.stack([alpha])])
    return y @ y


def durbin_of_one_shape(xp, r):
    """As `durbin`, without slices of changing length: unrolled, those take minutes to compile."""
    n = r.shape[0]
    at = xp.arange(n)

    def body(k, state):
        beta, alpha, y = state
        beta = beta * (1.0 - alpha * alpha)
        back = (k - 1 - at) % n
        before = at < k
        alpha = -(r[k] + xp.sum(xp.where(before, r[back] * y, 0.0))) / beta
        y = xp.where(before, y + alpha * y[back], 0.0)
        return beta, alpha, xp.put(y, k, alpha)

    y = xp.put(xp.zeros(n), 0, -r[0])
    y = xp.loop(1, n, body, (1.0, -r[0], y))[2]
    return y @ y


def gram_schmidt(xp, a, weights):
    n = a.shape[1]
    at = xp.arange(n)

    def body(k, state):
        a, q, r = state
        column = a[:, k]
        length = xp.sqrt(column @ column)
        unit = column / length
        row = xp.where(at > k, unit @ a, 0.0)
        a = a - xp.outer(unit, row)
        return a, xp.put(q, (slice(None), k), unit), xp.put(r, k, xp.put(row, k, length))

    a, q, r = xp.loop(0, n, body, (a, xp.zeros_like(a), xp.zeros((n, n))))
    return xp.sum(weights * q) + xp.sum(r)


def syrk(xp, alpha, beta, c, a):
    c = xp.triu(c, 1) + xp.tril(beta * c + alpha * (a @ a.T))
    return xp.sum(c * c)


def syr2k(xp, alpha, beta, c, a, b):
    c = xp.triu(c, 1) + xp.tril(beta * c + alpha * (a @ b.T + b @ a.T))
    return xp.sum(c * c)


def covariance(xp, data):
    data = data - xp.mean(data, axis=0)
    cov = data.T @ data / (data.shape[0] - 1.0)
    return xp.sum(cov * cov)


def correlation(xp, data):
    data = data - xp.mean(data, axis=0)
    square = xp.sum(data * data, axis=0)
    constant = square < 1e-6
    data = data / xp.where(constant, 1.0, xp.sqrt(xp.where(constant, 1.0, square)))
    corr = data.T @ data
    off = corr - xp.eye(corr.shape[0]) * corr
    return xp.sum(off * off) + float(corr.shape[0])


def conjugate_gradient(xp, a, b, tolerance):
    x = xp.zeros(b.shape[0])
    r = p = b
    rho = r @ r
    for _ in range(2 * b.shape[0]):
        if rho < tolerance * tolerance:
            break
        q = a @ p
        alpha = rho / (p @ q)
        x = x + alpha * p
        r = r - alpha * q
        rho_old, rho = rho, r @ r
        p = r + rho / rho_old * p
    return 0.5 * x @ x


def csr_matvec(xp, indptr, indices, data, x):
    rows = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    y = xp.put_add(xp.zeros(len(indptr) - 1), rows, data * x[indices])
    return y @ y


KERNELS = (
    lu,
    lu_solve,
    cholesky,
    triangular_solve,
    durbin,
    gram_schmidt,
    syrk,
    syr2k,
    covariance,
    correlation,
    conjugate_gradient,
    csr_matvec,
)
