import numpy as np


def smooth_rows_rev(saved, image, alpha, out_bar):
    # reverse
    decay, gain, image_sum, left_part, left, right = saved
    # for j in range(width - 3, -1, -1):
    image_bar = np.zeros_like(image)
    width = image.shape[1]
    decay_squared = decay * decay
    twice_decay = 2.0 * decay
    gain_prod = gain * decay
    alpha_sum = alpha + 1.0
    right_bar = np.copy(out_bar)
    decay_squared_bar = twice_decay_bar = gain_prod_bar = decay_bar = alpha_sum_bar = 0.0
    for j in reversed(range(width - 3, -1, -1)):
        # right[:, j] += 2.0 * decay * right[:, j + 1] - decay * decay * right[:, j + 2]
        right_bar_part = right_bar[:, j].copy()
        decay_squared_bar -= right_bar_part @ right[:, j + 2]
        right_bar[:, j + 2] -= decay_squared * right_bar_part
        twice_decay_bar += right_bar_part @ right[:, j + 1]
        right_bar[:, j + 1] += twice_decay * right_bar_part
        # right[:, j] = gain * decay * ((alpha + 1.0) * image[:, j + 1] - decay * image[:, j + 2])
        right_bar_prod = right_bar[:, j] * gain_prod
        alpha_sum_prod = alpha_sum * image[:, j + 1]
        decay_prod = decay * image[:, j + 2]
        gain_prod_bar += right_bar[:, j] @ (alpha_sum_prod - decay_prod)
        decay_bar -= right_bar_prod @ image[:, j + 2]
        image_bar[:, j + 2] -= decay * right_bar_prod
        alpha_sum_bar += right_bar_prod @ image[:, j + 1]
        image_bar[:, j + 1] += right_bar_prod * alpha_sum
        right_bar[:, j] = 0.0
    # right[:, width - 2] = gain * decay * (alpha + 1.0) * image[:, width - 1]
    right_bar_part_2 = right_bar[:, width - 2]
    prod = right_bar_part_2 @ image[:, width - 1]
    image_bar[:, width - 1] += right_bar_part_2 * (gain_prod * alpha_sum)
    gain_prod_bar_sum = gain_prod_bar + prod * alpha_sum
    alpha_bar = alpha_sum_bar + prod * gain_prod
    gain_bar = gain_prod_bar_sum * decay
    alpha_diff = alpha - 1.0
    decay_prod_2 = decay * alpha_diff
    left_bar = out_bar
    decay_prod_bar = 0.0
    for j in reversed(range(2, width)):
        # left[:, j] += 2.0 * decay * left[:, j - 1] - decay * decay * left[:, j - 2]
        left_bar_part = left_bar[:, j].copy()
        decay_squared_bar -= left_bar_part @ left[:, j - 2]
        left_bar[:, j - 2] -= decay_squared * left_bar_part
        twice_decay_bar += left_bar_part @ left[:, j - 1]
        left_bar[:, j - 1] += twice_decay * left_bar_part
        # left[:, j] = gain * (image[:, j] + decay * (alpha - 1.0) * image[:, j - 1])
        left_bar_prod = left_bar[:, j] * gain
        decay_prod_prod = decay_prod_2 * image[:, j - 1]
        gain_bar += left_bar[:, j] @ (image[:, j] + decay_prod_prod)
        decay_prod_bar += left_bar_prod @ image[:, j - 1]
        image_bar[:, j - 1] += left_bar_prod * decay_prod_2
        image_bar[:, j] += left_bar_prod
        left_bar[:, j] = 0.0
    # left[:, 1] += 2.0 * decay * left[:, 0]
    left_bar_prod_2 = left_bar[:, 1] @ left_part
    left_bar[:, 0] += twice_decay * left_bar[:, 1]
    prod_2 = 2.0 * (twice_decay_bar + left_bar_prod_2)
    decay_bar = decay_bar + gain_prod_bar_sum * gain + prod_2
    # left[:, 1] = gain * (image[:, 1] + decay * (alpha - 1.0) * image[:, 0])
    left_bar_prod_3 = left_bar[:, 1] * gain
    decay_prod_bar_sum = decay_prod_bar + left_bar_prod_3 @ image[:, 0]
    decay_bar += decay_prod_bar_sum * alpha_diff
    image_bar[:, 1] += left_bar_prod_3
    # left[:, 0] = gain * image[:, 0]
    gain_bar = gain_bar + left_bar[:, 1] @ image_sum + left_bar[:, 0] @ image[:, 0]
    image_bar[:, 0] += left_bar_prod_3 * decay_prod_2 + left_bar[:, 0] * gain
    decay_squared_diff = 1.0 + 2.0 * alpha * decay - decay_squared
    # gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay * decay)
    gain_prod_2 = gain_bar / decay_squared_diff * gain
    prod_3 = 2.0 * (decay_squared_bar + gain_prod_2)
    decay_bar += prod_3 * decay
    twice_gain_prod_2 = 2.0 * gain_prod_2
    decay_bar = (
        decay_bar - twice_gain_prod_2 * alpha - 2 * gain_bar / decay_squared_diff * (1.0 - decay)
    )
    # decay = np.exp(-alpha)
    alpha_bar = (
        alpha_bar + decay_prod_bar_sum * decay - twice_gain_prod_2 * decay - decay_bar * decay
    )
    return image_bar, alpha_bar


