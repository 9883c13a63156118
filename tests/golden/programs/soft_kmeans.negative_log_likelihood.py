import numpy as np


def soft_kmeans_rev(saved, points, stiffness, centres_bar):
    # reverse
    (
        centres_tape,
        shares_tape,
        moved_pre_tape,
        sum_shares_tape,
        is_less_tolerance_tape,
        assign_saved_tape,
    ) = saved
    stiffness_bar = 0.0
    for centres, shares, moved_pre, sum_shares, is_less_tolerance, assign_saved in zip(
        reversed(centres_tape),
        reversed(shares_tape),
        reversed(moved_pre_tape),
        reversed(sum_shares_tape),
        reversed(is_less_tolerance_tape),
        reversed(assign_saved_tape),
    ):
        if is_less_tolerance:
            moved_bar = np.zeros_like(moved_pre)
        else:
            moved_bar = centres_bar
            centres_bar = np.zeros_like(centres)
        # moved = shares.T @ points / shares.sum(axis=0)[:, np.newaxis]
        moved_bar_ratio = moved_bar / sum_shares[:, None]
        kept = np.where(moved_bar != 0, moved_bar_ratio, 0)
        moved = moved_pre / sum_shares[:, None]
        moved_bar_kept = np.where(moved_bar != 0, moved_bar_ratio * moved, 0)
        zeros_sum_shares = np.zeros_like(sum_shares)
        zeros_sum_shares[:, None] = -np.sum(moved_bar_kept, axis=1, keepdims=True)
        shares_bar = np.expand_dims(zeros_sum_shares, 0) + points @ kept.T
        # shares = assign(points, centres, stiffness)
        centres_bar, stiffness_bar_2 = assign_rev(
            assign_saved, stiffness, shares, shares_bar, centres_bar
        )
        stiffness_bar += stiffness_bar_2
    return centres_bar, stiffness_bar


def assign_rev(saved, stiffness, shares, shares_bar, centres_bar):
    # reverse
    d2_pre, d2, min_d2, d2_2, shares_2, sum_shares = saved
    # shares /= shares.sum(axis=1, keepdims=True)
    shares_bar /= sum_shares
    shares_bar -= np.sum(shares_bar * shares, axis=1, keepdims=True)
    # shares = np.exp(-stiffness * d2)
    shares_bar_prod = shares_bar * shares_2
    prod = shares_bar_prod * stiffness
    stiffness_bar = -np.vdot(shares_bar_prod, d2_2)
    # d2 -= d2.min(axis=1, keepdims=True)
    sum_prod = np.sum(prod, axis=1, keepdims=True)
    hit = d2 == min_d2
    d2_bar = sum_prod * hit / np.sum(hit, axis=1, keepdims=True) - prod
    # d2 = np.sum((points[:, np.newaxis, :] - centres) ** 2, axis=-1)
    prod_2 = 2 * np.expand_dims(d2_bar, -1)
    centres_bar -= np.sum(prod_2 * d2_pre, axis=0)
    return centres_bar, stiffness_bar


def soft_kmeans_fwd(points, centres, stiffness, rounds, tolerance):
    """Move the centres until they stay, at most the given number of rounds."""
    centres_tape = []
    shares_tape = []
    moved_pre_tape = []
    sum_shares_tape = []
    is_less_tolerance_tape = []
    assign_saved_tape = []
    for _ in range(rounds):
        centres_tape.append(centres)
        shares, assign_saved = assign_fwd(points, centres, stiffness)
        shares_tape.append(shares)
        assign_saved_tape.append(assign_saved)
        moved_pre = shares.T @ points
        moved_pre_tape.append(moved_pre)
        sum_shares = shares.sum(axis=0)
        sum_shares_tape.append(sum_shares)
        moved = moved_pre / sum_shares[:, None]
        is_less_tolerance = np.max(np.abs(moved - centres)) < tolerance
        is_less_tolerance_tape.append(is_less_tolerance)
        if is_less_tolerance:
            break
        centres = moved
    return centres, (
        centres_tape,
        shares_tape,
        moved_pre_tape,
        sum_shares_tape,
        is_less_tolerance_tape,
        assign_saved_tape,
    )


def assign_fwd(points, centres, stiffness):
    """Share of each centre in each point."""
    d2_pre = points[:, None, :] - centres
    d2 = np.sum(d2_pre**2, axis=-1)
    min_d2 = d2.min(axis=1, keepdims=True)
    d2_2 = d2 - min_d2
    shares = np.exp(-stiffness * d2_2)
    sum_shares = shares.sum(axis=1, keepdims=True)
    shares_2 = shares / sum_shares
    return shares_2, (d2_pre, d2, min_d2, d2_2, shares, sum_shares)


def negative_log_likelihood_grad(centres, log_stiffness, train, test, rounds=12):
    """Of points that were not clustered, under the mixture that the centres stand for."""
    # forward
    stiffness = np.exp(log_stiffness)
    found, soft_kmeans_saved = soft_kmeans_fwd(train, centres, stiffness, rounds, 0.001)
    d2_pre = test[:, None] - found[None]
    d2 = (d2_pre**2).sum(axis=2)
    stiffness_ratio = stiffness / np.pi
    density_pre = np.exp(-stiffness * d2)
    density = np.mean(stiffness_ratio * density_pre, axis=1)
    # reverse
    # return -np.mean(np.log(density + 1e-12))
    ratio = 1.0 / density.size
    # density = np.mean(stiffness / np.pi * np.exp(-stiffness * d2), axis=1)
    expand_dims = np.expand_dims(ratio / (density + 1e-12) / d2.shape[1], 1)
    density_pre_prod = stiffness_ratio * expand_dims * density_pre
    d2_bar = density_pre_prod * stiffness
    stiffness_bar = np.vdot(density_pre_prod, d2)
    # d2 = ((test[:, None] - found[None]) ** 2).sum(axis=2)
    prod = 2 * np.expand_dims(d2_bar, 2)
    found_bar = np.zeros_like(found)
    found_bar[None] = -np.sum(prod * d2_pre, axis=0, keepdims=True)
    # found = soft_kmeans(train, centres, stiffness, rounds)
    centres_bar, stiffness_bar_2 = soft_kmeans_rev(soft_kmeans_saved, train, stiffness, found_bar)
    stiffness_bar = stiffness_bar - np.sum(expand_dims * density_pre) / np.pi + stiffness_bar_2
    # stiffness = np.exp(log_stiffness)
    log_stiffness_bar = stiffness_bar * stiffness
    return centres_bar, log_stiffness_bar
