import numpy as np


def joints_rev(saved, out0_bar, out1_bar, out2_bar, out3_bar, out4_bar):
    # reverse
    (
        pose,
        c,
        s,
        is_equal,
        offset,
        pose_2,
        c_2,
        s_2,
        is_equal_2,
        offset_2,
        pose_prod,
        pose_3,
        c_3,
        s_3,
        is_equal_3,
        offset_3,
        pose_prod_2,
        pose_4,
        offset_4,
        pose_prod_3,
        pose_5,
        c_4,
        s_4,
        is_equal_4,
        offset_5,
        pose_prod_4,
        angles_shape,
    ) = saved
    # places.append(pose[:3, 3])
    pose_bar = np.zeros_like(pose_prod_4)
    pose_bar[:3, 3] = out4_bar
    # return pose @ offset
    pose_bar_2 = pose_5.T @ pose_bar @ offset_5.T
    # pose = pose @ link.transform(q)
    pose_bar = pose_bar @ pose_prod_4.T
    if is_equal_4:
        # return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[1, 1] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[1, 0] - pose_bar_2[0, 1]
    else:
        # return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[2, 2] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[0, 2] - pose_bar_2[2, 0]
    # c, s = np.cos(q), np.sin(q)
    q_bar = s_bar * c_4 - c_bar * s_4
    # places.append(pose[:3, 3])
    pose_bar[:3, 3] += out3_bar
    # return pose @ offset
    pose_bar_2 = pose_4.T @ pose_bar @ offset_4.T
    # pose = pose @ link.transform(q)
    pose_bar = pose_bar @ pose_prod_3.T
    # pose[0, 3] = q
    q_bar_2 = pose_bar_2[0, 3]
    # places.append(pose[:3, 3])
    pose_bar[:3, 3] += out2_bar
    # return pose @ offset
    pose_bar_2 = pose_3.T @ pose_bar @ offset_3.T
    # pose = pose @ link.transform(q)
    pose_bar = pose_bar @ pose_prod_2.T
    if is_equal_3:
        # return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[1, 1] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[1, 0] - pose_bar_2[0, 1]
    else:
        # return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[2, 2] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[0, 2] - pose_bar_2[2, 0]
    # c, s = np.cos(q), np.sin(q)
    q_bar_3 = s_bar * c_3 - c_bar * s_3
    # places.append(pose[:3, 3])
    pose_bar[:3, 3] += out1_bar
    # return pose @ offset
    pose_bar_2 = pose_2.T @ pose_bar @ offset_2.T
    # pose = pose @ link.transform(q)
    pose_bar = pose_bar @ pose_prod.T
    if is_equal_2:
        # return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[1, 1] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[1, 0] - pose_bar_2[0, 1]
    else:
        # return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])
        c_bar = pose_bar_2[2, 2] + pose_bar_2[0, 0]
        s_bar = pose_bar_2[0, 2] - pose_bar_2[2, 0]
    # c, s = np.cos(q), np.sin(q)
    q_bar_4 = s_bar * c_2 - c_bar * s_2
    # places.append(pose[:3, 3])
    pose_bar[:3, 3] += out0_bar
    # return pose @ offset
    pose_bar = pose.T @ pose_bar @ offset.T
    if is_equal:
        # return np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
        c_bar = pose_bar[1, 1] + pose_bar[0, 0]
        s_bar = pose_bar[1, 0] - pose_bar[0, 1]
    else:
        # return np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])
        c_bar = pose_bar[2, 2] + pose_bar[0, 0]
        s_bar = pose_bar[0, 2] - pose_bar[2, 0]
    # c, s = np.cos(q), np.sin(q)
    q_bar_5 = s_bar * c - c_bar * s
    # for link, q in zip(chain, angles, strict=True):
    angles_bar = np.zeros(angles_shape)
    angles_bar[4] = q_bar
    angles_bar[3] = q_bar_2
    angles_bar[2] = q_bar_3
    angles_bar[1] = q_bar_4
    angles_bar[0] = q_bar_5
    return angles_bar


