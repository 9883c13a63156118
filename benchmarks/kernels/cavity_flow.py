"""Lid-driven cavity by the projection method (A. J. Chorin, 1968), pressure by Jacobi sweeps."""

import numpy as np

WRT = ("u", "v", "p", "lid", "nu")


def source(b, u, v, dt, h):
    across = (u[1:-1, 2:] - u[1:-1, :-2]) / (2.0 * h)
    along = (v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h)
    b[1:-1, 1:-1] = (across + along) / dt


def pressure(p, b, h, sweeps):
    for q in range(sweeps):
        old = p.copy()
        p[1:-1, 1:-1] = 0.25 * (
            old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1] - h * h * b[1:-1, 1:-1]
        )
        p[:, 0] = p[:, 1]
        p[:, -1] = p[:, -2]
        p[0, :] = p[1, :]
        p[-1, :] = 0.0


def advance(w, u, v, dt, h, nu):
    """The momentum of one component without pressure."""
    centre = w[1:-1, 1:-1]
    around = w[1:-1, 2:] + w[1:-1, :-2] + w[2:, 1:-1] + w[:-2, 1:-1]
    return (
        centre
        - dt / (2.0 * h) * u[1:-1, 1:-1] * (w[1:-1, 2:] - w[1:-1, :-2])
        - dt / (2.0 * h) * v[1:-1, 1:-1] * (w[2:, 1:-1] - w[:-2, 1:-1])
        + nu * dt / h**2 * (around - 4.0 * centre)
    )


def flow(u, v, p, lid, nu, dt, h, steps, sweeps):
    b = np.zeros_like(p)
    for t in range(steps):
        u_star = advance(u, u, v, dt, h, nu)
        v[1:-1, 1:-1] = advance(v, u, v, dt, h, nu)
        u[1:-1, 1:-1] = u_star
        source(b, u, v, dt, h)
        pressure(p, b, h, sweeps)
        u[1:-1, 1:-1] -= dt / (2.0 * h) * (p[1:-1, 2:] - p[1:-1, :-2])
        v[1:-1, 1:-1] -= dt / (2.0 * h) * (p[2:, 1:-1] - p[:-2, 1:-1])
        u[-1, :] = lid


def loss(u, v, p, lid, nu, dt, h, steps, sweeps):
    """Kinetic energy of the flow."""
    flow(u, v, p, lid, nu, dt, h, steps, sweeps)
    return 0.5 * np.sum(u * u + v * v)


def make_args(size, rng):
    n, steps, sweeps = {"small": (5, 2, 2), "bench": (64, 20, 10)}[size]
    fields = [0.1 * rng.normal(size=(n, n)) for _ in range(3)]
    return *fields, 1.0, 0.1, 0.0005, 1.0 / n, steps, sweeps
