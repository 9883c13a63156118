import numpy as np


def smooth_rows_rev(saved, out_bar):
    # reverse
    (
        image,
        alpha,
        decay,
        _,
        _,
        _,
        gain,
        _,
        part_saved,
        _,
        _,
        left,
        _,
        part_saved_2,
        _,
        _,
        _,
        _,
        right,
    ) = saved
    # for j in range(width - 3, -1, -1):
    image_bar = np.zeros_like(image)
    right_bar = np.copy(out_bar)
    value = value_prev = value_2 = decay_bar = value_3 = 0.0
    for j in reversed(range(saved[17], -1, -1)):
        # right[:, j] += 2.0 * decay * right[:, j + 1] - decay * decay * right[:, j + 2]
        right_bar_part = right_bar[:, j].copy()
        prod = right_bar_part * right[:, j + 2]
        right_bar[:, j + 2] -= right_bar_part * saved[4]
        prod_2 = right_bar_part * right[:, j + 1]
        right_bar[:, j + 1] += 2.0 * right_bar_part * decay
        part_saved_2_prod = part_saved_2 * image[:, j + 1]
        # right[:, j] = gain * decay * ((alpha + 1.0) * image[:, j + 1] - decay * image[:, j + 2])
        right_bar_prod = right_bar[:, j] * (part_saved_2_prod - decay * image[:, j + 2])
        right_bar_prod_2 = right_bar[:, j] * saved[12]
        decay_bar -= np.sum(right_bar_prod_2 * image[:, j + 2])
        image_bar[:, j + 2] -= right_bar_prod_2 * decay
        image_bar[:, j + 1] += right_bar_prod_2 * part_saved_2
        right_bar[:, j] = 0.0
        value = value - np.sum(prod)
        value_prev = value_prev + np.sum(prod_2)
        value_2 = value_2 + np.sum(right_bar_prod)
        value_3 = value_3 + np.sum(right_bar_prod_2 * image[:, j + 1])
    # right[:, width - 2] = gain * decay * (alpha + 1.0) * image[:, width - 1]
    right_bar_part_2 = right_bar[:, saved[16]]
    sum_2 = np.sum(right_bar_part_2 * image[:, saved[15]])
    image_bar[:, saved[15]] += right_bar_part_2 * saved[14]
    sum_2_prod = sum_2 * saved[12]
    value_2_sum = value_2 + sum_2 * part_saved_2
    gain_bar = value_2_sum * decay
    width = image.shape[1]
    left_bar = out_bar
    value_2 = 0.0
    for j in reversed(range(2, width)):
        # left[:, j] += 2.0 * decay * left[:, j - 1] - decay * decay * left[:, j - 2]
        left_bar_part = left_bar[:, j].copy()
        left_bar_part_prod = left_bar_part * left[:, j - 2]
        left_bar[:, j - 2] -= left_bar_part * saved[4]
        left_bar_part_prod_2 = left_bar_part * left[:, j - 1]
        left_bar[:, j - 1] += 2.0 * left_bar_part * decay
        part_saved_prod = part_saved * image[:, j - 1]
        # left[:, j] = gain * (image[:, j] + decay * (alpha - 1.0) * image[:, j - 1])
        left_bar_prod = left_bar[:, j] * gain
        gain_bar += np.sum(left_bar[:, j] * (image[:, j] + part_saved_prod))
        image_bar[:, j - 1] += left_bar_prod * part_saved
        image_bar[:, j] += left_bar_prod
        left_bar[:, j] = 0.0
        value = value - np.sum(left_bar_part_prod)
        value_prev = value_prev + np.sum(left_bar_part_prod_2)
        value_2 = value_2 + np.sum(left_bar_prod * image[:, j - 1])
    # left[:, 1] += 2.0 * decay * left[:, 0]
    left_bar_prod_2 = left_bar[:, 1] * saved[10]
    left_bar[:, 0] += 2.0 * left_bar[:, 1] * decay
    prod_3 = 2.0 * (value_prev + np.sum(left_bar_prod_2))
    decay_bar = decay_bar + value_2_sum * gain + prod_3
    # left[:, 1] = gain * (image[:, 1] + decay * (alpha - 1.0) * image[:, 0])
    left_bar_prod_3 = left_bar[:, 1] * saved[9]
    left_bar_prod_4 = left_bar[:, 1] * gain
    value_2_sum_2 = value_2 + np.sum(left_bar_prod_4 * image[:, 0])
    value_2_sum_2_prod = value_2_sum_2 * saved[7]
    alpha_bar = value_3 + sum_2_prod + value_2_sum_2 * decay
    image_bar[:, 1] += left_bar_prod_4
    left_bar[:, 1] = 0.0
    # left[:, 0] = gain * image[:, 0]
    gain_bar = gain_bar + np.sum(left_bar_prod_3) + np.sum(left_bar[:, 0] * image[:, 0])
    image_bar[:, 0] += left_bar_prod_4 * part_saved + left_bar[:, 0] * gain
    # gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay * decay)
    gain_bar_ratio = gain_bar / saved[5]
    gain_bar_prod = gain_bar * (gain / saved[5])
    decay_prod = (value + gain_bar_prod) * decay
    decay_bar = decay_bar + value_2_sum_2_prod + decay_prod + decay_prod
    decay_bar = decay_bar - 2.0 * gain_bar_prod * alpha - 2 * gain_bar_ratio * saved[3]
    # decay = np.exp(-alpha)
    alpha_bar = alpha_bar - 2.0 * (gain_bar_prod * decay) - decay_bar * decay
    return image_bar, alpha_bar


