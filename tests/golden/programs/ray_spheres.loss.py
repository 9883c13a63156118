import numpy as np
from ray_spheres import Sphere


def accumulate(x, y):
    """The sum of two cotangents of one value, part by part in containers."""
    if has_parts(x):
        return by_parts(accumulate, x, y)
    return None if x is None else x + y


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
    return g.real if isinstance(like, (int, float)) and np.iscomplexobj(g) else g


def zero(like):
    """The zero cotangent of a value: of its shape, floating point, in its structure."""
    if has_parts(like):
        return by_parts(zero, like)
    if isinstance(like, str):
        return None
    if isinstance(like, np.ndarray):
        return np.zeros(like.shape, like.dtype if like.dtype.kind in "fc" else float)
    if isinstance(like, np.inexact):
        return type(like)(0)
    return 0j if isinstance(like, complex) else 0.0


def render_rev(saved, spheres, size, background, picture_bar):
    # reverse
    light, ray_tapes, shade_saved_tapes = saved
    # for i in range(size):
    spheres_bar = zero(spheres)
    for i, ray_tape, shade_saved_tape in zip(
        reversed(range(size)), reversed(ray_tapes), reversed(shade_saved_tapes)
    ):
        for j, ray, shade_saved in zip(
            reversed(range(size)), reversed(ray_tape), reversed(shade_saved_tape)
        ):
            # picture[i, j] = shade(spheres, ray, light, background)
            picture_bar_part = picture_bar[i, j]
            spheres_bar_2 = shade_rev(
                shade_saved, spheres, ray, light, background, picture_bar_part
            )
            spheres_bar = accumulate(spheres_bar, spheres_bar_2)
            picture_bar[i, j] = 0.0
    return spheres_bar


def shade_rev(saved, spheres, ray, light, background, out_bar):
    # reverse
    (
        chosen,
        chosen_2,
        chosen_3,
        not_has_chosen,
        normal,
        lit_pre,
        lit_pre_2,
        lit,
        cover_pre,
        cover,
        chosen_tape,
        along_tape,
        is_less_inside_tape,
        is_less_distance_tape,
        root_inside_tape,
    ) = saved
    if not_has_chosen:
        depth_bar = chosen_bar = chosen_bar_2 = 0.0
        chosen_bar_3 = np.zeros_like(chosen)
        nearest_bar = 0.0
    else:
        # return cover * lit + (1.0 - cover) * background
        lit_bar = out_bar * cover
        cover_bar = out_bar * lit - out_bar * background
        # cover = 1.0 - np.exp(-depth / 0.02)
        depth_bar = cover_bar * cover_pre / 0.02
        # lit = chosen.colour * (0.2 + 0.8 * max(normal @ light, 0.0))
        chosen_bar = lit_bar * lit_pre_2
        normal_bar = 0.8 * lit_bar * chosen_3 * (1 - (0.0 > lit_pre)) * light
        # normal = (nearest * ray - chosen.centre) / chosen.radius
        normal_bar_ratio = normal_bar / chosen_2
        kept = np.where(normal_bar != 0, normal_bar_ratio, 0)
        chosen_bar_2 = -np.sum(np.where(normal_bar != 0, normal_bar_ratio * normal, 0))
        chosen_bar_3 = -kept
        nearest_bar = kept @ ray
    object_centre_bar_tape = []
    for sphere, chosen, along, is_less_inside, is_less_distance, root_inside in zip(
        reversed(spheres),
        reversed(chosen_tape),
        reversed(along_tape),
        reversed(is_less_inside_tape),
        reversed(is_less_distance_tape),
        reversed(root_inside_tape),
    ):
        if is_less_distance:
            distance_bar = nearest_bar
            centre_bar = chosen_bar_3
            radius_bar = chosen_bar_2
            colour_bar = chosen_bar
            inside_bar = depth_bar
            nearest_bar = 0.0
            chosen_bar_3 = np.zeros_like(chosen)
            chosen_bar_2 = chosen_bar = depth_bar = 0.0
        else:
            distance_bar = 0.0
            centre_bar = np.zeros_like(sphere.centre)
            radius_bar = colour_bar = inside_bar = 0.0
        if is_less_inside:
            along_bar = 0.0
        else:
            # return along - np.sqrt(inside), inside
            inside_bar += -0.5 * distance_bar / root_inside if distance_bar != 0 else 0.0
            along_bar = distance_bar
        # inside = sphere.radius**2 - off2
        twice_inside_bar = 2 * inside_bar
        # off2 = sphere.centre @ sphere.centre - along**2
        along_bar += twice_inside_bar * along
        object_centre_bar_tape.append(
            Sphere(
                centre=centre_bar - 2.0 * inside_bar * sphere.centre + along_bar * ray,
                radius=radius_bar + twice_inside_bar * sphere.radius,
                colour=colour_bar,
            )
        )
    # for sphere in spheres:
    spheres_bar = object_centre_bar_tape[::-1]
    return spheres_bar


