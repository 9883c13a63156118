import numpy as np


def implicit_lines_rev(saved, ratio, out, out_bar):
    # reverse
    explicit_pre, out_start, upper = saved
    n = upper.shape[0]
    upper_bar = np.zeros_like(upper)
    for j in reversed(range(n - 2, 0, -1)):
        # out[1:-1, j] += upper[j] * out[1:-1, j + 1]
        out_bar_prod = out_bar[1:-1, j] @ out[1:-1, j + 1]
        out_bar[1:-1, j + 1] += out_bar[1:-1, j] * upper[j]
        upper_bar[j] += out_bar_prod
    # for j in range(1, n - 1):
    explicit_bar = np.zeros_like(explicit_pre)
    n_diff = n - 1
    half_ratio = 0.5 * ratio
    half_ratio_bar = ratio_bar = 0.0
    for j in reversed(range(1, n_diff)):
        pivot = 1.0 + ratio - half_ratio * upper[j - 1]
        # out[1:-1, j] = (explicit[:, j] + 0.5 * ratio * out[1:-1, j - 1]) / pivot
        out_bar_ratio = out_bar[1:-1, j] / pivot
        half_out_bar = 0.5 * out_bar[1:-1, j]
        out_bar_ratio_prod = out_bar_ratio @ out_start[1:-1, j - 1]
        out_bar[1:-1, j] = 0.0
        out_bar[1:-1, j - 1] += half_out_bar / pivot * ratio
        explicit_bar[:, j] += out_bar_ratio
        # upper[j] = 0.5 * ratio / pivot; pivot = 1.0 + ratio - 0.5 * ratio * upper[j - 1]
        upper_bar_ratio = upper_bar[j] / pivot
        sum_2 = out_bar_ratio @ out_start[1:-1, j] + upper_bar_ratio * upper[j]
        half_ratio_bar = (
            half_ratio_bar + out_bar_ratio_prod + upper_bar_ratio + sum_2 * upper[j - 1]
        )
        upper_bar[j] = 0.0
        upper_bar[j - 1] += 0.5 * sum_2 * ratio
        ratio_bar -= sum_2
    # out[-1, :] = u[-1, :]
    u_bar = np.zeros_like(out_bar)
    u_bar[-1, :] = out_bar[-1, :]
    out_bar[-1, :] = 0.0
    # out[0, :] = u[0, :]
    u_bar[0, :] += out_bar[0, :]
    out_bar[0, :] = 0.0
    # out[:, n - 1] = u[:, n - 1]
    u_bar[:, n_diff] += out_bar[:, n_diff]
    out_bar[:, n_diff] = 0.0
    # out[:, 0] = u[:, 0]
    # explicit = u[1:-1, :] + 0.5 * ratio * (u[:-2, :] - 2.0 * u[1:-1, :] + u[2:, :])
    u_bar[:, 0] += out_bar[:, 0]
    half_ratio_prod = half_ratio * explicit_bar
    u_bar[2:, :] += half_ratio_prod
    u_bar[:-2, :] += half_ratio_prod
    ratio_bar += 0.5 * (half_ratio_bar + np.vdot(explicit_bar, explicit_pre))
    u_bar[1:-1, :] += explicit_bar - explicit_bar * ratio
    out_bar[:, 0] = 0.0
    return u_bar, out_bar, ratio_bar


def implicit_lines_fwd(u, out, ratio):
    """One half step: explicit along the first axis, Thomas' elimination along the second."""
    n = u.shape[1]
    upper = np.zeros(n)
    half_ratio = 0.5 * ratio
    explicit_pre = u[:-2, :] - 2.0 * u[1:-1, :] + u[2:, :]
    explicit = u[1:-1, :] + half_ratio * explicit_pre
    out[:, 0] = u[:, 0]
    n_diff = n - 1
    out[:, n_diff] = u[:, n_diff]
    out[0, :] = u[0, :]
    out[-1, :] = u[-1, :]
    for j in range(1, n_diff):
        pivot = 1.0 + ratio - half_ratio * upper[j - 1]
        upper[j] = half_ratio / pivot
        out[1:-1, j] = (explicit[:, j] + half_ratio * out[1:-1, j - 1]) / pivot
    out_start = out.copy()
    for j in range(n - 2, 0, -1):
        out[1:-1, j] += upper[j] * out[1:-1, j + 1]
    return out, (explicit_pre, out_start, upper)


def loss_grad(u, ratio, steps):
    """Energy of the plate after the steps."""
    # forward
    half = np.empty_like(u)
    u = np.copy(u)
    half_tape = []
    implicit_lines_out_tape = []
    implicit_lines_saved_tape = []
    implicit_lines_saved_tape_2 = []
    for t in range(steps):
        half, implicit_lines_saved = implicit_lines_fwd(u, half, ratio)
        implicit_lines_saved_tape_2.append(implicit_lines_saved)
        half_tape.append(half.copy())
        transposed_u = u.T
        implicit_lines_out, implicit_lines_saved = implicit_lines_fwd(half.T, transposed_u, ratio)
        implicit_lines_saved_tape.append(implicit_lines_saved)
        implicit_lines_out_tape.append(implicit_lines_out.copy())
        u = implicit_lines_out.T
    # reverse
    # return np.sum(u * u)
    u_bar = 2.0 * u
    half_bar = np.zeros_like(u)
    ratio_bar = 0.0
    for half, implicit_lines_out, implicit_lines_saved, implicit_lines_saved_2 in zip(
        reversed(half_tape),
        reversed(implicit_lines_out_tape),
        reversed(implicit_lines_saved_tape),
        reversed(implicit_lines_saved_tape_2),
    ):
        # implicit_lines(half.T, u.T, ratio)
        transposed_u_bar = u_bar.T
        transposed_half_bar, transposed_u_bar_2, ratio_bar_2 = implicit_lines_rev(
            implicit_lines_saved, ratio, implicit_lines_out, transposed_u_bar
        )
        u_bar = transposed_u_bar_2.T
        half_bar += transposed_half_bar.T
        # implicit_lines(u, half, ratio)
        u_bar_2, half_bar, ratio_bar_3 = implicit_lines_rev(
            implicit_lines_saved_2, ratio, half, half_bar
        )
        u_bar += u_bar_2
        ratio_bar = ratio_bar + ratio_bar_2 + ratio_bar_3
    return u_bar, ratio_bar
