"""Programs about who shares memory: every maker of an array x every viewer x every kind of write.

Each has one function of a vector of 6 and a matrix of 2 x 3, and no other effect than its value.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import cycle
from random import Random


def split(text: str) -> tuple[str, ...]:
    """The expressions of a table."""
    return tuple(part.strip() for part in text.split(" |"))


# What makes an array that nobody else knows, by rank.
MAKERS: dict[int, tuple[str, ...]] = {
    1: split(
        """
        np.array(x) | np.array(x, copy=True) | np.array(x, dtype=float) | x.copy() | np.copy(x) |
        x.copy(order='F') | x * 1 | x + 0 | +x | -x | np.zeros(6) | np.ones(6) |
        np.full(6, 2.5) | np.zeros_like(x) | np.ones_like(x) | np.full_like(x, 2.5) |
        x[x > -9.0] | x[np.arange(6)] | x[[5, 1, 2, 3, 4, 0]] | np.array([2.0 * y for y in x]) |
        np.asarray([y * y for y in x]) | np.array([x[0], x[1], 3.0, 1.0, x[4], x[2]]) |
        np.concatenate((x[:2], x[2:])) | np.hstack([x[:2], x[2:]]) | np.append(x[:4], x[4:]) |
        np.broadcast_to(x[0], 6).copy() | np.array(np.broadcast_to(x[0], 6)) |
        np.linspace(0.1, 1.3, 6) | np.arange(6.0) | np.ascontiguousarray(x * 2.0) |
        np.where(x > 0.0, x, 2.0) | np.sort(x) | np.sin(x) | x.astype(float) | made(x) |
        [x * 2.0, x][0] | (x * 2.0, x)[0] | {'a': x * 2.0}['a'] | x.flatten() | m.flatten() |
        np.roll(x, 1) | np.tile(x, 1) | np.repeat(x[:3], 2) | np.cumsum(x) |
        np.take(x, [5, 4, 3, 2, 1, 0]) | np.maximum(x, 0.2) | x.clip(-0.5, 0.5) |
        np.outer(x, x)[0] * 1.0 | np.pad(x[1:-1], 1) | np.delete(np.append(x, x[0]), 2) |
        np.outer(x, x) @ x | np.diag(np.outer(x, x)).copy() | np.sum(np.outer(x, x), axis=0) |
        np.add(x, x) | np.multiply(x, 2.0, out=np.empty(6)) |
        np.fromiter([y for y in x], float) | np.nan_to_num(x) | np.gradient(x) |
        np.convolve(x, x)[:6] * 1.0 | np.asarray(x) | np.asanyarray(x) | np.atleast_1d(x) |
        np.ravel(x) | x.ravel('K') | np.reshape(x, 6) | x.reshape(-1) | np.squeeze(x[None]) |
        np.require(x) | np.require(x, requirements=['C', 'W']) | np.require(x, float, 'F') |
        np.ascontiguousarray(x) | np.asfortranarray(x) | np.array(x, ndmin=1, copy=False) |
        np.array(x, copy=None) | np.nan_to_num(x, copy=False) | x.astype(float, copy=False) |
        np.broadcast_arrays(x, m[0, 0])[0] | np.broadcast_arrays(x, m[0, 0])[1] |
        np.split(x, 1)[0] | np.array_split(x, 2)[1] | np.diagonal(np.outer(x, x)) |
        np.outer(x, x).diagonal() | x.real | np.real(x) | x.imag | np.imag(x + 1j * x) |
        (x + 2j * x).real | (x * 1j).imag | x.conj() | np.real_if_close(x) | x.view() | x[...] |
        np.lib.stride_tricks.as_strided(x) | np.meshgrid(x, copy=False)[0] | np.r_[x[:3], x[3:]] |
        np.meshgrid(x, x[:2], copy=False)[1][:, 0] | np.c_[x, x][:, 1] | np.c_[x][:, 0] |
        np.insert(x, 1, 2.0) | np.resize(x, 6) | np.choose([0, 1, 0, 1, 0, 1], [x, 2.0 * x]) |
        np.select([x > 0.0], [x], 0.5) | np.interp(x, [0.0, 1.0], [2.0, 3.0]) |
        np.vander(x, 2)[:, 0] | x.repeat(1) | x.take([1, 0, 2]) | x.compress(x > 0.0) |
        x.cumsum() | abs(x) | x.round(1) |
        np.array(list(x)) | np.array(tuple(x)) | np.array(x.tolist()) | np.asarray([*x]) |
        np.geomspace(1.0, 2.0, 6) | np.full(6, x[0]) | np.array(x[::-1]) | np.positive(x) |
        np.extract(x > -9.0, x) | np.flip(x) | np.partition(x, 1) | np.trim_zeros(x) |
        np.fft.ifft(np.fft.fft(x)).real | np.polyval([1.0, 2.0], x) | x.dot(np.eye(len(x))) |
        np.linalg.solve(np.outer(x, x) + np.eye(len(x)), x) | copy.copy(x) | copy.deepcopy(x) |
        np.block([x[:2], x[2:]]) | np.dstack((x, x))[0, :, 0] | np.unstack(np.stack([x, x]))[0] |
        (x if k else x * 1.0) | next(v for v in (x,)) | next(iter([x, 1.0])) | max([x], key=len) |
        np.apply_along_axis(np.sort, 0, x) | np.correlate(x, [1.0, 0.5], 'same') | np.unique(x) |
        np.piecewise(x, [x > 0.0], [1.0, 2.0]) | np.fromfunction(lambda i: i * 0.5, (6,)) |
        np.frombuffer(x.tobytes()) | np.random.default_rng(3).normal(size=6) | x.__array__()
        """
    ),
    2: split(
        """
        np.array(m) | m.copy() | m.T.copy() | m.copy(order='F') | m.T * 1.0 | m + 0 |
        np.zeros((2, 3)) | np.ones((3, 2)) | np.full((2, 3), 0.4) | np.zeros_like(m) |
        np.zeros((2, 3), order='F') | np.empty_like(m) * 0.0 |
        np.array([[1.0, x[0], 2.0], [x[1], 0.3, x[2]]]) | np.array([m[0], m[1] * 2.0]) |
        np.stack([x[:3], x[3:]]) | np.vstack((x, x)) | np.column_stack((x, x)) |
        np.outer(x[:2], x[:3]) | m @ m.T | np.diag(x[:3]) | np.eye(3) | np.triu(m) | m[[1, 0]] |
        m[:, [2, 0, 1]] | m[np.array([True, True])] | np.concatenate((m, m), axis=1) |
        np.broadcast_to(x[:3], (2, 3)).copy() | np.where(m > 0.0, m, 0.5) | np.sort(m, axis=0) |
        np.exp(m) | made(m) | [m * 2.0][0] | np.einsum('ij->ji', m) * 1.0 |
        np.linalg.inv(m @ m.T + np.eye(2)) | np.kron(m, m) | np.asfortranarray(m * 1.0) |
        x.copy().reshape(2, 3) | np.array(x).reshape((3, 2)) |
        np.array([row * 2.0 for row in m]) | np.meshgrid(x[:3], x[:2])[0] |
        np.tile(x[:3], (2, 1)) | m | m.T | np.asarray(m) | np.atleast_2d(x) | np.atleast_2d(m) |
        np.ascontiguousarray(m.T) | np.asfortranarray(m) | np.require(m.T, requirements='C') |
        np.array(m, copy=False, ndmin=2) | x.reshape(2, 3) | np.reshape(x, (3, -1)) | x[:, None] |
        m.real | np.real(m) | (m + 1j).imag | np.broadcast_arrays(m, x[0])[0] | m[:, ::-1] |
        np.broadcast_arrays(m, m[0])[1] | np.split(m, 1)[0] | np.hsplit(m, 1)[0] | np.squeeze(m) |
        np.meshgrid(x[:3], x[:2], copy=False)[k] | np.meshgrid(x[:3], x[:2], indexing='ij')[0] |
        np.r_[m, m] | np.c_[x, x] | np.swapaxes(m, 0, 1) | np.moveaxis(m, 0, -1) | m[None][0] |
        np.lib.stride_tricks.sliding_window_view(x, 2) | np.rot90(m) | np.insert(m, 0, 1.0, axis=1)
        | np.append(m, m, axis=0) | np.delete(m, 0, axis=1) | np.pad(m, 1) | np.repeat(m, 2, 0) |
        np.diagflat(x[:3]) | np.tri(3) * x[0] | np.vander(x[:3]) | np.block([[m], [m]]) |
        np.mgrid[0:2, 0:3][0] * x[0] | np.indices((2, 3))[1] * 0.5 | np.linalg.qr(m.T)[0] |
        np.cov(m) | np.array([[y, y * y] for y in x]) | [m, m.T.copy()][k - 1] | np.nan_to_num(m) |
        np.dot(m, m.T, out=np.empty((2, 2))) | np.array((x, x)) | np.asarray([m[0], m[1]])
        """
    ),
    3: split(
        """
        np.array([m, 2.0 * m]) | np.zeros((2, 3, 2)) | m[:, :, None] * np.ones(2) |
        np.stack([m, m], axis=-1) | np.array(np.outer(x, m).reshape(6, 2, 3)) |
        np.einsum('i,jk->ijk', x[:2], m) | np.atleast_3d(m) | m[None] | m[:, :, None] |
        np.array([m, m]) | np.broadcast_to(m, (2, 2, 3)).copy() | np.dstack([m, m]) |
        np.array(m, ndmin=3, copy=False) | np.tensordot(x[:2], m, axes=0) | np.asarray([[x]]) |
        np.stack(np.meshgrid(x[:2], x[:3])) | np.expand_dims(m, (0,)) | np.zeros((1, 2, 2)) + x[0]
        """
    ),
}

# What looks at the array `v`: by the rank that it is for (0: any).
VIEWERS: dict[int, tuple[str, ...]] = {
    0: split(
        """
        v | v[:] | v[...] | v[1:] | v[:-1] | v[::-1] | v[::2] | v[None] | v[..., None] | v[k:] |
        v.reshape(-1) | v.reshape(v.shape) | np.reshape(v, -1) | v.ravel() | np.ravel(v) |
        np.ravel(v, order='F') | v.ravel('K') | v.T | v.transpose() | np.transpose(v) |
        np.flip(v) | np.flip(v, 0) | np.flipud(v) | np.expand_dims(v, 0) |
        np.expand_dims(v, -1) | v.squeeze() | np.squeeze(v) | np.atleast_1d(v) |
        np.atleast_2d(v) | np.atleast_3d(v) | np.asarray(v) | np.asanyarray(v) |
        np.asarray(v, dtype=float) | np.ascontiguousarray(v) | np.asfortranarray(v) |
        np.array(v, copy=False) | np.array(v, copy=None) | v.view() | v.real | np.real(v) |
        v.astype(float, copy=False) | np.require(v) | np.split(v, 2)[0] |
        np.array_split(v, 2)[1] | np.array_split(v, 2)[k] | np.nan_to_num(v, copy=False) |
        np.broadcast_to(v, v.shape) | np.broadcast_to(v, (2, *v.shape)) |
        np.broadcast_arrays(v, 1.0)[0] | np.conj(v) | v.conj() | np.real_if_close(v) |
        v.flatten() | v.copy() | v + 0.0 | v[[0, 1]] | v[v > 0.0] | same(v) | part(v) |
        np.lib.stride_tricks.as_strided(v) | np.trim_zeros(v) | (v, 1.0)[0] | [v][0] |
        [v[1:]][0] | [v, v][k] | (v, v * 1.0)[k] | [v * 1.0, v][k] | {'a': v}['a'] |
        {'a': v[:1]}['a'] | (v if x[0] > 0.0 else v * 1.0) | (v[1:] if x[0] < 0.0 else v[:-1]) |
        np.imag(v) | np.positive(v) | np.diff(v, n=0) | next(iter([v])) | v[()] | v[-1:] |
        v[slice(1, None)] | v[(slice(None),)] | v[k - 1:] | v[:len(v) - k] | np.resize(v, v.shape) |
        np.array(v, ndmin=2, copy=False) | np.meshgrid(v, copy=False)[0] | copy.copy(v) |
        np.meshgrid(v, v, copy=False)[k] | np.squeeze(v[None], 0) | np.take(v, [0, 1], axis=0) |
        np.compress([True, False], v, axis=0) | np.asarray([v])[0] | np.stack([v, v])[k] |
        v.view(float) | v.view(np.ndarray) | np.split(v, [1])[k] | max([v], key=len) |
        (lambda a: a)(v) | [a for a in (v,)][0] | next(a for a in (v, 1.0)) | dict(a=v)['a'] |
        held(v).a | either(v, k) | either(v, x[0]) | last([v]) | v.reshape(v.shape, order='A') |
        np.asarray(v)[::-1][1:] | (k and v) | (None or v) | {'a': v}.get('a', 1.0) | [v, 1.0].pop(0)
        | np.lib.stride_tricks.as_strided(v, shape=v.shape, strides=v.strides) | v.__array__() |
        np.broadcast_arrays(v, v)[1] | v[np.ix_(range(len(v)))] | [*(v, 1.0)][0] | twice(v)[1] |
        np.require(v, requirements=['C', 'O']) | v.swapaxes(0, -1) |
        functools.reduce(first, [v, 1.0])
        """
    ),
    1: split(
        """
        v.reshape(2, 3) | v.reshape((3, -1)) | np.reshape(v, (3, 2), order='F') | v[:, None] |
        np.vsplit(v[:, None], 2)[0] | np.hsplit(v, 3)[1] | v[None, :, None] |
        np.lib.stride_tricks.sliding_window_view(v, 2) | v.reshape(2, 3)[1]
        """
    ),
    2: split(
        """
        v[0] | v[-1] | v[:, 1] | v[:, 1:] | v[1:, ::-1] | v[k] | v[:, k] | v.swapaxes(0, 1) |
        np.swapaxes(v, 0, 1) | np.moveaxis(v, 0, 1) | np.moveaxis(v, -1, 0) | np.rollaxis(v, 1) |
        np.rot90(v) | np.rot90(v, 2) | np.rot90(v, k) | v.diagonal() | np.diagonal(v) |
        np.diag(v) | np.fliplr(v) | np.matrix_transpose(v) | v.mT | np.permute_dims(v, (1, 0)) |
        v.transpose(1, 0) | np.transpose(v, (1, 0)) | np.vsplit(v, [1])[1] |
        np.hsplit(v, [1])[0] | v[0][1:] | v.T[0] | v[np.newaxis, :, 0] | np.einsum('ij->ji', v) |
        np.unstack(v)[1] | list(v)[1] | [r for r in v][1]
        """
    ),
    3: split(
        """
        v[0] | v[:, 1] | v[..., 0] | v[1, :, 0] | v.swapaxes(0, 2) | np.moveaxis(v, 0, -1) |
        v.transpose(1, 2, 0) | np.rot90(v, axes=(1, 2)) | np.dsplit(v, [1])[0] |
        v.reshape(2, -1) | np.rollaxis(v, 2, 1) | v.diagonal() | v[k, k]
        """
    ),
}

# What is written to `w`; lines are indented under the function.
WRITES = (
    "w[...] = 0.5", "w[:] = 2.0 * w", "w[0] = 0.3", "w[-1] = x[0]", "w[1:] = 0.7",
    "w[:1] *= 3.0", "w[0] += x[1]", "w[0] *= w[0]", "w *= 0.5", "w += 1.0", "w -= x[0]",
    "w /= 2.0", "w **= 2", "w += w", "w *= w[::-1]", "w[w > 0.2] = 0.1", "w[w > 0.2] *= 2.0",
    "w[[0]] = 5.0", "w[[0, 0]] += 1.0", "w[np.array([0, -1])] = x[2]", "np.add.at(w, 0, x[1])",
    "np.add.at(w, [0, 0], x[1])", "np.subtract.at(w, [0], 1.0)", "np.multiply.at(w, [0], 3.0)",
    "np.add(w, 1.0, out=w)", "np.multiply(w, 2.0, w)", "np.exp(w, out=w)",
    "np.negative(w, out=w, where=w > 0.1)", "np.clip(w, 0.0, 0.5, out=w)",
    "w.clip(0.0, 0.5, out=w)", "w.fill(0.3)", "w.sort()", "w.sort(axis=0)", "w.partition(1)",
    "np.copyto(w, 0.3)", "np.copyto(w, x[0], where=w > 0.0)", "np.put(w, [0], 9.0)",
    "w.put([1], 9.0)", "np.fill_diagonal(w, 3.0)", "np.putmask(w, w > 0.0, 0.5)",
    "np.place(w, w > 0.0, [0.5])", "w.flat[0] = 4.0", "w.flat = 0.4", "w.flat[1:] *= 2.0",
    "w[..., 0] = 1.5", "w.T[...] = 0.6", "w.T[0] *= 2.0", "w.ravel()[0] = 7.0",
    "w.reshape(-1)[0] = 7.0", "changed(w)", "filled(w)", "w = changed(w)",
    "for i in range(len(w)):\n        w[i] *= 2.0",
    "for i in range(len(w)):\n        w[i] = i * x[0]", "if x[0] > 0.0:\n        w *= 2.0",
    "if x[0] < 0.0:\n        w[0] = 2.0",
    "if x[1] > 0.0:\n        w[0] = 2.0\n    else:\n        w[-1] *= 3.0",
    "for row in w:\n        row *= 2.0", "for row in w:\n        row[...] = x[0]",
    "for i, row in enumerate(w):\n        row[0] = i", "for row in w:\n        row += w[0]",
    "for row, y in zip(w, x):\n        row *= y", "for row in reversed(w):\n        row -= 1.0",
    "for y in (w, w):\n        y *= 2.0", "for y in [w]:\n        y[0] = 2.0",
    "for y in (w, v):\n        y *= 2.0",
    "try:\n        w[0] = 8.0\n    except ValueError:\n        pass",
    "k0 = 0\n    while k0 < 2:\n        w *= 1.5\n        k0 += 1",
    "box = [w]\n    box[0] *= 2.0", "box = [w]\n    box[0][0] = 2.0",
    "box = {'a': w}\n    box['a'] *= 2.0", "box = {'a': w}\n    box['a'] += x[0]",
    "box = [w, w]\n    box[1] -= 0.5", "box = [[w]]\n    box[0][0] *= 2.0",
    "box = Box()\n    box.a = w\n    box.a *= 2.0",
    "box = Box()\n    box.a = w\n    box.a[0] = 2.0", "np.nan_to_num(w, copy=False)",
    "np.cumsum(w, out=w)", "w.resize(w.shape)",
    "np.put_along_axis(w, np.argsort(w, axis=0)[:1], 2.0, axis=0)", "w.itemset(0, 1.0)",
    "w.setfield(1.0, float)", "[w][0][0] = 3.0", "(w, 1)[0][...] = 3.0",
    "def inner():\n        w[0] = 3.0\n    inner()",
    "def inner(z):\n        z *= 3.0\n    inner(w)", "(lambda z: changed(z))(w)",
    "w[0], w[-1] = w[-1], w[0]", "w[0] = w[1] = 2.0", "w, u = w[1:], w[:1]\n    u *= 3.0",
    "np.matmul(np.eye(len(w)), w * 2.0, out=w)", "w @= np.eye(w.shape[-1])", "w //= 0.5",
    "w %= 0.3", "u = w\n    u *= 2.0\n    u = u * 3.0\n    w += 1.0",
    "u = w[...]\n    u[0] = 3.0", "w = w * 2.0", "w = w[::-1]\n    w[0] = 3.0",
    "np.random.default_rng(1).shuffle(w)", "w[:, None][0] = 3.0", "w[w > 0.0] += w[0]",
    "np.put(w, [0, 1], x[:2])", "w[:] = x[0] * w[::-1]", "w[1:] = w[:-1]", "w[1:] += w[:-1]",
    "w[:] = w[::-1]", "w[::2], w[1::2] = 0.5, 0.25", "w[w.argmax()] = 0.2", "w[w > 0.0, ...] = 0.3",
    "w[np.nonzero(w > 0.3)] = 0.1", "w[np.ix_([0])] = 2.0", "w[k - 1] = w[k]", "w[-k:] *= 2.0",
    "for e in np.nditer(w, op_flags=['readwrite']):\n        e[...] = 2.0 * e",
    "np.divide(w, 2.0, out=w, where=w > 0.2)", "np.sqrt(abs(w), w)", "np.maximum(w, 0.1, out=w)",
    "np.take(w, [1, 0], axis=0, out=w[:2])", "np.concatenate([w[1:], w[:1]], out=w)",
    "np.sum(w, axis=0, out=w[0])", "np.add.reduce(w, axis=0, out=w[0, ...])", "w.round(1, out=w)",
    "np.round(w, 1, out=w)", "w.T.sort()", "w.real = 1.5", "w.real[...] *= 2.0",
    "w.imag[...] = 2.0",
    "operator.iadd(w, 1.0)", "operator.setitem(w, 0, 2.0)", "w.__setitem__(0, 2.0)",
    "w.__imul__(2.0)", "np.minimum.at(w, [0], 0.1)", "np.copyto(w[:1], w[1:2])",
    "np.random.shuffle(w)",
    "for w[0] in (1.0, 2.0):\n        pass", "for i, w[i] in enumerate((1.5, 2.5)):\n        pass",
    "w[0], *rest = (x[1], 2.0)", "[w.__setitem__(i, 0.5) for i in range(1)]",
    "list(map(filled, [w]))", "any(filled(y) for y in (w, w))", "w[...], t0 = w[::-1], 1",
    "for y in [r for r in w]:\n        y *= 2.0", "for y in map(same, [w]):\n        y *= 2.0",
    "try:\n        w *= 2.0\n    finally:\n        w[0] += 1.0",
    "try:\n        w[99] = 1.0\n    except IndexError:\n        w[0] = 4.0",
    "with np.errstate(all='ignore'):\n        w /= 2.0", "box = held(w)\n    box.scale(2.0)",
    "u = w if x[0] > 0.0 else v\n    u *= 2.0", "u = either(w, x[1])\n    u += 1.0",
    "for u in (v, w):\n        w = u\n    w *= 2.0", "v, w = w, v\n    v *= 2.0",
    "for _ in range(3):\n        v, w = w, v\n        v *= 2.0", "w[0] = w[0] if x[0] > 0 else 2.0",
    "while np.sum(w) > 1.0:\n        w *= 0.5", "u = [w, v]\n    for y in u:\n        y[-1] = 0.7",
    "match w.ndim:\n        case 1:\n            w[0] = 1.0\n        case _:\n            w *= 2.0",
    "if (u := w[1:]).size:\n        u[0] = 3.0", "w *= w > 0.2", "w[0] -= w[-1] * w[0]",
    "del w[0]",
)  # fmt: skip

# Where a write stands; it may come again, or not at all.
PLACES = (
    "{write}", "{write}", "{write}", "for step in range(2):\n        {write}",
    "for step in range(k + 1):\n        {write}", "for step in range(0):\n        {write}",
    "if x[0] > 0.1:\n        {write}", "if np.sum(v) < 0.5:\n        {write}",
    "if np.sum(w) > 1.0:\n        pass\n    else:\n        {write}",
    "def act(w, v, x, k):\n        {write}\n    act(w, v, x, k)",
    "for step in range(2):\n        w = same(w)\n        {write}",
    "for step in range(3):\n        if step == k:\n            continue\n        {write}",
)  # fmt: skip

# In which order the array and the view are written and read.
ORDERS = (
    "w = {viewer}; {write}; return seen(v) + 3.0 * seen(w)",
    "w = v; t = {viewer}; {write}; return seen(v) + 3.0 * seen(t)",
    "t = {viewer}; w = {viewer}; {write}; return seen(t) + 3.0 * seen(w) + seen(v)",
    "w = {viewer}; {write}; v = 1.0 * v; return seen(v) + 3.0 * seen(w)",
    "w = {viewer}; {write}; t = seen(w); v *= 0.7; return seen(v) + 3.0 * seen(w) + t",
    "w = {viewer}; {write}; return seen(v) + 3.0 * seen(w) + seen(x) * seen(m)",
    "w = {viewer}; {write}; return seen(w) + seen(x) - seen(m)",
    "w = v; if x[1] > -0.1:;     w = {viewer}; {write}; return seen(v) + 3.0 * seen(w)",
    "for t in (v, 0.5 * v):;     w = {viewer}; {write}; return seen(v) + 3.0 * seen(w) + seen(t)",
)

HELPERS = """import copy
import functools
import operator

