import numpy as np


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    return by_parts(accumulate, x, y) if has_parts(x) else x + y


def add_at(x, index, v):
    """Add `v` to the elements of an array or a list at `index`; repeated ones count repeatedly."""
    if isinstance(x, np.ndarray):
        np.add.at(x, index, v)
    else:
        x[index] = accumulate(x[index], v)


def by_parts(function, x, *more):
    """A container like `x`, with what `function` makes of each part of it (and of `more`)."""
    if isinstance(x, dict):
        return {k: function(part, *(y[k] for y in more)) for k, part in x.items()}
    if isinstance(x, (list, tuple)):
        parts = [function(*row) for row in zip(x, *more, strict=True)]
        return type(x)(*parts) if hasattr(x, "_fields") else type(x)(parts)
    made = x.__class__.__new__(x.__class__)
    for name in getattr(x, "__dataclass_fields__", None) or x.__dict__:
        parts = [getattr(y, name) for y in (x, *more)]
        object.__setattr__(made, name, function(*parts))
    return made


def has_parts(x):
    """Whether a value is a container or an object with attributes."""
    if isinstance(x, (list, tuple, dict)):
        return True
    return hasattr(x, "__dict__") or hasattr(x, "__dataclass_fields__")


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
    return g


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def project_rev(saved, camera, point, out_bar):
    # reverse
    (
        rotate_out,
        rotate_out_sum,
        u_pre,
        u,
        v_pre,
        v,
        u_squared,
        v_squared,
        r2,
        distortion_pre,
        distortion_pre_2,
        distortion_pre_3,
        distortion,
        focal_prod,
        array,
        rotate_saved,
    ) = saved
    # return focal * distortion * np.array([u, v])
    summed_focal_prod = unbroadcast(out_bar * array, focal_prod)
    summed_array = unbroadcast(out_bar * focal_prod, array)
    u_bar = unbroadcast(summed_array[0], u)
    v_bar = unbroadcast(summed_array[1], v)
    camera_part = camera[6:]
    focal = camera_part[0]
    focal_bar = unbroadcast(summed_focal_prod * distortion, focal)
    distortion_bar = unbroadcast(summed_focal_prod * focal, distortion)
    # distortion = 1.0 + r2 * (k1 + r2 * k2)
    summed = unbroadcast(distortion_bar, distortion_pre_3)
    r2_bar = unbroadcast(summed * distortion_pre_2, r2)
    summed_2 = unbroadcast(summed * r2, distortion_pre_2)
    k1 = camera_part[1]
    k1_bar = unbroadcast(summed_2, k1)
    summed_summed_2 = unbroadcast(summed_2, distortion_pre)
    k2 = camera_part[2]
    r2_bar = accumulate(r2_bar, unbroadcast(summed_summed_2 * k2, r2))
    k2_bar = unbroadcast(summed_summed_2 * r2, k2)
    # r2 = u * u + v * v
    summed_v = unbroadcast(unbroadcast(r2_bar, v_squared) * v, v)
    v_bar = accumulate(v_bar, summed_v)
    v_bar = accumulate(v_bar, summed_v)
    summed_u = unbroadcast(unbroadcast(r2_bar, u_squared) * u, u)
    u_bar = accumulate(u_bar, summed_u)
    u_bar = accumulate(u_bar, summed_u)
    z = rotate_out_sum[2]
    # v = -y / z
    v_bar_ratio = v_bar / z
    z_bar = -unbroadcast(v_bar_ratio * v, z)
    y = rotate_out_sum[1]
    y_bar = -unbroadcast(unbroadcast(v_bar_ratio, v_pre), y)
    # u = -x / z
    u_bar_ratio = u_bar / z
    z_bar = accumulate(z_bar, -unbroadcast(u_bar_ratio * u, z))
    x = rotate_out_sum[0]
    x_bar = -unbroadcast(unbroadcast(u_bar_ratio, u_pre), x)
    # focal, k1, k2 = camera[6:]
    zeros = np.zeros(camera_part.shape)
    zeros[2] = k2_bar
    zeros[1] += k1_bar
    zeros[0] += focal_bar
    camera_bar = np.zeros(camera.shape)
    camera_bar[6:] = zeros
    # x, y, z = rotate(camera[:3], point) + camera[3:6]
    zeros_2 = zero(rotate_out_sum)
    zeros_2[2] = z_bar
    add_at(zeros_2, 1, y_bar)
    add_at(zeros_2, 0, x_bar)
    summed_zeros_2 = unbroadcast(zeros_2, rotate_out)
    camera_bar[3:6] += unbroadcast(zeros_2, camera[3:6])
    camera_part_bar, point_bar = rotate_rev(rotate_saved, camera[:3], point, summed_zeros_2)
    camera_bar[:3] += camera_part_bar
    return camera_bar, point_bar