def joints_fwd(chain, angles):
    """Positions of all joints, the last of which is the hand."""
    angles_shape = angles.shape
    pose = np.eye(4)
    if len(angles) != 5:
        raise ValueError("zip() argument 2 is not as long as argument 1")
    q = angles[0]
    q_2 = angles[1]
    q_3 = angles[2]
    q_4 = angles[3]
    q_5 = angles[4]
    c = np.cos(q)
    s = np.sin(q)
    is_equal = chain[0].axis == "z"
    if is_equal:
        pose_2 = np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    else:
        pose_2 = np.array([[c, 0, s, 0], [0, 1, 0, 0], [-s, 0, c, 0], [0, 0, 0, 1]])
    offset = np.eye(4)
    offset[0, 3] = chain[0].length
    pose_2 = pose @ (pose_2 @ offset)
    pose_part = pose_2[:3, 3]
    c_2 = np.cos(q_2)
    s_2 = np.sin(q_2)
    is_equal_2 = chain[1].axis == "z"
    if is_equal_2:
        pose_3 = np.array([[c_2, -s_2, 0, 0], [s_2, c_2, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    else:
        pose_3 = np.array([[c_2, 0, s_2, 0], [0, 1, 0, 0], [-s_2, 0, c_2, 0], [0, 0, 0, 1]])
    offset_2 = np.eye(4)
    offset_2[0, 3] = chain[1].length
    pose_prod = pose_3 @ offset_2
    pose_3 = pose_2 @ pose_prod
    pose_part_2 = pose_3[:3, 3]
    c_3 = np.cos(q_3)
    s_3 = np.sin(q_3)
    is_equal_3 = chain[2].axis == "z"
    if is_equal_3:
        pose_4 = np.array([[c_3, -s_3, 0, 0], [s_3, c_3, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    else:
        pose_4 = np.array([[c_3, 0, s_3, 0], [0, 1, 0, 0], [-s_3, 0, c_3, 0], [0, 0, 0, 1]])
    offset_3 = np.eye(4)
    offset_3[0, 3] = chain[2].length
    pose_prod_2 = pose_4 @ offset_3
    pose_4 = pose_3 @ pose_prod_2
    pose_part_3 = pose_4[:3, 3]
    pose_5 = np.eye(4)
    pose_5[0, 3] = q_4
    offset_4 = np.eye(4)
    offset_4[0, 3] = chain[3].length
    pose_prod_3 = pose_5 @ offset_4
    pose_5 = pose_4 @ pose_prod_3
    pose_part_4 = pose_5[:3, 3]
    c_4 = np.cos(q_5)
    s_4 = np.sin(q_5)
    is_equal_4 = chain[4].axis == "z"
    if is_equal_4:
        pose_6 = np.array([[c_4, -s_4, 0, 0], [s_4, c_4, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    else:
        pose_6 = np.array([[c_4, 0, s_4, 0], [0, 1, 0, 0], [-s_4, 0, c_4, 0], [0, 0, 0, 1]])
    offset_5 = np.eye(4)
    offset_5[0, 3] = chain[4].length
    pose_prod_4 = pose_6 @ offset_5
    pose_6 = pose_5 @ pose_prod_4
    return (
        pose_part,
        pose_part_2,
        pose_part_3,
        pose_part_4,
        pose_6[:3, 3],
        (
            pose,
            c,
            s,
            is_equal,
            offset,
            pose_2,
            c_2,
            s_2,
            is_equal_2,
            offset_2,
            pose_prod,
            pose_3,
            c_3,
            s_3,
            is_equal_3,
            offset_3,
            pose_prod_2,
            pose_4,
            offset_4,
            pose_prod_3,
            pose_5,
            c_4,
            s_4,
            is_equal_4,
            offset_5,
            pose_prod_4,
            angles_shape,
        ),
    )


def cost_grad(angles, chain, target, obstacle, radius=0.5):
    """Distance of the hand from its target, of joints from the obstacle, and broken limits."""
    # forward
    joints_out, joints_out_2, joints_out_3, joints_out_4, joints_out_5, joints_saved = joints_fwd(
        chain, angles
    )
    miss = joints_out_5 - target
    items_joints_out = [joints_out, joints_out_2, joints_out_3, joints_out_4, joints_out_5]
    depth_pre_tape = []
    for place in items_joints_out:
        depth_pre_tape.append(np.linalg.norm(place - obstacle))
    if len(angles) != 5:
        raise ValueError("zip() argument 2 is not as long as argument 1")
    q = angles[0]
    q_2 = angles[1]
    q_3 = angles[2]
    q_4 = angles[3]
    q_5 = angles[4]
    q_diff = q - chain[0].high
    q_diff_2 = chain[0].low - q
    q_diff_3 = q_2 - chain[1].high
    q_diff_4 = chain[1].low - q_2
    q_diff_5 = q_3 - chain[2].high
    q_diff_6 = chain[2].low - q_3
    q_diff_7 = q_4 - chain[3].high
    q_diff_8 = chain[3].low - q_4
    q_diff_9 = q_5 - chain[4].high
    q_diff_10 = chain[4].low - q_5
    # reverse
    # return total + 1e-4 * np.sum(angles**2)
    angles_bar = 0.0002 * angles
    # return max(q - self.high, 0.0) ** 2 + max(self.low - q, 0.0) ** 2
    prod = 2 * max(q_diff_9, 0.0)
    q_bar = prod * (1 - (0.0 > q_diff_9)) - 2 * max(q_diff_10, 0.0) * (1 - (0.0 > q_diff_10))
    prod_2 = 2 * max(q_diff_7, 0.0)
    q_bar_2 = prod_2 * (1 - (0.0 > q_diff_7)) - 2 * max(q_diff_8, 0.0) * (1 - (0.0 > q_diff_8))
    prod_3 = 2 * max(q_diff_5, 0.0)
    q_bar_3 = prod_3 * (1 - (0.0 > q_diff_5)) - 2 * max(q_diff_6, 0.0) * (1 - (0.0 > q_diff_6))
    prod_4 = 2 * max(q_diff_3, 0.0)
    q_bar_4 = prod_4 * (1 - (0.0 > q_diff_3)) - 2 * max(q_diff_4, 0.0) * (1 - (0.0 > q_diff_4))
    prod_5 = 2 * max(q_diff, 0.0)
    q_bar_5 = prod_5 * (1 - (0.0 > q_diff)) - 2 * max(q_diff_2, 0.0) * (1 - (0.0 > q_diff_2))
    # total += sum(link.beyond_limits(q) for link, q in zip(chain, angles, strict=True))
    angles_bar[4] += q_bar
    angles_bar[3] += q_bar_2
    angles_bar[2] += q_bar_3
    angles_bar[1] += q_bar_4
    angles_bar[0] += q_bar_5
    place_bars = []
    for place, depth_pre in zip(reversed(items_joints_out), reversed(depth_pre_tape)):
        depth = radius - depth_pre
        if depth > 0.0:
            # total += 10.0 * depth**2
            depth_bar = 20.0 * depth
        else:
            depth_bar = 0.0
        # depth = radius - np.linalg.norm(place - obstacle)
        size = depth_pre + (depth_pre == 0)
        place_bar = -(depth_bar / size) * (place - obstacle)
        place_bars.append(place_bar)
    # for place in places:
    bars_0 = place_bars[::-1][0]
    bars_1 = place_bars[::-1][1]
    bars_2 = place_bars[::-1][2]
    bars_3 = place_bars[::-1][3]
    bars_4 = place_bars[::-1][4]
    # total = miss @ miss
    miss_bar = 2.0 * miss
    # miss = places[-1] - target
    bars_4_sum = bars_4 + miss_bar
    # places = joints(chain, angles)
    angles_bar_2 = joints_rev(joints_saved, bars_0, bars_1, bars_2, bars_3, bars_4_sum)
    angles_bar += angles_bar_2
    return angles_bar