import numpy as np


class Box:
    def scale(self, by):
        self.a *= by


def held(a):
    box = Box()
    box.a = a
    return box


def either(a, k):
    if k > 0.5:
        return a
    return a * 1.5


def last(arrays):
    for a in arrays:
        pass
    return a


def first(a, b):
    return a


def twice(a):
    return [a, a]


def seen(a):
    b = np.sin(a)
    weights = np.arange(1.0, b.size + 1.0).reshape(b.shape)
    return np.sum(b * weights)


def made(a):
    b = np.array(a)
    b[0] = b[0] * 2.0
    return b


def same(a):
    return a


def part(a):
    return a[1:]


def changed(a):
    a *= 2.0
    return a


def filled(a):
    a[0] = 0.25


"""


def text(maker: str, viewer: str, write: str, order: str, place: str = "{write}") -> str:
    """One program."""
    write = _at(place, write)
    lines = [line.format(viewer=viewer, write=write) for line in order.split("; ")]
    body = "\n    ".join([f"v = {maker}", *lines])
    return f"{HELPERS}def f(x, m, k):\n    {body}\n"


def _at(place: str, write: str) -> str:
    """The write in its place, with its lines moved as far to the right as that asks for."""
    indent = place.partition("{write}")[0].rpartition("\n")[2]
    return place.format(write=write.replace("\n    ", f"\n{indent or '    '}"))


def viewers(rank: int) -> tuple[str, ...]:
    """What looks at an array of a rank."""
    return VIEWERS[0] + VIEWERS[rank]


def chosen(random: Random) -> str:
    """One of the matrix; now and then of a view of a view."""
    rank = random.choice((1, 1, 2, 2, 3))
    viewer = random.choice(viewers(rank))
    if random.random() < 0.3:
        outer = random.choice(VIEWERS[0])
        viewer = outer.replace("v", f"({viewer})") if outer.count("v") == 1 else viewer
    maker, write = random.choice(MAKERS[rank]), random.choice(WRITES)
    return text(maker, viewer, write, random.choice(ORDERS), random.choice(PLACES))


def pairs() -> Iterator[str]:
    """Every maker with every viewer, and every viewer with every write."""
    turn = cycle(range(10**6))
    for rank, makers in MAKERS.items():
        for viewer in viewers(rank):
            for maker in makers:
                k = next(turn)
                yield text(maker, viewer, WRITES[7 * k % len(WRITES)], ORDERS[k % len(ORDERS)])
            for write in WRITES:
                k = next(turn)
                yield text(makers[11 * k % len(makers)], viewer, write, ORDERS[k % len(ORDERS)])
