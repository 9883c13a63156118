"""Functions and methods that rearrange entries without computing anything."""

import numpy as np

from tests.corpus.registry import array, arrays, case, every_kind


def transposed(x):
    return x.T * 2.0 + np.transpose(x)


def permuted(x):
    return np.transpose(x, (2, 0, 1)) * x.transpose(2, 0, 1) + x.transpose((2, 0, 1))


def swapped_axes(x):
    return np.swapaxes(x, 0, -1) * x.swapaxes(0, 2)


def moved_axis(x):
    return np.moveaxis(x, 0, -1).sum(axis=0) * x.shape[0]


def reshaped(x):
    return x.reshape(-1)[1:] * x.reshape((x.size,))[:-1]


def reshaped_to_pairs(x):
    y = np.reshape(x, (-1, 2))
    return y[:, 0] * y[:, 1] + x.reshape(2, -1).sum(axis=0)[0]


def flattened(x):
    return x.ravel() * x.flatten() + np.ravel(x)


def squeezed(x):
    return np.squeeze(x) * x.squeeze(axis=1)


def expanded(x):
    y = np.expand_dims(x, 0)
    return y * np.expand_dims(x, axis=-1) + x[np.newaxis]


def broadcast_to(x):
    return np.broadcast_to(x, (3, 2, 4)) * x + np.broadcast_to(x[0], (4,))


def at_least(x):
    return np.atleast_2d(x) * 3.0 + np.atleast_1d(x)


def concatenated(x, y):
    return np.concatenate([x, y * 2.0, x]) * np.concatenate((y, x, x))


def concatenated_axis(x, y):
    return np.concatenate((x, y), axis=1) ** 2


def stacked(x, y):
    return np.stack([x, y, x * y]) + np.stack((x, y, x), axis=0)


def stacked_last(x, y):
    return np.stack([x, y], axis=-1) * np.array([2.0, 3.0])


def piled(x, y):
    return np.vstack([x, y]) * np.vstack((y, x))


def side_by_side(x, y):
    return np.hstack([x, y, x]) + np.column_stack((x, y, y)).reshape(-1)


def split_in_two(x):
    a, b = np.split(x, 2)
    return a * b


def split_at(x):
    a, b, c = np.split(x, [1, 3], axis=0)
    return a.sum() * b.sum() + c.sum() ** 2


def parts_in_a_list(x):
    parts = np.split(x, 2)
    parts[0] = parts[1] * x[:1]
    parts.append(x)
    last = parts.pop()
    return np.concatenate(parts) * (2.0 if isinstance(parts, list) else 3.0) + last


def written_parts(x):
    y = x * 1.0
    parts = np.array_split(y, 2)
    parts[1] *= y[:1]
    parts.reverse()
    return parts[0] * y[-1:]


def beside_an_array_without_axes(x):
    return np.r_[np.sum(x) * np.array(2.0), x, 0, 0.5]


def tiled(x):
    return np.tile(x, 3) + np.tile(x, (3,)) * 2.0


def repeated(x):
    return np.repeat(x, 2, axis=0) * np.repeat(x, 2, axis=0)


def repeated_flat(x):
    return np.repeat(x, 3)


def flipped(x):
    return np.flip(x) * x + np.flip(x, axis=0)


def rolled(x):
    return (np.roll(x, 1, axis=0) - 2.0 * x + np.roll(x, -1, axis=0)) * x


def rolled_flat(x):
    return np.roll(x, 2) * x


def padded(x):
    y = np.pad(x, 1)
    return y[2:] * y[:-2] + np.pad(x, ((1, 2),))[1:-2]


def triangles(x):
    return np.triu(x) @ np.tril(x, -1) + np.triu(x, 1)


def diagonals(x):
    return np.diag(x) * np.diag(x, 0) + np.trace(x)


def from_diagonal(x):
    return np.diag(x) @ np.diag(x) + np.diag(x, 0)


def laplacian(u):
    p = np.pad(u, 1)
    return p[2:, 1:-1] + p[:-2, 1:-1] + p[1:-1, 2:] + p[1:-1, :-2] - 4.0 * u


def shapes_as_numbers(x):
    n = x.shape[0]
    return x.sum() / n + x.size * x[0].sum() + x.ndim * len(x) * x.mean()


def from_scalars(a, b):
    return np.array([a, a * b, 2.0]) * np.array([b, 1.0, a])


def nested_array(a, b):
    rotation = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return rotation @ np.array([b, a * b])


def created(x):
    n = len(x)
    y = np.ones(n) + np.zeros_like(x) + np.eye(n)[0] + np.full(n, 2.0) + np.identity(n)[-1]
    return x * y + np.arange(n) * np.linspace(0.0, 1.0, n) + np.full_like(x, 0.5) * np.ones_like(x)


