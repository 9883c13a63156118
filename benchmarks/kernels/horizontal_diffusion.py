"""Fourth-order horizontal diffusion of a weather model, with limited fluxes (M. Xue, 2000)."""

import numpy as np

WRT = ("field", "strength")


def diffuse(field, strength, out):
    lap = 4.0 * field[:, 1:-1, 1:-1]
    lap -= field[:, :-2, 1:-1] + field[:, 2:, 1:-1] + field[:, 1:-1, :-2] + field[:, 1:-1, 2:]
    inner = field[:, 1:-1, 1:-1]
    flux_x = lap[:, 1:-1, 1:] - lap[:, 1:-1, :-1]
    flux_x[flux_x * (inner[:, 1:-1, 1:] - inner[:, 1:-1, :-1]) > 0.0] = 0.0
    flux_y = lap[:, 1:, 1:-1] - lap[:, :-1, 1:-1]
    flux_y[flux_y * (inner[:, 1:, 1:-1] - inner[:, :-1, 1:-1]) > 0.0] = 0.0
    out[:, 2:-2, 2:-2] = field[:, 2:-2, 2:-2] - strength * (
        flux_x[:, :, 1:] - flux_x[:, :, :-1] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    )


def loss(field, strength):
    """Sum of squares of the diffused field."""
    out = np.zeros_like(field)
    diffuse(field, strength, out)
    return np.sum(out * out)


def make_args(size, rng):
    levels, n = {"small": (2, 7), "bench": (20, 68)}[size]
    return rng.normal(size=(levels, n, n)), rng.uniform(0.05, 0.1, size=(levels, n - 4, n - 4))