def rotate_rev(saved, rotation, point, out_bar):
    # reverse
    (
        angle2,
        angle,
        axis,
        c,
        s,
        cross_axis,
        s_prod,
        s_prod_sum,
        c_diff,
        axis_prod,
        c_diff_prod,
        cross_rotation,
    ) = saved
    if angle2 > 1e-12:
        # return c * point + s * np.cross(axis, point) + (1.0 - c) * (axis @ point) * axis
        summed_out_bar = unbroadcast(out_bar, s_prod_sum)
        summed_out_bar_2 = unbroadcast(out_bar, rotation)
        axis_bar = summed_out_bar_2 * c_diff_prod
        prod = summed_out_bar_2 @ axis
        prod_prod = prod * c_diff
        point_bar = prod_prod * axis
        axis_bar = axis_bar + prod_prod * point
        summed = unbroadcast(summed_out_bar, point)
        summed_2 = unbroadcast(summed_out_bar, s_prod)
        s_bar = unbroadcast(summed_2 * cross_axis, s)
        summed_cross_axis = unbroadcast(summed_2 * s, cross_axis)
        axis_bar += unbroadcast(np.cross(point, summed_cross_axis), rotation)
        point_bar = point_bar + unbroadcast(np.cross(summed_cross_axis, axis), point)
        c_bar = summed @ point - prod * axis_prod
        point_bar += summed * c
        # c, s = np.cos(angle), np.sin(angle)
        angle_bar = s_bar * np.cos(angle)
        c_bar_prod = c_bar * np.sin(angle)
        # axis = rotation / angle
        rotation_bar = unbroadcast(axis_bar, rotation) / angle
        angle_bar = angle_bar - c_bar_prod - np.sum(axis_bar / angle * axis)
        # angle = np.sqrt(angle2)
        angle2_bar = 0.5 * angle_bar / angle
    else:
        # return point + np.cross(rotation, point)
        point_bar = unbroadcast(out_bar, point)
        summed_out_bar_3 = unbroadcast(out_bar, cross_rotation)
        rotation_bar = unbroadcast(np.cross(point, summed_out_bar_3), rotation)
        point_bar = point_bar + unbroadcast(np.cross(summed_out_bar_3, rotation), point)
        angle2_bar = 0.0
    # angle2 = rotation @ rotation
    rotation_bar = rotation_bar + 2.0 * angle2_bar * rotation
    return rotation_bar, point_bar


def project_fwd(camera, point):
    """Where a camera sees a point."""
    rotate_out, rotate_saved = rotate_fwd(camera[:3], point)
    rotate_out_sum = rotate_out + camera[3:6]
    assert len(rotate_out_sum) == 3, "expected 3 values to unpack"
    x = rotate_out_sum[0]
    y = rotate_out_sum[1]
    z = rotate_out_sum[2]
    camera_part = camera[6:]
    assert len(camera_part) == 3, "expected 3 values to unpack"
    focal = camera_part[0]
    k1 = camera_part[1]
    k2 = camera_part[2]
    u_pre = -x
    u = u_pre / z
    v_pre = -y
    v = v_pre / z
    u_squared = u * u
    v_squared = v * v
    r2 = u_squared + v_squared
    distortion_pre = r2 * k2
    distortion_pre_2 = k1 + distortion_pre
    distortion_pre_3 = r2 * distortion_pre_2
    distortion = 1.0 + distortion_pre_3
    focal_prod = focal * distortion
    array = np.array([u, v])
    return focal_prod * array, (
        rotate_out,
        rotate_out_sum,
        u_pre,
        u,
        v_pre,
        v,
        u_squared,
        v_squared,
        r2,
        distortion_pre,
        distortion_pre_2,
        distortion_pre_3,
        distortion,
        focal_prod,
        array,
        rotate_saved,
    )


def rotate_fwd(rotation, point):
    """Rodrigues' formula; near zero its first-order term."""
    angle2 = rotation @ rotation
    if angle2 > 1e-12:
        angle = np.sqrt(angle2)
        axis = rotation / angle
        c = np.cos(angle)
        s = np.sin(angle)
        cross_axis = np.cross(axis, point)
        s_prod = s * cross_axis
        s_prod_sum = c * point + s_prod
        c_diff = 1.0 - c
        axis_prod = axis @ point
        c_diff_prod = c_diff * axis_prod
        result = s_prod_sum + c_diff_prod * axis
        cross_rotation = None
    else:
        cross_rotation = np.cross(rotation, point)
        result = point + cross_rotation
        angle = None
        axis = None
        c = None
        s = None
        cross_axis = None
        s_prod = None
        s_prod_sum = None
        c_diff = None
        axis_prod = None
        c_diff_prod = None
    return result, (
        angle2,
        angle,
        axis,
        c,
        s,
        cross_axis,
        s_prod,
        s_prod_sum,
        c_diff,
        axis_prod,
        c_diff_prod,
        cross_rotation,
    )