def active_fill(x):
    return np.full(4, x) * np.full((4,), x * 2.0)


def copies(x):
    return np.copy(x) * x.copy() + np.asarray(x) * np.array(x) + np.ascontiguousarray(x)


def cast(x):
    return x.astype(float) * x + np.asarray(x, dtype=np.float64)


def number_grown_in_a_loop(x, s):
    """A number, as NumPy has it, until an array is added to it in place."""
    low = s + np.squeeze(x[2 : 2 + 1])
    for _ in range(2):
        low -= (0.5 + 1j) * x
    high = s * np.squeeze(x[:1])
    k = 0
    while k < 2:
        high *= x if x[1] > 0.8 else 1j
        k += 1
    return np.real(np.sum(low * low) + np.sum(high * low))


CASES = [
    case(transposed, array(3), array(3, 3), array(2, 1, 2), tags="holomorphic"),
    case(permuted, array(2, 3, 4), array(1, 3, 2), tags="holomorphic"),
    case(swapped_axes, array(2, 3, 4), tags="holomorphic"),
    case(moved_axis, array(2, 3), array(2, 3, 4), tags="holomorphic"),
    case(reshaped, array(4), array(2, 3), array(2, 1, 3), tags="holomorphic"),
    case(reshaped_to_pairs, array(4), array(3, 2), array(2, 1, 2), tags="holomorphic"),
    case(flattened, *every_kind()[2:], tags="holomorphic"),
    case(squeezed, array(3, 1), array(1, 1), array(2, 1, 3), tags="holomorphic"),
    case(expanded, array(3), array(1), tags="holomorphic"),
    case(broadcast_to, array(4), array(2, 4), array(2, 1), tags="holomorphic"),
    case(at_least, array(3), array(2, 3), tags="holomorphic"),
    case(concatenated, arrays((3,), (3,)), arrays((2, 3), (2, 3)), wrt=(0, 1), tags="holomorphic"),
    case(concatenated_axis, arrays((2, 3), (2, 1)), arrays((2, 3, 2), (2, 1, 2)), wrt=(0, 1)),
    case(stacked, arrays((3,), (3,)), arrays((2, 3), (2, 3)), arrays((), ()), wrt=(0, 1)),
    case(stacked_last, arrays((3,), (3,)), arrays((2, 3), (2, 3)), wrt=(0, 1)),
    case(piled, arrays((3,), (3,)), arrays((2, 3), (2, 3)), wrt=(0, 1), tags="holomorphic"),
    case(side_by_side, arrays((3,), (3,)), wrt=(0, 1), tags="holomorphic"),
    case(split_in_two, array(6), array(4, 3), tags="holomorphic"),
    case(split_at, array(5), array(5, 2), tags="holomorphic"),
    case(parts_in_a_list, array(4), tags="holomorphic"),
    case(written_parts, array(5), array(4, 2), tags="holomorphic"),
    case(beside_an_array_without_axes, array(3)),
    case(tiled, array(3), tags="holomorphic"),
    case(repeated, array(3), array(2, 3), tags="holomorphic"),
    case(repeated_flat, array(3), array(2, 3), tags="holomorphic"),
    case(flipped, array(4), array(2, 3), tags="holomorphic"),
    case(rolled, array(5), array(4, 3), tags="holomorphic"),
    case(rolled_flat, array(5), array(2, 3), tags="holomorphic"),
    case(padded, array(4), tags="holomorphic"),
    case(triangles, array(3, 3), array(2, 3, 3), tags="holomorphic"),
    case(diagonals, array(3, 3), tags="holomorphic"),
    case(from_diagonal, array(3), tags="holomorphic"),
    case(laplacian, array(4, 3), tags="holomorphic"),
    case(shapes_as_numbers, array(4), array(2, 3), array(2, 1, 3), tags="holomorphic"),
    case(from_scalars, lambda rng: (0.7, -1.2), arrays((), ()), wrt=(0, 1), tags="holomorphic"),
    case(nested_array, lambda rng: (0.7, -1.2), wrt=(0, 1), tags="holomorphic"),
    case(created, array(4)),
    case(active_fill, lambda rng: (0.7,), lambda rng: (np.float64(0.7),), array()),
    case(copies, array(4), array(2, 3), tags="holomorphic"),
    case(cast, array(4), array(2, 3)),
    case(
        number_grown_in_a_loop,
        lambda rng: (np.array([0.7, 0.4, 0.3]), 1.3),
        lambda rng: (np.array([0.7, 1.4, 0.3]), 1.3),
        wrt=(0, 1),
    ),
]