def smooth_rows_fwd(image, out, alpha):
    width = image.shape[1]
    decay = np.exp(-alpha)
    gain_pre = 1.0 - decay
    gain_pre_2 = decay * decay
    gain_pre_3 = 1.0 + 2.0 * alpha * decay - gain_pre_2
    gain = gain_pre**2 / gain_pre_3
    left = np.zeros_like(image)
    right = np.zeros_like(image)
    image_part = image[:, 0]
    left[:, 0] = gain * image_part
    alpha_diff = alpha - 1.0
    decay_prod = decay * alpha_diff
    image_sum = image[:, 1] + decay_prod * image_part
    left[:, 1] = gain * image_sum
    decay_prod_2 = 2.0 * decay
    left_part = left[:, 0].copy()
    left[:, 1] += decay_prod_2 * left_part
    for j in range(2, width):
        left[:, j] = gain * (image[:, j] + decay_prod * image[:, j - 1])
        decay_prod_2_prod = decay_prod_2 * left[:, j - 1]
        left[:, j] += decay_prod_2_prod - gain_pre_2 * left[:, j - 2]
    gain_prod = gain * decay
    alpha_sum = alpha + 1.0
    gain_prod_prod = gain_prod * alpha_sum
    width_diff = width - 1
    width_diff_2 = width - 2
    right[:, width_diff_2] = gain_prod_prod * image[:, width_diff]
    width_diff_3 = width - 3
    for j in range(width_diff_3, -1, -1):
        right[:, j] = gain_prod * (alpha_sum * image[:, j + 1] - decay * image[:, j + 2])
        decay_prod_2_prod_2 = decay_prod_2 * right[:, j + 1]
        right[:, j] += decay_prod_2_prod_2 - gain_pre_2 * right[:, j + 2]
    out = np.add(left, right)
    return out, (
        image,
        alpha,
        decay,
        gain_pre,
        gain_pre_2,
        gain_pre_3,
        gain,
        alpha_diff,
        decay_prod,
        image_sum,
        left_part,
        left,
        gain_prod,
        alpha_sum,
        gain_prod_prod,
        width_diff,
        width_diff_2,
        width_diff_3,
        right,
    )


def loss_grad(image, alpha):
    """Energy of the smoothed image."""
    # forward
    across = np.empty_like(image)
    across, smooth_rows_saved = smooth_rows_fwd(image, across, alpha)
    both = np.empty_like(image)
    transposed_across = across.T
    smooth_rows_fwd_out, smooth_rows_saved_2 = smooth_rows_fwd(transposed_across, both.T, alpha)
    both = smooth_rows_fwd_out.T
    # reverse
    # return np.sum(both * both)
    both_bar = 2.0 * both
    # smooth_rows(across.T, both.T, alpha)
    transposed = both_bar.T
    smooth_rows_rev_out, alpha_bar = smooth_rows_rev(smooth_rows_saved_2, transposed)
    across_bar = smooth_rows_rev_out.T
    # smooth_rows(image, across, alpha)
    image_bar, smooth_rows_rev_out_2 = smooth_rows_rev(smooth_rows_saved, across_bar)
    alpha_bar += smooth_rows_rev_out_2
    return image_bar, alpha_bar
