"""The rules of `np.linalg` and `scipy.linalg`, form by form."""

from __future__ import annotations

import numpy as np

from tests.rule_forms import form, make_tests

rng = np.random.default_rng(3)
A = rng.normal(size=(3, 3)) + 3 * np.eye(3)
AA = rng.normal(size=(2, 3, 3)) + 3 * np.eye(3)
S = A @ A.T / 4
SS = AA @ AA.swapaxes(-1, -2) / 4
C = A + 1j * rng.normal(size=(3, 3))
B = rng.normal(size=(3, 2))
BB = rng.normal(size=(2, 3, 2))
TALL = rng.normal(size=(4, 3))
STACK = rng.normal(size=(2, 3, 4))
b = rng.normal(size=3)
x = rng.normal(size=4)
WIDE = rng.normal(size=(4, 4)) + np.array([[0.0], [0.0], [5.0], [0.0]])
ROTATING = np.array([[1.0, -2.0, 0.3], [1.5, 0.8, 0.2], [0.1, -0.4, 2.5]])

SYSTEMS = [
    form("np.linalg.solve(a, b)", a=A, b=b),
    form("np.linalg.solve(a, b)", a=A, b=B),
    form("np.linalg.solve(a, b)", a=AA, b=BB),
    form("np.linalg.solve(a, b)", a=AA, b=b),
    form("np.linalg.solve(a, b)", a=AA, b=B),
    form("np.linalg.solve(a, b)", a=A, b=BB),
    form("np.linalg.solve(a, b)", a=C, b=b, second=False),
    form("np.linalg.solve(np.eye(3) + 0.1, b)", b=b),
    form("np.linalg.inv(a)", a=A),
    form("np.linalg.inv(a)", a=AA),
    form("np.linalg.inv(a)", a=C, second=False),
    form("np.linalg.det(a)", a=A),
    form("np.linalg.det(a)", a=AA),
    form("np.linalg.det(a)", a=C, second=False),
    form("np.linalg.slogdet(a)[1]", a=A),
    form("np.linalg.slogdet(a).logabsdet", a=AA),
    form("sign, log = np.linalg.slogdet(a); return sign * log", a=A),
    form("np.linalg.tensorsolve(a, b)", a=rng.normal(size=(2, 3, 6)), b=rng.normal(size=(2, 3))),
    form("np.linalg.tensorinv(a)", a=rng.normal(size=(2, 3, 3, 2))),
    form("np.linalg.tensorinv(a, ind=1)", a=rng.normal(size=(6, 2, 3))),
    form("np.linalg.pinv(a)", a=TALL),
    form("np.linalg.pinv(a)", a=TALL.T),
    form("np.linalg.pinv(a)", a=STACK),
    form("np.linalg.lstsq(a, b)[0]", a=TALL, b=x),
    form("np.linalg.lstsq(a, b, rcond=None)[0]", a=TALL, b=TALL[:, :2] + 1.0),
    form("np.linalg.lstsq(a, b)[0]", a=TALL.T, b=b),
    form("u, r, k, s = np.linalg.lstsq(a, b); return np.sum(u) + r * np.sum(s)", a=TALL, b=x),
    form("np.linalg.matrix_rank(a) * a", a=A),
    *[form(f"np.linalg.matrix_power(a, {n})", a=A / 3) for n in (0, 1, 2, 3, 6, -1, -2)],
    form("np.linalg.matrix_power(a, 3)", a=AA / 3),
    form("np.linalg.matrix_power(a, n)", a=A / 3, n=3),
    form("np.linalg.multi_dot([a, b, c])", a=A, b=B, c=B.T),
    form("np.linalg.multi_dot([a, b, c])", a=b, b=A, c=B),
    form("np.linalg.multi_dot([a, b, c])", a=b, b=A, c=b),
    form("np.linalg.multi_dot([a, b])", a=A, b=b),
]

NORMS = [
    *[
        form(f"np.linalg.norm(x{options})", x=x)
        for options in ("", ", 1", ", 2", ", 3", ", 2.5", ", np.inf", ", -np.inf")
    ],
    *[
        form(f"np.linalg.norm(x{options})", x=TALL)
        for options in (
            "", ", 'fro'", ", 1", ", -1", ", np.inf", ", -np.inf", ", 2", ", -2", ", 'nuc'",
            ", axis=0", ", axis=1, keepdims=True", ", 1, axis=-1", ", 3, axis=1",
            ", np.inf, axis=0", ", axis=(0, 1)", ", 'nuc', axis=(1, 0), keepdims=True",
        )
    ],
    *[
        form(f"np.linalg.norm(x{options})", x=STACK)
        for options in ("", ", axis=(0, 2)", ", 1, axis=(0, 2)", ", 'nuc', axis=(2, 0)",
                        ", 2, axis=(-2, -1), keepdims=True", ", axis=-1")
    ],
    form("np.linalg.norm(x)", x=C, second=False),
    form("np.linalg.norm(x, axis=0)", x=C, second=False),
    form("np.linalg.vector_norm(x)", x=TALL),
    form("np.linalg.vector_norm(x, axis=1)", x=TALL),
    form("np.linalg.vector_norm(x, axis=(0, 1), ord=3)", x=STACK),
    form("np.linalg.matrix_norm(x)", x=STACK),
    form("np.linalg.matrix_norm(x, ord=2, keepdims=True)", x=TALL),
    form("np.linalg.norm(x, keepdims=True)", x=x),
    *[form(f"np.linalg.cond(x, {p})", x=A) for p in ("2", "-2", "1", "np.inf", "'fro'")],
    form("np.linalg.cond(x)", x=A),
    form("np.linalg.cond(x)", x=AA),
    form("np.linalg.cond(x, 1)", x=AA),
]  # fmt: skip

