"""The kernels of the benchmarks compute what they say: each against NumPy, SciPy or naive loops."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.linalg import solve_toeplitz
from scipy.signal import correlate2d, lfilter
from scipy.sparse import csr_array

from benchmarks import kernels
from benchmarks.kernels import (
    adi,
    cavity_flow,
    channel_flow,
    cholesky,
    conjugate_gradient,
    convolution,
    correlation,
    covariance,
    csr_matvec,
    deriche,
    durbin,
    fdtd_2d,
    gram_schmidt,
    heat_3d,
    horizontal_diffusion,
    jacobi_1d,
    jacobi_2d,
    kalman,
    lstm,
    lu,
    lu_solve,
    nbody,
    particle_in_cell,
    seidel_2d,
    stockham_fft,
    syr2k,
    syrk,
    triangular_solve,
    vertical_advection,
)


def small(module):
    return module.make_args("small", np.random.default_rng(1))


@pytest.mark.parametrize("name", kernels.NAMES)
def test_every_kernel_gives_a_finite_float(name):
    kernel = kernels.load(name)
    value = kernel.loss(*kernel.args("small"))
    assert np.ndim(value) == 0
    assert np.isfinite(value)


def test_the_registry_lists_every_module():
    from pathlib import Path

    folder = Path(kernels.__file__).parent
    assert sorted(kernels.NAMES) == sorted(p.stem for p in folder.glob("[a-z]*.py"))


def test_jacobi_1d_is_a_power_of_a_matrix():
    a, b, steps = small(jacobi_1d)
    n = len(a)
    mean = np.diag(np.ones(n)) + np.diag(np.ones(n - 1), 1) + np.diag(np.ones(n - 1), -1)
    want, other = a.copy(), b.copy()
    for _ in range(steps):
        other[1:-1] = (mean @ want)[1:-1] / 3.0
        want[1:-1] = (mean @ other)[1:-1] / 3.0
    jacobi_1d.relax(a, b, steps)
    assert_allclose(a, want)


def test_jacobi_2d_reads_only_the_sweep_before():
    u, f, h, steps = small(jacobi_2d)
    want = u.copy()
    for _ in range(steps):
        old = want.copy()
        for i in range(1, u.shape[0] - 1):
            for j in range(1, u.shape[1] - 1):
                around = old[i - 1, j] + old[i + 1, j] + old[i, j - 1] + old[i, j + 1]
                want[i, j] = (around - h * h * f[i, j]) / 4.0
    assert_allclose(jacobi_2d.solve(u, f, h, steps), want)


def test_seidel_converges_to_poissons_equation():
    u, f, h, _ = small(seidel_2d)
    for _ in range(200):
        seidel_2d.sweep(u, f, h)
    lap = u[:-2, 1:-1] + u[2:, 1:-1] + u[1:-1, :-2] + u[1:-1, 2:] - 4.0 * u[1:-1, 1:-1]
    assert_allclose(lap, h * h * f[1:-1, 1:-1], atol=1e-12)


def test_heat_3d_adds_the_laplacian():
    u, kappa, dt, _ = small(heat_3d)
    want = u.copy()
    for i, j, k in np.ndindex(*kappa.shape):
        c = (i + 1, j + 1, k + 1)
        lap = -6.0 * u[c]
        for axis in range(3):
            for side in (-1, 1):
                at = list(c)
                at[axis] += side
                lap += u[tuple(at)]
        want[c] += dt * kappa[i, j, k] * lap
    heat_3d.step(u, kappa, dt)
    assert_allclose(u, want)


def test_fdtd_2d_element_by_element():
    ex, ey, hz, pulse = small(fdtd_2d)
    wx, wy, wz = ex.copy(), ey.copy(), hz.copy()
    rows, columns = ex.shape
    for strength in pulse:
        for i in range(rows):
            for j in range(columns):
                wy[i, j] = strength if i == 0 else wy[i, j] - 0.5 * (wz[i, j] - wz[i - 1, j])
                if j > 0:
                    wx[i, j] -= 0.5 * (wz[i, j] - wz[i, j - 1])
        for i in range(rows - 1):
            for j in range(columns - 1):
                wz[i, j] -= 0.7 * (wx[i, j + 1] - wx[i, j] + wy[i + 1, j] - wy[i, j])
    fdtd_2d.propagate(ex, ey, hz, pulse)
    assert_allclose(hz, wz)
    assert_allclose(ex, wx)


def test_adi_half_step_solves_its_implicit_equation():
    u, ratio, _ = small(adi)
    out = np.empty_like(u)
    adi.implicit_lines(u, out, ratio)
    explicit = u[1:-1] + 0.5 * ratio * (u[:-2] - 2.0 * u[1:-1] + u[2:])
    across = out[1:-1, :-2] - 2.0 * out[1:-1, 1:-1] + out[1:-1, 2:]
    assert_allclose(out[1:-1, 1:-1] - 0.5 * ratio * across, explicit[:, 1:-1])
    assert_allclose(out[[0, -1]], u[[0, -1]])


def test_lu_factors_multiply_to_the_matrix():
    (a,) = small(lu)
    packed = a.copy()
    lu.factor(packed)
    assert_allclose((np.tril(packed, -1) + np.eye(len(a))) @ np.triu(packed), a)


def test_lu_solve_against_numpy():
    a, b = small(lu_solve)
    x = np.zeros_like(b)
    lu_solve.solve(a.copy(), b, x)
    assert_allclose(x, np.linalg.solve(a, b))


def test_cholesky_against_numpy():
    (a,) = small(cholesky)
    packed = a.copy()
    cholesky.factor(packed)
    chol = np.linalg.cholesky(a)
    assert_allclose(np.tril(packed), chol)
    assert_allclose(cholesky.loss(a.copy()), 0.5 * np.linalg.slogdet(a)[1] + chol[-1] @ chol[-1])


def test_triangular_solve_against_numpy():
    lower, b = small(triangular_solve)
    x = np.empty_like(b)
    triangular_solve.substitute(lower, b, x)
    assert_allclose(x, np.linalg.solve(np.tril(lower), b))


def test_durbin_against_a_toeplitz_solver():
    (r,) = small(durbin)
    y = np.zeros_like(r)
    durbin.yule_walker(r, y)
    assert_allclose(y, solve_toeplitz(np.concatenate([[1.0], r[:-1]]), -r))


def test_gram_schmidt_factors():
    a, _ = small(gram_schmidt)
    q, r = np.zeros(a.shape), np.zeros((a.shape[1],) * 2)
    gram_schmidt.orthonormalise(a.copy(), q, r)
    assert_allclose(q @ r, a)
    assert_allclose(q.T @ q, np.eye(a.shape[1]), atol=1e-12)
    assert_allclose(r, np.triu(r))


def test_rank_k_updates_against_matrix_products():
    alpha, beta, c, a = small(syrk)
    want = np.triu(c, 1) + np.tril(beta * c + alpha * a @ a.T)
    syrk.update(alpha, beta, c, a)
    assert_allclose(c, want)
    alpha, beta, c, a, b = small(syr2k)
    want = np.triu(c, 1) + np.tril(beta * c + alpha * (a @ b.T + b @ a.T))
    syr2k.update(alpha, beta, c, a, b)
    assert_allclose(c, want)


def test_covariance_and_correlation_against_numpy():
    (data,) = small(covariance)
    cov = np.empty((data.shape[1],) * 2)
    covariance.covariance(data.copy(), cov)
    assert_allclose(cov, np.cov(data.T))
    (data,) = small(correlation)
    corr = np.empty((data.shape[1],) * 2)
    correlation.correlation(data.copy(), corr)
    moving = [0, 2, 3]
    assert_allclose(corr[np.ix_(moving, moving)], np.corrcoef(data[:, moving].T))
    assert_allclose(corr[1], np.eye(4)[1], atol=1e-12)


def test_deriche_against_a_linear_filter():
    image, alpha = small(deriche)
    e = np.exp(-alpha)
    k = (1.0 - e) ** 2 / (1.0 + 2.0 * alpha * e - e * e)
    back = [1.0, -2.0 * e, e * e]
    left = lfilter([k, k * e * (alpha - 1.0)], back, image, axis=1)
    shifted = lfilter([0.0, k * e * (alpha + 1.0), -k * e * e], back, image[:, ::-1], axis=1)
    out = np.empty_like(image)
    deriche.smooth_rows(image, out, alpha)
    assert_allclose(out, left + shifted[:, ::-1])


def test_deriche_keeps_a_constant():
    out = np.empty((2, 400))
    deriche.smooth_rows(np.ones((2, 400)), out, 0.6)
    assert_allclose(out[:, 100:-100], 1.0)


def momentum(w, u, v, i, j, nu, dt, h):
    """One component at one point after transport, without pressure."""
    gx = (w[i, j + 1] - w[i, j - 1]) / (2.0 * h)
    gy = (w[i + 1, j] - w[i - 1, j]) / (2.0 * h)
    lap = (w[i, j + 1] + w[i, j - 1] + w[i + 1, j] + w[i - 1, j] - 4.0 * w[i, j]) / h**2
    return w[i, j] + dt * (nu * lap - u[i, j] * gx - v[i, j] * gy)


def corrected(u, v, p, dt, h, points):
    """Both components less the pressure gradient."""
    u, v = u.copy(), v.copy()
    for i, j in points:
        u[i, j] -= dt * (p[i, j + 1] - p[i, j - 1]) / (2.0 * h)
        v[i, j] -= dt * (p[i + 1, j] - p[i - 1, j]) / (2.0 * h)
    return u, v


def poisson(p, u, v, dt, h, sweeps, points, close):
    """Jacobi sweeps for the pressure, point by point; `close` sets the boundary."""
    for _ in range(sweeps):
        old = p.copy()
        for i, j in points:
            div = (u[i, j + 1] - u[i, j - 1] + v[i + 1, j] - v[i - 1, j]) / (2.0 * h * dt)
            around = old[i, j + 1] + old[i, j - 1] + old[i + 1, j] + old[i - 1, j]
            p[i, j] = (around - h * h * div) / 4.0
        close(p)


def interior(a):
    return [(i, j) for i in range(1, a.shape[0] - 1) for j in range(1, a.shape[1] - 1)]


def test_cavity_flow_point_by_point():
    u, v, p, lid, nu, dt, h, steps, sweeps = small(cavity_flow)
    points = interior(u)
    wu, wv, wp = u.copy(), v.copy(), p.copy()

    def close(p):
        p[:, 0], p[:, -1] = p[:, 1].copy(), p[:, -2].copy()
        p[0], p[-1] = p[1].copy(), 0.0

    for _ in range(steps):
        nu_, nv_ = wu.copy(), wv.copy()
        for i, j in points:
            nu_[i, j] = momentum(wu, wu, wv, i, j, nu, dt, h)
            nv_[i, j] = momentum(wv, wu, wv, i, j, nu, dt, h)
        poisson(wp, nu_, nv_, dt, h, sweeps, points, close)
        wu, wv = corrected(nu_, nv_, wp, dt, h, points)
        wu[-1] = lid
    cavity_flow.flow(u, v, p, lid, nu, dt, h, steps, sweeps)
    assert_allclose(u, wu)
    assert_allclose(v, wv)


def test_channel_flow_projection_and_transport_point_by_point():
    u, v, p, _, nu, dt, h, _, sweeps = small(channel_flow)
    points = interior(u)

    def wrap(w):
        w[:, 0], w[:, -1] = w[:, -2].copy(), w[:, 1].copy()

    def close(p):
        p[0], p[-1] = p[1].copy(), p[-2].copy()
        wrap(p)

    moved = v.copy()
    for i, j in points:
        moved[i, j] = momentum(v, u, v, i, j, nu, dt, h)
    wrap(moved)
    channel_flow.transport(v, u, v.copy(), nu, dt, h)
    assert_allclose(v, moved)
    wp = p.copy()
    poisson(wp, u, v, dt, h, sweeps, points, close)
    wu, wv = corrected(u, v, wp, dt, h, points)
    wrap(wu)
    wrap(wv)
    channel_flow.project(u, v, p, dt, h, sweeps)
    assert_allclose(u, wu)
    assert_allclose(v, wv)


def test_channel_flow_approaches_the_parabola():
    n = 9
    u, v, p = np.zeros((3, n, 6))
    h = 1.0 / (n - 1)
    channel_flow.loss(u, v, p, 1.0, 0.5, 0.005, h, 1500, 1)
    y = np.linspace(0.0, 1.0, n)
    assert_allclose(u[:, 3], y * (1.0 - y), atol=1e-9)


def test_horizontal_diffusion_point_by_point():
    field, strength = small(horizontal_diffusion)
    out = np.zeros_like(field)
    horizontal_diffusion.diffuse(field, strength, out)

    def lap(f, i, j):
        return 4.0 * f[i, j] - f[i - 1, j] - f[i + 1, j] - f[i, j - 1] - f[i, j + 1]

    def flux(f, i, j, di, dj):
        value = lap(f, i + di, j + dj) - lap(f, i, j)
        return 0.0 if value * (f[i + di, j + dj] - f[i, j]) > 0.0 else value

    for f, s, o in zip(field, strength, out, strict=True):
        for i in range(2, f.shape[0] - 2):
            for j in range(2, f.shape[1] - 2):
                total = flux(f, i, j, 0, 1) - flux(f, i, j - 1, 0, 1)
                total += flux(f, i, j, 1, 0) - flux(f, i - 1, j, 1, 0)
                assert_allclose(o[i, j], f[i, j] - s[i - 2, j - 2] * total)


def test_vertical_advection_solves_crank_nicolson():
    q, w, dz, dt, _ = small(vertical_advection)
    old = q.copy()
    vertical_advection.advect(q, w, dz, dt)
    mean = 0.5 * (q + old)
    slope = (mean[2:] - mean[:-2]) / (2.0 * dz[1:-1, None, None])
    assert_allclose(q[1:-1] - old[1:-1], -dt * w[1:-1] * slope, atol=1e-13)


def test_nbody_keeps_its_momentum_and_energy():
    position, velocity, mass, softening, _, _ = small(nbody)

    def energy():
        apart = position[:, None] - position[None, :]
        inverse = 1.0 / np.sqrt(np.sum(apart**2, axis=2) + softening**2)
        pairs = mass @ (inverse - np.eye(len(mass)) / softening) @ mass
        return 0.5 * mass @ np.sum(velocity**2, axis=1) - 0.5 * pairs

    momentum_before, energy_before = mass @ velocity, energy()
    nbody.loss(position, velocity, mass, softening, 1e-3, 300)
    assert_allclose(mass @ velocity, momentum_before)
    assert_allclose(energy(), energy_before, rtol=1e-5)


def test_conjugate_gradient_against_numpy():
    a, b, _ = small(conjugate_gradient)
    x = np.zeros_like(b)
    conjugate_gradient.solve(a, b, x, 1e-9)
    assert_allclose(x, np.linalg.solve(a, b), rtol=1e-7)


def test_csr_matvec_against_scipy():
    indptr, indices, data, x = small(csr_matvec)
    y = np.zeros(len(indptr) - 1)
    csr_matvec.multiply(indptr, indices, data, x, y)
    assert_allclose(y, csr_array((data, indices, indptr), shape=(len(y), len(x))) @ x)


def test_lstm_against_one_expression_per_gate():
    inputs, wx, wh, bias, target = small(lstm)
    hidden, memory = np.zeros_like(target), np.zeros_like(target)
    lstm.run(inputs, wx, wh, bias, hidden, memory)
    h = c = np.zeros(target.shape[1])
    for x, got in zip(inputs, hidden, strict=True):
        i, g, f, o = np.split(x @ wx + h @ wh + bias, 4)
        i, f, o = (0.5 + 0.5 * np.tanh(0.5 * z) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        assert_allclose(got, h)


def test_convolution_against_scipy():
    image, filters, bias = small(convolution)
    out = np.empty((2, 4, 5))
    convolution.layer(image, filters, bias, out)
    for o in range(2):
        pre = sum(correlate2d(image[c], filters[o, c], mode="valid") for c in range(2)) + bias[o]
        assert_allclose(out[o], np.maximum(pre, 0.0))


def test_stockham_against_numpy():
    re, im, _ = small(stockham_fft)
    want = np.fft.fft(re + 1j * im)
    re, im = stockham_fft.transform(re, im)
    assert_allclose(re + 1j * im, want)


def test_kalman_likelihood_is_that_of_the_joint_gaussian():
    f, h, q, r, observations = small(kalman)
    steps, n = len(observations), len(f)
    # All states as a linear map of the first state and the noises, which are independent.
    causes = np.zeros((steps * n, (steps + 1) * n))
    for t in range(steps):
        rows = slice(t * n, (t + 1) * n)
        for k in range(t + 2):
            causes[rows, k * n : (k + 1) * n] = np.linalg.matrix_power(f, t + 1 - k)
    noise = np.kron(np.eye(steps + 1), q)
    noise[:n, :n] = np.eye(n)
    see = np.kron(np.eye(steps), h)
    cov = see @ causes @ noise @ causes.T @ see.T + np.kron(np.eye(steps), r)
    y = observations.ravel()
    want = 0.5 * (np.linalg.slogdet(cov)[1] + y @ np.linalg.solve(cov, y))
    states = np.empty((steps, n))
    assert_allclose(kalman.run(f, h, q, r, observations, states), want)


def test_particle_in_cell_conserves_charge_and_gauss_law():
    x, _, cells, _, _ = small(particle_in_cell)
    rho, field = np.empty(cells), np.empty(cells)
    left, right, share = particle_in_cell.deposit(x, rho)
    assert_allclose(np.sum(rho), 0.0, atol=1e-12)
    particle_in_cell.field_of(rho, field)
    assert_allclose(np.roll(field, -1) - field, 0.5 * (rho + np.roll(rho, -1)), atol=1e-12)
    assert_allclose((1.0 - share) * left + share * (left + 1), x)
    assert np.all(right == (left + 1) % cells)
