"""Flow through a periodic channel under a body force, by the projection method (R. Temam, 1969).

Along the channel the ends are ghost columns, copied after each write; at the walls nothing moves.
"""

import numpy as np

WRT = ("u", "v", "p", "force", "nu")


def wrap(w):
    """Fill the two ghost columns from the opposite ends."""
    w[:, 0] = w[:, -2]
    w[:, -1] = w[:, 1]


def transport(w, u, v, nu, dt, h):
    """Add to one component what is carried by (u, v) and spread by viscosity in one time step."""
    old = w.copy()
    gx = (old[1:-1, 2:] - old[1:-1, :-2]) / (2.0 * h)
    gy = (old[2:, 1:-1] - old[:-2, 1:-1]) / (2.0 * h)
    around = old[1:-1, 2:] + old[1:-1, :-2] + old[2:, 1:-1] + old[:-2, 1:-1]
    w[1:-1, 1:-1] += dt * nu / h**2 * (around - 4.0 * old[1:-1, 1:-1])
    w[1:-1, 1:-1] -= dt * (u[1:-1, 1:-1] * gx + v[1:-1, 1:-1] * gy)
    wrap(w)


def project(u, v, p, dt, h, sweeps):
    divergence = (u[1:-1, 2:] - u[1:-1, :-2] + v[2:, 1:-1] - v[:-2, 1:-1]) / (2.0 * h * dt)
    b = h * h * divergence
    for q in range(sweeps):
        p[1:-1, 1:-1] = 0.25 * (p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - b)
        p[0] = p[1]
        p[-1] = p[-2]
        wrap(p)
    u[1:-1, 1:-1] -= dt * (p[1:-1, 2:] - p[1:-1, :-2]) / (2.0 * h)
    v[1:-1, 1:-1] -= dt * (p[2:, 1:-1] - p[:-2, 1:-1]) / (2.0 * h)
    wrap(u)
    wrap(v)


def loss(u, v, p, force, nu, dt, h, steps, sweeps):
    """Flux through the channel, squared and summed over its sections."""
    for t in range(steps):
        u_old = u.copy()
        v_old = v.copy()
        transport(u, u_old, v_old, nu, dt, h)
        transport(v, u_old, v_old, nu, dt, h)
        u[1:-1] += dt * force
        project(u, v, p, dt, h, sweeps)
    flux = h * np.sum(u[:, 1:-1], axis=0)
    return flux @ flux


def make_args(size, rng):
    n, steps, sweeps = {"small": (5, 2, 2), "bench": (64, 20, 10)}[size]
    fields = [0.1 * rng.normal(size=(n, n + 2)) for _ in range(3)]
    return *fields, 1.0, 0.1, 0.0005, 1.0 / n, steps, sweeps