FACTORS = [
    form("np.linalg.cholesky(a)", a=S),
    form("np.linalg.cholesky(a)", a=SS),
    form("np.linalg.cholesky(a, upper=True)", a=S),
    form("np.linalg.cholesky(a, upper=True)", a=SS),
    form("np.linalg.eigvalsh(a)", a=S),
    form("np.linalg.eigvalsh(a, 'U')", a=SS),
    form("np.linalg.eigh(a)[0]", a=S),
    form("np.linalg.eigh(a).eigenvalues", a=SS),
    form("np.linalg.eigh(a)[1] ** 2", a=S),
    form("w, v = np.linalg.eigh(a, UPLO='U'); return (v * np.sqrt(w)) @ v.T", a=S),
    *[
        form(text, a=a)
        for a in (A, TALL, TALL.T, STACK)
        for text in (
            "np.linalg.svdvals(a)",
            "np.linalg.svd(a, compute_uv=False)",
            "np.linalg.svd(a).S",
            "u, s, vt = np.linalg.svd(a, full_matrices=False); return u[..., 0] * s[..., :1]",
            "u, s, vt = np.linalg.svd(a); return vt[..., :2, :] ** 2",
            "np.linalg.qr(a)[0]",
            "np.linalg.qr(a).R",
            "np.linalg.qr(a, mode='r')",
        )
    ],
    form("u, s, vt = np.linalg.svd(a); return u[:, 3:] @ u[:, 3:].T", a=TALL),
    form("np.linalg.eigvals(a).real", a=ROTATING, second=False),
    form("np.abs(np.linalg.eigvals(a))", a=A, second=False),
    form("np.abs(np.linalg.eigvals(a))", a=ROTATING, second=False),
    form("np.abs(np.linalg.eig(a)[0]) * a[0]", a=ROTATING, second=False),
    form("np.linalg.eig(a)[0].imag", a=ROTATING, second=False),
    form("np.linalg.eig(a)[1]", a=ROTATING, second=False),
]

SCIPY = [
    *[
        form(f"scipy.linalg.solve_triangular(a, b{options})", a=A, b=right)
        for right in (b, B)
        for options in ("", ", lower=True", ", trans=1", ", 'T', lower=True",
                        ", lower=True, unit_diagonal=True")
    ],
    form("scipy.linalg.solve(a, b)", a=A, b=b),
    form("scipy.linalg.solve(a, b, assume_a='pos')", a=S, b=B),
    form("scipy.linalg.solve(a, b, assume_a='sym', lower=True)", a=S, b=b),
    form("scipy.linalg.solve(a, b, assume_a='lower triangular')", a=A, b=b),
    form("scipy.linalg.cho_solve(scipy.linalg.cho_factor(a), b)", a=S, b=b),
    form("scipy.linalg.cho_solve(scipy.linalg.cho_factor(a, lower=True), b)", a=S, b=B),
    form("scipy.linalg.cho_solve((np.linalg.cholesky(a), True), b)", a=S, b=b),
    form("scipy.linalg.lu_solve(scipy.linalg.lu_factor(a), b)", a=ROTATING, b=b),
    form("scipy.linalg.lu_solve(scipy.linalg.lu_factor(a), b, trans=1)", a=ROTATING, b=B),
    form("scipy.linalg.lu_factor(a)[0]", a=ROTATING),
    form("scipy.linalg.cholesky(a)", a=S),
    form("scipy.linalg.cholesky(a, lower=True)", a=S),
    form("scipy.linalg.inv(a)", a=A),
    form("scipy.linalg.det(a)", a=A),
    form("scipy.linalg.pinv(a)", a=TALL),
    form("scipy.linalg.norm(a, 1)", a=TALL),
    form("scipy.linalg.eigh(a)[0]", a=S),
    form("scipy.linalg.eigh(a, eigvals_only=True)", a=S),
    form("scipy.linalg.eigvalsh(a, lower=False)", a=S),
    form("scipy.linalg.svd(a)[1]", a=TALL),
    form("scipy.linalg.svdvals(a)", a=TALL),
    form("scipy.linalg.qr(a, mode='economic')[0]", a=TALL),
    form("scipy.linalg.expm(a)", a=A / 4),
    form("scipy.linalg.expm(a)", a=AA / 4),
    form("scipy.linalg.logm(a)", a=S, second=False),
    form("scipy.linalg.sqrtm(a)", a=S, second=False),
    form("scipy.linalg.solve_sylvester(a, b, q)", a=A, b=A.T, q=S),
    form("scipy.linalg.block_diag(a, b)", a=A, b=B),
    form("scipy.linalg.block_diag([[x, x * x], [1.0, x]], b, x)", b=b, x=0.3),
    form("scipy.linalg.toeplitz(b)", b=b),
    form("scipy.linalg.toeplitz(b, x)", b=b, x=x),
    form("scipy.linalg.toeplitz(np.ones(2), x)", x=x),
    form("scipy.linalg.solve_banded((1, 1), a, b)", a=A, b=b),
    form("scipy.linalg.solve_banded((1, 2), a, x)", a=WIDE, x=x),
    form("scipy.linalg.solve_banded((1, 1), np.eye(3) + a, b)", a=0.1, b=b),
]  # fmt: skip

FORMS = [*SYSTEMS, *NORMS, *FACTORS, *SCIPY]
functions, test_first_order, test_second_order = make_tests(FORMS, "linalg_forms")
