import numpy as np


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


def project_rev(saved, camera, point, out_bar):
    # reverse
    z, u, v, r2, distortion, array, rotate_saved = saved
    camera_part = camera[6:]
    focal = camera_part[0]
    # return focal * distortion * np.array([u, v])
    out_bar_prod = out_bar * (focal * distortion)
    out_bar_prod_2 = out_bar @ array
    u_bar = out_bar_prod[0]
    v_bar = out_bar_prod[1]
    focal_bar = out_bar_prod_2 * distortion
    distortion_bar = out_bar_prod_2 * focal
    k1 = camera_part[1]
    k2 = camera_part[2]
    # distortion = 1.0 + r2 * (k1 + r2 * k2)
    k1_bar = distortion_bar * r2
    k2_bar = k1_bar * r2
    r2_bar = distortion_bar * (k1 + r2 * k2) + k1_bar * k2
    # r2 = u * u + v * v
    twice_r2_bar = 2.0 * r2_bar
    v_bar += twice_r2_bar * v
    u_bar += twice_r2_bar * u
    # v = -y / z
    v_bar_ratio = v_bar / z
    y_bar = -v_bar_ratio
    # u = -x / z
    u_bar_ratio = u_bar / z
    z_bar = -(v_bar_ratio * v + u_bar_ratio * u)
    x_bar = -u_bar_ratio
    # focal, k1, k2 = camera[6:]
    zeros = np.zeros(camera_part.shape)
    zeros[2] = k2_bar
    zeros[1] = k1_bar
    zeros[0] = focal_bar
    camera_bar = np.zeros(camera.shape)
    camera_bar[6:] = zeros
    # x, y, z = rotate(camera[:3], point) + camera[3:6]
    zeros_point = np.zeros_like(point)
    zeros_point[2] = z_bar
    zeros_point[1] = y_bar
    zeros_point[0] = x_bar
    camera_bar[3:6] = unbroadcast(zeros_point, camera[3:6])
    camera_part_bar, point_bar = rotate_rev(rotate_saved, camera[:3], point, zeros_point)
    camera_bar[:3] = camera_part_bar
    return camera_bar, point_bar


def rotate_rev(saved, rotation, point, out_bar):
    # reverse
    angle2, angle, axis, c, s, cross_axis, c_diff, axis_prod, c_diff_prod = saved
    if angle2 > 1e-12:
        # return c * point + s * np.cross(axis, point) + (1.0 - c) * (axis @ point) * axis
        summed_out_bar = unbroadcast(out_bar, rotation)
        axis_bar = summed_out_bar * c_diff_prod
        prod = summed_out_bar @ axis
        prod_prod = prod * c_diff
        point_bar = prod_prod * axis
        axis_bar = axis_bar + prod_prod * point
        out_bar_prod = out_bar * s
        s_bar = out_bar @ cross_axis
        axis_bar += unbroadcast(np.cross(point, out_bar_prod), rotation)
        point_bar = point_bar + np.cross(out_bar_prod, axis)
        c_bar = out_bar @ point - prod * axis_prod
        point_bar += out_bar * c
        # axis = rotation / angle
        rotation_bar = unbroadcast(axis_bar, rotation) / angle
        angle_bar = s_bar * c - c_bar * s - np.sum(axis_bar / angle * axis)
        # angle = np.sqrt(angle2)
        angle2_bar = 0.5 * angle_bar / (angle + (angle == 0)) if angle_bar != 0 else 0.0
    else:
        # return point + np.cross(rotation, point)
        rotation_bar = unbroadcast(np.cross(point, out_bar), rotation)
        point_bar = out_bar + np.cross(out_bar, rotation)
        angle2_bar = 0.0
    # angle2 = rotation @ rotation
    rotation_bar += 2.0 * angle2_bar * rotation
    return rotation_bar, point_bar


def project_fwd(camera, point):
    """Where a camera sees a point."""
    rotate_out, rotate_saved = rotate_fwd(camera[:3], point)
    rotate_out_sum = rotate_out + camera[3:6]
    x, y, z = rotate_out_sum
    camera_part = camera[6:]
    focal, k1, k2 = camera_part
    u = -x / z
    v = -y / z
    r2 = u * u + v * v
    distortion = 1.0 + r2 * (k1 + r2 * k2)
    array = np.array([u, v])
    return focal * distortion * array, (z, u, v, r2, distortion, array, rotate_saved)


def rotate_fwd(rotation, point):
    """Rodrigues' formula; near zero its first-order term."""
    angle2 = rotation @ rotation
    if angle2 > 1e-12:
        angle = np.sqrt(angle2)
        axis = rotation / angle
        c = np.cos(angle)
        s = np.sin(angle)
        assert rotation.shape[0] == 3, "np.cross is differentiated for vectors of length 3"
        assert point.shape[0] == 3, "np.cross is differentiated for vectors of length 3"
        cross_axis = np.cross(axis, point)
        c_diff = 1.0 - c
        axis_prod = axis @ point
        c_diff_prod = c_diff * axis_prod
        result = c * point + s * cross_axis + c_diff_prod * axis
    else:
        assert rotation.shape[0] == 3, "np.cross is differentiated for vectors of length 3"
        assert point.shape[0] == 3, "np.cross is differentiated for vectors of length 3"
        result = point + np.cross(rotation, point)
        angle = None
        axis = None
        c = None
        s = None
        cross_axis = None
        c_diff = None
        axis_prod = None
        c_diff_prod = None
    return result, (angle2, angle, axis, c, s, cross_axis, c_diff, axis_prod, c_diff_prod)


def huber_rev(root_r2, r2, width, out_bar):
    # reverse
    if r2 <= width**2:
        # return 0.5 * r2
        r2_bar = 0.5 * out_bar
    else:
        # return width * (np.sqrt(r2) - 0.5 * width)
        r2_bar = 0.5 * out_bar * width / (root_r2 + (root_r2 == 0))
    return r2_bar


def huber_fwd(r2, width):
    """Of a squared residual."""
    if r2 <= width**2:
        return None
    return np.sqrt(r2)


def reprojection_error_grad(cameras, points, observations):
    """Sum over all sightings; cameras have nine numbers each, points three."""
    # forward
    residual_tape = []
    residual_prod_tape = []
    huber_saved_tape = []
    project_saved_tape = []
    for i, j, seen in observations:
        project_out, project_saved = project_fwd(cameras[i], points[j])
        project_saved_tape.append(project_saved)
        residual = project_out - seen
        residual_tape.append(residual)
        residual_prod = residual @ residual
        residual_prod_tape.append(residual_prod)
        huber_saved = huber_fwd(residual_prod, 5.0)
        huber_saved_tape.append(huber_saved)
    # reverse
    # for i, j, seen in observations:
    points_bar = np.zeros_like(points)
    cameras_bar = np.zeros_like(cameras)
    for value, residual, residual_prod, huber_saved, project_saved in zip(
        reversed(observations),
        reversed(residual_tape),
        reversed(residual_prod_tape),
        reversed(huber_saved_tape),
        reversed(project_saved_tape),
    ):
        # total += huber(residual @ residual, 5.0)
        residual_bar = 2.0 * huber_rev(huber_saved, residual_prod, 5.0, 1.0) * residual
        i = value[0]
        cameras_i = cameras[i]
        j = value[1]
        # residual = project(cameras[i], points[j]) - seen
        cameras_part_bar, points_part_bar = project_rev(
            project_saved, cameras_i, points[j], residual_bar
        )
        points_bar[j] += points_part_bar
        cameras_bar[i] += cameras_part_bar
    return cameras_bar, points_bar
