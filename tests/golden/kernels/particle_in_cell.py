import numpy as np


def field_of_rev(field_bar, rho_bar):
    # reverse
    # field -= np.mean(field)
    field_bar -= np.sum(field_bar) / field_bar.size
    for i in reversed(range(1, len(field_bar))):
        # field[i] = field[i - 1] + 0.5 * (rho[i] + rho[i - 1])
        field_bar_i = field_bar[i]
        half_field_bar_i = 0.5 * field_bar_i
        rho_bar[i - 1] += half_field_bar_i
        rho_bar[i] += half_field_bar_i
        field_bar[i] = 0.0
        field_bar[i - 1] += field_bar_i
    # field[0] = 0.0
    field_bar[0] = 0.0
    return rho_bar, field_bar


def field_of_fwd(rho, field):
    """Integrate the charge over the cells; the mean field is zero."""
    field[0] = 0.0
    for i in range(1, len(rho)):
        field[i] = field[i - 1] + 0.5 * (rho[i] + rho[i - 1])
    field -= np.mean(field)
    return field


def deposit_rev(left, right, share_bar, rho_bar, x_bar):
    # reverse
    # np.add.at(rho, right, share)
    share_bar = share_bar + rho_bar[right]
    # np.add.at(rho, left, 1.0 - share)
    share_bar = share_bar - rho_bar[left]
    # share = x - left
    x_bar = x_bar + share_bar
    # rho[:] = -len(x) / cells
    rho_bar[:] = 0.0
    return x_bar, rho_bar


def deposit_fwd(x, rho):
    """Share each particle between the two grid points around it; return where it is."""
    cells = len(rho)
    left = np.floor(x).astype(np.int64)
    right = (left + 1) % cells
    share = x - left
    rho[:] = -len(x) / cells
    np.add.at(rho, left, 1.0 - share)
    np.add.at(rho, right, share)
    return left, right, share, rho


def loss_grad(x, v, cells, dt, steps):
    """Kinetic energy after the steps."""
    # forward
    rho = np.empty(cells)
    field = np.empty(cells)
    left_tape = []
    right_tape = []
    share_tape = []
    field_tape = []
    for t in range(steps):
        left, right, share, rho = deposit_fwd(x, rho)
        left_tape.append(left)
        right_tape.append(right)
        share_tape.append(share)
        field = field_of_fwd(rho, field)
        field_tape.append(field.copy())
        v = v + dt * ((1.0 - share) * field[left] + share * field[right])
        x = x + dt * v
        x = x % cells
    # reverse
    # for t in range(steps):
    field_bar = np.zeros_like(field)
    x_bar = np.zeros_like(x)
    v_bar = v
    rho_bar = np.zeros_like(rho)
    for left, right, share, field in zip(
        reversed(left_tape), reversed(right_tape), reversed(share_tape), reversed(field_tape)
    ):
        # x += dt * v
        v_bar = v_bar + x_bar * dt
        # v += dt * ((1.0 - share) * field[left] + share * field[right])
        v_bar_prod = v_bar * dt
        share_bar = v_bar_prod * field[right]
        np.add.at(field_bar, right, v_bar_prod * share)
        field_part = field[left]
        np.add.at(field_bar, left, v_bar_prod * (1.0 - share))
        share_bar -= v_bar_prod * field_part
        # field_of(rho, field)
        rho_bar, field_bar = field_of_rev(field_bar, rho_bar)
        # left, right, share = deposit(x, rho)
        x_bar, rho_bar = deposit_rev(left, right, share_bar, rho_bar, x_bar)
    return x_bar, v_bar.copy()