def render_fwd(spheres, size, background):
    """Picture of the scene, seen from the origin along -z."""
    light_pre = np.array([1.0, 1.0, 0.5])
    light = light_pre / np.sqrt(light_pre @ light_pre)
    picture = np.zeros((size, size))
    ray_tapes = []
    shade_saved_tapes = []
    for i in range(size):
        ray_tape = []
        shade_saved_tape = []
        for j in range(size):
            ray_pre = np.array([(j + 0.5) / size - 0.5, 0.5 - (i + 0.5) / size, -1.0])
            ray = ray_pre / np.sqrt(ray_pre @ ray_pre)
            ray_tape.append(ray)
            shade_out, shade_saved = shade_fwd(spheres, ray, light, background)
            shade_saved_tape.append(shade_saved)
            picture[i, j] = shade_out
        ray_tapes.append(ray_tape)
        shade_saved_tapes.append(shade_saved_tape)
    return picture, (light, ray_tapes, shade_saved_tapes)


def shade_fwd(spheres, ray, light, background):
    """Brightness that comes in along a ray."""
    has_chosen = False
    chosen = None
    chosen_2 = None
    chosen_3 = None
    depth = 0.0
    nearest = np.inf
    chosen_tape = []
    along_tape = []
    is_less_inside_tape = []
    is_less_distance_tape = []
    root_inside_tape = []
    for sphere in spheres:
        chosen_tape.append(chosen)
        along = ray @ sphere.centre
        along_tape.append(along)
        off2 = sphere.centre @ sphere.centre - along**2
        inside = sphere.radius**2 - off2
        is_less_inside = inside <= 0.0
        is_less_inside_tape.append(is_less_inside)
        if is_less_inside:
            distance = np.inf
            root_inside = None
        else:
            root_inside = np.sqrt(inside)
            distance = along - root_inside
        root_inside_tape.append(root_inside)
        is_less_distance = distance < nearest
        is_less_distance_tape.append(is_less_distance)
        if is_less_distance:
            nearest = distance
            has_chosen = True
            chosen = sphere.centre
            chosen_2 = sphere.radius
            chosen_3 = sphere.colour
            depth = inside
    not_has_chosen = not has_chosen
    if not_has_chosen:
        normal = None
        lit_pre = None
        lit_pre_2 = None
        lit = None
        cover_pre = None
        cover = None
    else:
        normal = (nearest * ray - chosen) / chosen_2
        lit_pre = normal @ light
        lit_pre_2 = 0.2 + 0.8 * max(lit_pre, 0.0)
        lit = chosen_3 * lit_pre_2
        cover_pre = np.exp(-depth / 0.02)
        cover = 1.0 - cover_pre
        background = cover * lit + (1.0 - cover) * background
    return background, (
        chosen,
        chosen_2,
        chosen_3,
        not_has_chosen,
        normal,
        lit_pre,
        lit_pre_2,
        lit,
        cover_pre,
        cover,
        chosen_tape,
        along_tape,
        is_less_inside_tape,
        is_less_distance_tape,
        root_inside_tape,
    )


def loss_grad(spheres, target):
    # forward
    n_target = len(target)
    render_out, render_saved = render_fwd(spheres, n_target, 0.1)
    # reverse
    # return np.mean((render(spheres, len(target)) - target) ** 2)
    ratio = 2 * unbroadcast(render_out - target, render_out) / target.size
    spheres_bar = render_rev(render_saved, spheres, n_target, 0.1, ratio)
    return spheres_bar
