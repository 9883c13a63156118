import numpy as np
from scipy import linalg


def unbroadcast(g, like):
    """Sum `g` over the axes along which `like` was broadcast to the shape of `g`."""
    shape = np.shape(like)
    if np.shape(g) != shape:
        lead = np.ndim(g) - len(shape)
        g = np.sum(g, axis=tuple(range(lead))) if lead > 0 else g
        if np.ndim(g) == len(shape):
            ones = tuple(k for k, n in enumerate(shape) if n == 1 and np.shape(g)[k] != 1)
            g = np.sum(g, axis=ones, keepdims=True) if ones else g
        g = np.broadcast_to(g, shape).copy() if np.shape(g) != shape else g
    dtype = getattr(like, "dtype", None)
    if dtype is not None and dtype.kind in "fc" and getattr(g, "dtype", dtype) != dtype:
        g = g.real.astype(dtype) if dtype.kind == "f" and g.dtype.kind == "c" else g.astype(dtype)
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def simulate_rev(saved, dt, dx, u_bar):
    # reverse
    r, bands, n_heating, u_tape, heating_shape = saved
    # for power in heating:
    heating_bar = np.zeros(heating_shape)
    for i, u in zip(reversed(range(n_heating)), reversed(u_tape)):
        # u = solve_banded((1, 1), bands, b)
        roll_bands = np.roll(bands[2], 1)
        roll_bands_2 = np.roll(bands[0], -1)
        bands_2 = np.stack([roll_bands, np.roll(bands[1], 0), roll_bands_2])
        b_bar = linalg.solve_banded((1, 1), bands_2, u_bar)
        # b[-1] += 0.5 * r * (u[-2] - u[-1])
        r_prod = 0.5 * b_bar[-1] * r
        u_bar = np.zeros_like(u)
        u_bar[-1] = -r_prod
        u_bar[-2] = r_prod
        # b[0] += 0.5 * r * (u[1] - u[0]) + dt / dx * power
        power_bar = b_bar[0] * (dt / dx)
        r_prod_2 = 0.5 * b_bar[0] * r
        u_bar[0] -= r_prod_2
        u_bar[1] += r_prod_2
        # b[1:-1] += 0.5 * r * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        b_bar_prod = 0.5 * r * b_bar[1:-1]
        u_bar[:-2] += b_bar_prod
        u_bar[1:-1] -= r * b_bar[1:-1]
        u_bar[2:] += b_bar_prod
        # b = u.copy()
        u_bar += b_bar
        # for power in heating:
        heating_bar[i] += power_bar
    return heating_bar


def simulate_fwd(heating, n, diffusivity, dt, dx):
    """Temperature at the end; `heating` has one value for each time step."""
    r = diffusivity * dt / dx**2
    bands = crank_nicolson(n, r)
    u = np.zeros(n)
    u_tape = []
    for power in heating:
        u_tape.append(u)
        b = u.copy()
        half_r = 0.5 * r
        b[1:-1] += half_r * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        b[0] += half_r * (u[1] - u[0]) + dt / dx * power
        b[-1] += half_r * (u[-2] - u[-1])
        u = linalg.solve_banded((1, 1), bands, b)
    return u, (r, bands, len(heating), u_tape, heating.shape)


def crank_nicolson(n, r):
    """The implicit matrix in banded form, with insulated ends."""
    bands = np.zeros((3, n))
    r_prod = -0.5 * r
    bands[0, 1:] = r_prod
    bands[1, :] = 1.0 + r
    bands[2, :-1] = r_prod
    sum_2 = 1.0 + 0.5 * r
    bands[1, 0] = sum_2
    bands[1, -1] = sum_2
    return bands


def objective_grad(heating, wanted, diffusivity=0.05, dt=0.05, price=0.0001):
    """Distance from the wanted profile, plus the price of the heating and of its changes."""
    # forward
    n = len(wanted)
    dx = 1.0 / n
    u, simulate_saved = simulate_fwd(heating, n, diffusivity, dt, dx)
    # reverse
    # return dx * np.sum((u - wanted) ** 2) + price * (effort + changes)
    u_bar = 2 * unbroadcast(u - wanted, u) / n
    # changes = np.sum(np.diff(heating) ** 2)
    twice_price = 2 * price
    twice_price_prod = twice_price * np.diff(heating)
    # effort = dt * np.sum(heating**2)
    heating_bar = twice_price * dt * heating - np.diff(twice_price_prod, prepend=0, append=0)
    # u = simulate(heating, n, diffusivity, dt, dx)
    heating_bar += simulate_rev(simulate_saved, dt, dx, u_bar)
    return heating_bar