def huber_rev(saved, r2, width, out_bar):
    # reverse
    is_less_r2, root_r2, root_r2_diff = saved
    if is_less_r2:
        # return 0.5 * r2
        r2_bar = unbroadcast(0.5 * out_bar, r2)
    else:
        # return width * (np.sqrt(r2) - 0.5 * width)
        out_bar_prod = out_bar * width
        summed = unbroadcast(out_bar_prod, root_r2_diff)
        r2_bar = unbroadcast(0.5 * unbroadcast(summed, root_r2) / root_r2, r2)
    return r2_bar


def huber_fwd(r2, width):
    """Of a squared residual."""
    is_less_r2 = r2 <= width**2
    if is_less_r2:
        result = 0.5 * r2
        root_r2 = None
        root_r2_diff = None
    else:
        root_r2 = np.sqrt(r2)
        root_r2_diff = root_r2 - 0.5 * width
        result = width * root_r2_diff
    return result, (is_less_r2, root_r2, root_r2_diff)


def reprojection_error_grad(cameras, points, observations):
    """Sum over all sightings; cameras have nine numbers each, points three."""
    # forward
    total = 0.0
    total_tape = []
    project_out_tape = []
    residual_prod_tape = []
    huber_out_tape = []
    huber_saved_tape = []
    project_saved_tape = []
    for value in observations:
        total_tape.append(total)
        i, j, seen = value
        project_out, project_saved = project_fwd(cameras[i], points[j])
        project_out_tape.append(project_out)
        project_saved_tape.append(project_saved)
        residual = project_out - seen
        residual_prod = residual @ residual
        residual_prod_tape.append(residual_prod)
        huber_out, huber_saved = huber_fwd(residual_prod, 5.0)
        huber_out_tape.append(huber_out)
        huber_saved_tape.append(huber_saved)
        total = total + huber_out
    if np.ndim(total) != 0:
        raise TypeError(
            "reprojection_error must return a scalar to have a gradient; use vjp for any other result"
        )
    # reverse
    # for i, j, seen in observations:
    points_bar = np.zeros_like(points)
    cameras_bar = np.zeros_like(cameras)
    total_bar = 1.0
    for value, total, project_out, residual_prod, huber_out, huber_saved, project_saved in zip(
        reversed(observations),
        reversed(total_tape),
        reversed(project_out_tape),
        reversed(residual_prod_tape),
        reversed(huber_out_tape),
        reversed(huber_saved_tape),
        reversed(project_saved_tape),
    ):
        # total += huber(residual @ residual, 5.0)
        summed_total_bar = unbroadcast(total_bar, huber_out)
        total_bar = unbroadcast(total_bar, total)
        residual_prod_bar = huber_rev(huber_saved, residual_prod, 5.0, summed_total_bar)
        seen = value[2]
        residual = project_out - seen
        is_equal = np.ndim(residual) == 1
        if is_equal and is_equal:
            # total += huber(residual @ residual, 5.0)
            result = residual_prod_bar * residual
            result_2 = result
        elif is_equal:
            # total += huber(residual @ residual, 5.0)
            is_equal_2 = np.ndim(residual) == 2
            if is_equal_2:
                result = np.outer(residual_prod_bar, residual)
                result_2 = np.transpose(residual) @ residual_prod_bar
            else:
                result = residual_prod_bar[..., None] * residual
                result_2 = (
                    (np.transpose(residual) if is_equal_2 else np.swapaxes(residual, -1, -2))
                    @ residual_prod_bar[..., None]
                )[..., 0]
        elif is_equal:
            if np.ndim(residual) == 2:
                result = residual @ residual_prod_bar
                result_2 = np.outer(residual, residual_prod_bar)
            else:
                result = (residual @ residual_prod_bar[..., None])[..., 0]
                result_2 = residual[:, None] * residual_prod_bar[..., None, :]
        else:
            # total += huber(residual @ residual, 5.0)
            is_equal_3 = np.ndim(residual) == 2
            result = residual_prod_bar @ (
                np.transpose(residual) if is_equal_3 else np.swapaxes(residual, -1, -2)
            )
            result_2 = (
                np.transpose(residual) if is_equal_3 else np.swapaxes(residual, -1, -2)
            ) @ residual_prod_bar
        residual_bar = unbroadcast(result, residual)
        residual_bar = accumulate(residual_bar, unbroadcast(result_2, residual))
        # residual = project(cameras[i], points[j]) - seen
        summed = unbroadcast(residual_bar, project_out)
        i = value[0]
        cameras_i = cameras[i]
        j = value[1]
        cameras_part_bar, points_part_bar = project_rev(project_saved, cameras_i, points[j], summed)
        points_bar[j] += points_part_bar
        cameras_bar[i] += cameras_part_bar
    return cameras_bar, points_bar