def smooth_rows_fwd(image, out, alpha):
    width = image.shape[1]
    decay = np.exp(-alpha)
    decay_squared = decay * decay
    gain = (1.0 - decay) ** 2 / (1.0 + 2.0 * alpha * decay - decay_squared)
    left = np.zeros_like(image)
    right = np.zeros_like(image)
    left[:, 0] = gain * image[:, 0]
    decay_prod = decay * (alpha - 1.0)
    image_sum = image[:, 1] + decay_prod * image[:, 0]
    left[:, 1] = gain * image_sum
    twice_decay = 2.0 * decay
    left_part = left[:, 0].copy()
    left[:, 1] += twice_decay * left_part
    for j in range(2, width):
        left[:, j] = gain * (image[:, j] + decay_prod * image[:, j - 1])
        twice_decay_prod = twice_decay * left[:, j - 1]
        left[:, j] += twice_decay_prod - decay_squared * left[:, j - 2]
    gain_prod = gain * decay
    alpha_sum = alpha + 1.0
    right[:, width - 2] = gain_prod * alpha_sum * image[:, width - 1]
    for j in range(width - 3, -1, -1):
        right[:, j] = gain_prod * (alpha_sum * image[:, j + 1] - decay * image[:, j + 2])
        twice_decay_prod_2 = twice_decay * right[:, j + 1]
        right[:, j] += twice_decay_prod_2 - decay_squared * right[:, j + 2]
    out = np.add(left, right)
    return out, (decay, gain, image_sum, left_part, left, right)


def loss_grad(image, alpha):
    """Energy of the smoothed image."""
    # forward
    across = np.empty_like(image)
    across, smooth_rows_saved = smooth_rows_fwd(image, across, alpha)
    both = np.empty_like(image)
    transposed_across = across.T
    smooth_rows_out, smooth_rows_saved_2 = smooth_rows_fwd(transposed_across, both.T, alpha)
    both = smooth_rows_out.T
    # reverse
    # return np.sum(both * both)
    both_bar = 2.0 * both
    # smooth_rows(across.T, both.T, alpha)
    transposed = both_bar.T
    transposed_across_bar, alpha_bar = smooth_rows_rev(
        smooth_rows_saved_2, transposed_across, alpha, transposed
    )
    across_bar = transposed_across_bar.T
    # smooth_rows(image, across, alpha)
    image_bar, alpha_bar_2 = smooth_rows_rev(smooth_rows_saved, image, alpha, across_bar)
    alpha_bar += alpha_bar_2
    return image_bar, alpha_bar
