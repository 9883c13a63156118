import numpy as np


def diffuse_rev(saved, strength, out_bar):
    # reverse
    is_greater, is_greater_2, flux_y_diff, shape_lap, shape_lap_2, inner_shape = saved
    # out[:, 2:-2, 2:-2] = field[:, 2:-2, 2:-2] - strength * (flux_x[:, :, 1:] - flux_x[:, :, :-1] +
    #     flux_y[:, 1:, :] - flux_y[:, :-1, :])
    strength_bar = -(out_bar[:, 2:-2, 2:-2] * flux_y_diff)
    out_bar_prod = out_bar[:, 2:-2, 2:-2] * strength
    flux_y_bar = np.zeros(shape_lap)
    flux_y_bar[:, :-1, :] = out_bar_prod
    flux_y_bar[:, 1:, :] -= out_bar_prod
    flux_x_bar = np.zeros(shape_lap_2)
    flux_x_bar[:, :, :-1] = out_bar_prod
    flux_x_bar[:, :, 1:] -= out_bar_prod
    field_bar = np.zeros_like(out_bar)
    field_bar[:, 2:-2, 2:-2] = out_bar[:, 2:-2, 2:-2]
    # flux_y[flux_y * (inner[:, 1:, 1:-1] - inner[:, :-1, 1:-1]) > 0.0] = 0.0
    flux_y_bar[is_greater_2] = 0.0
    # flux_y = lap[:, 1:, 1:-1] - lap[:, :-1, 1:-1]
    lap_bar = np.zeros(inner_shape)
    lap_bar[:, :-1, 1:-1] = -flux_y_bar
    lap_bar[:, 1:, 1:-1] += flux_y_bar
    # flux_x[flux_x * (inner[:, 1:-1, 1:] - inner[:, 1:-1, :-1]) > 0.0] = 0.0
    flux_x_bar[is_greater] = 0.0
    # flux_x = lap[:, 1:-1, 1:] - lap[:, 1:-1, :-1]
    lap_bar[:, 1:-1, :-1] -= flux_x_bar
    lap_bar[:, 1:-1, 1:] += flux_x_bar
    # lap -= field[:, :-2, 1:-1] + field[:, 2:, 1:-1] + field[:, 1:-1, :-2] + field[:, 1:-1, 2:]
    field_bar[:, 1:-1, 2:] -= lap_bar
    field_bar[:, 1:-1, :-2] -= lap_bar
    field_bar[:, 2:, 1:-1] -= lap_bar
    field_bar[:, :-2, 1:-1] -= lap_bar
    # lap = 4.0 * field[:, 1:-1, 1:-1]
    inner_bar = 4.0 * lap_bar
    field_bar[:, 1:-1, 1:-1] += inner_bar
    return field_bar, strength_bar


def diffuse_fwd(field, strength, out):
    inner = field[:, 1:-1, 1:-1]
    lap = 4.0 * inner
    lap -= field[:, :-2, 1:-1] + field[:, 2:, 1:-1] + field[:, 1:-1, :-2] + field[:, 1:-1, 2:]
    flux_x = lap[:, 1:-1, 1:] - lap[:, 1:-1, :-1]
    is_greater = flux_x * (inner[:, 1:-1, 1:] - inner[:, 1:-1, :-1]) > 0.0
    flux_x[is_greater] = 0.0
    flux_y = lap[:, 1:, 1:-1] - lap[:, :-1, 1:-1]
    is_greater_2 = flux_y * (inner[:, 1:, 1:-1] - inner[:, :-1, 1:-1]) > 0.0
    flux_y[is_greater_2] = 0.0
    flux_y_diff = flux_x[:, :, 1:] - flux_x[:, :, :-1] + flux_y[:, 1:, :] - flux_y[:, :-1, :]
    out[:, 2:-2, 2:-2] = field[:, 2:-2, 2:-2] - strength * flux_y_diff
    return out, (
        is_greater,
        is_greater_2,
        flux_y_diff,
        lap[:, 1:, 1:-1].shape,
        lap[:, 1:-1, 1:].shape,
        inner.shape,
    )


def loss_grad(field, strength):
    """Sum of squares of the diffused field."""
    assert field.shape[0] == strength.shape[0]
    assert strength.shape[1] == field.shape[1] - 4
    assert strength.shape[2] == field.shape[2] - 4
    # forward
    out = np.zeros_like(field)
    out, diffuse_saved = diffuse_fwd(field, strength, out)
    # reverse
    # return np.sum(out * out)
    out_bar = 2.0 * out
    # diffuse(field, strength, out)
    field_bar, strength_bar = diffuse_rev(diffuse_saved, strength, out_bar)
    return field_bar, strength_bar
