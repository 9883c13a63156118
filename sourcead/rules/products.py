"""Products of arrays: matrix products, inner and outer ones, Einstein's sums, convolutions."""

from __future__ import annotations

import string
from typing import Any

import numpy as np

from sourcead.rules.declare import Unsupported, bilinear, static, surely
from sourcead.rules.helpers import mT
from sourcead.rules.shape import split_shape

Array = Any


@bilinear("matmul")
def matmul(g: Array, x: Array, y: Array) -> Any:
    if np.ndim(x) == 1 and np.ndim(y) == 1:
        return g * y, g * x
    if np.ndim(y) == 1:
        if np.ndim(x) == 2:
            return np.outer(g, y), x.T @ g
        return g[..., None] * y, (mT(x) @ g[..., None])[..., 0]
    if np.ndim(x) == 1:
        if np.ndim(y) == 2:
            return y @ g, np.outer(x, g)
        return (y @ g[..., None])[..., 0], x[:, None] * g[..., None, :]
    return g @ mT(y), mT(x) @ g


def masked_matmul(x: Array, y: Array, mask: Array) -> Any:
    """A product with a vector where the mask, one of the two, is not 0: it may be infinite else."""
    terms = x[:, None] * y if np.ndim(y) == 2 else x * y
    mask = mask[:, None] if np.ndim(mask) == 1 and np.ndim(y) == 2 else mask
    return np.sum(np.where(mask != 0, terms, 0), axis=0 if np.ndim(y) == 2 else -1)


@bilinear(np.dot)
def dot(g: Array, a: Array, b: Array) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return g * b, g * a
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * b, g * a
    if np.ndim(a) == 2 and np.ndim(b) == 1:
        return np.outer(g, b), a.T @ g
    if np.ndim(a) == 1 and np.ndim(b) == 2:
        return b @ g, np.outer(a, g)
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        return g @ b.T, a.T @ g
    if np.ndim(b) == 1:
        return g[..., None] * b, np.tensordot(g, a, axes=np.ndim(g))
    n = np.ndim(a) - 1
    free = span(n, np.ndim(g))
    left = np.tensordot(g, b, axes=(free, all_but(np.ndim(b), np.ndim(b) - 2)))
    right = np.tensordot(g, a, axes=(span(0, n), span(0, n)))
    return left, np.swapaxes(right, -1, -2)


@bilinear(np.inner)
def inner(g: Array, a: Array, b: Array) -> Any:
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return g * b, g * a
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g * b, g * a
    n = np.ndim(a) - 1
    left = np.tensordot(g, b, axes=(span(n, np.ndim(g)), span(0, np.ndim(b) - 1)))
    return left, np.tensordot(g, a, axes=(span(0, n), span(0, n)))


@bilinear(np.outer)
def outer(g: Array, a: Array, b: Array) -> Any:
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        return g @ b, a @ g
    return np.reshape(g @ np.ravel(b), np.shape(a)), np.reshape(np.ravel(a) @ g, np.shape(b))


@bilinear(np.vdot)
def vdot(g: Array, a: Array, b: Array) -> Any:
    if surely(not np.iscomplexobj(a)) and surely(not np.iscomplexobj(b)):
        return g * laid_out(b, a), g * laid_out(a, b)
    return np.conj(g * laid_out(b, a)), g * np.conj(laid_out(a, b))


def laid_out(x: Array, like: Array) -> Array:
    """An array in the shape of another one with as many elements."""
    if np.ndim(x) == np.ndim(like) and (np.ndim(x) < 2 or same_lengths(x, like)):
        return x
    return np.reshape(x, np.shape(like))


def same_lengths(x: Array, y: Array) -> bool:
    """Whether two arrays of one rank are known to have one shape."""
    return all(surely(np.shape(x)[k] == np.shape(y)[k]) for k in range(np.ndim(x)))


@bilinear("np.vecdot")
def vecdot(g: Array, x1: Array, x2: Array, *, axis: int = -1) -> Any:
    wide = np.expand_dims(g, axis)
    return np.conj(wide * x2), wide * np.conj(x1)


@bilinear("np.matvec")
def matvec(g: Array, x1: Array, x2: Array) -> Any:
    return g[..., None] * x2[..., None, :], (mT(x1) @ g[..., None])[..., 0]


@bilinear("np.vecmat")
def vecmat(g: Array, x1: Array, x2: Array) -> Any:
    return np.conj((x2 @ g[..., None])[..., 0]), np.conj(x1)[..., None] * g[..., None, :]


# Contractions over named axes ------------------------------------------------------------------


@static
def span(start: int, stop: int) -> tuple[int, ...]:
    return tuple(range(start, stop))


@static
def all_but(rank: int, axis: int) -> tuple[int, ...]:
    return tuple(k for k in range(rank) if k != axis)


@static
def contracted(axes: Any, rank_a: int, rank_b: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The contracted axes of both operands, non-negative, in pairs."""
    if isinstance(axes, int):
        return tuple(range(rank_a - axes, rank_a)), tuple(range(axes))
    first, second = ((k,) if isinstance(k, int) else tuple(k) for k in axes)
    return tuple(k % rank_a for k in first), tuple(k % rank_b for k in second)


@static
def free_axes(rank: int, gone: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(k for k in range(rank) if k not in gone)


@static
def order_back(
    rank: int, own: tuple[int, ...], other: tuple[int, ...], free_first: bool
) -> tuple[int, ...]:
    """Where each axis of an operand is in the contraction of `g` with the other operand.

    That contraction has the operand's free axes and the contracted axes in the order in which the
    other operand has them; the free ones come first.
    """
    free = [k for k in range(rank) if k not in own]
    paired = [own[other.index(k)] for k in sorted(other)]
    laid_out = free + paired if free_first else paired + free
    return tuple(laid_out.index(k) for k in range(rank))


@bilinear(np.tensordot)
def tensordot(g: Array, a: Array, b: Array, axes: Any = 2) -> Any:
    of_a, of_b = contracted(axes, np.ndim(a), np.ndim(b))
    n = np.ndim(a) - len(of_a)
    left = np.tensordot(g, b, axes=(span(n, np.ndim(g)), free_axes(np.ndim(b), of_b)))
    right = np.tensordot(a, g, axes=(free_axes(np.ndim(a), of_a), span(0, n)))
    left = np.transpose(left, order_back(np.ndim(a), of_a, of_b, True))
    return left, np.transpose(right, order_back(np.ndim(b), of_b, of_a, False))


# Einstein's summation ----------------------------------------------------------------------------


@static
def explicit(subscripts: str, count: int) -> tuple[tuple[str, ...], str]:
    """The operands' subscripts and the result's, the latter filled in where it is implied."""
    text = subscripts.replace(" ", "")
    left, arrow, out = text.partition("->")
    operands = tuple(left.split(","))
    if len(operands) != count:
        raise Unsupported("einsum with another number of operands than its subscripts say")
    if not arrow:
        letters = left.replace(",", "").replace("...", "")
        out = "..." if "..." in left else ""
        out += "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    return operands, out


@static
def distinct(own: str, names: tuple[str, ...]) -> tuple[str, tuple[tuple[str, int], ...]]:
    """An operand's subscripts without repeats, and for each repeat the pair of letters and axis."""
    taken = "".join(names)
    unused = [c for c in "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" if c not in taken]
    letters, pairs = "", []
    axis = 0
    for c in own.replace("...", "."):
        if c != "." and c in letters:
            fresh = unused.pop()
            pairs.append((c + fresh, axis))
            c = fresh
        letters += c
        axis += c != "."
    return letters.replace(".", "..."), tuple(pairs)


@static
def missing(own: str, present: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """The letters of an operand that nothing else has, with their axes from the end or start."""
    everything = "".join(present)
    dots = own.find("...")
    found = []
    for axis, c in enumerate(own.replace("...", ".")):
        if c != "." and c not in everything:
            behind = dots >= 0 and axis > dots
            found.append((c, axis - len(own.replace("...", ".")) if behind else axis))
    return tuple(found)


@static
def joined(parts: tuple[str, ...], own: str) -> str:
    """The subscripts of a cotangent; axes behind dots that `own` does not have come first."""
    stretched = "..." not in own and any("..." in part for part in parts)
    return ",".join(parts) + "->" + ("..." if stretched else "") + own


def einsum_bar(g: Array, k: int, subscripts: Any, out: str, operands: Any) -> Array:
    """The cotangent of the k-th operand: the sum with `g` in its place."""
    for axis, places in summed_with(k, subscripts, out):
        if not meets(operands[k], axis, operands, places):
            return np.broadcast_to(term(g, k, subscripts, out, operands), np.shape(operands[k]))
    return term(g, k, subscripts, out, operands)


def term(g: Array, k: int, subscripts: Any, out: str, operands: Any) -> Array:
    """That sum; an axis that only others of length 1 are summed with is of length 1 in it."""
    own, pairs = distinct(subscripts[k], (*subscripts, out))
    others = tuple(operands[j] for j in range(len(operands)) if j != k)
    names = (out, *tuple(subscripts[j] for j in range(len(operands)) if j != k))
    eyes = tuple(np.eye(np.shape(operands[k])[axis]) for _, axis in pairs)
    names = names + tuple(letters for letters, _ in pairs)
    lost = missing(own, names)
    ones = tuple(np.ones(np.shape(operands[k])[axis]) for _, axis in lost)
    names = names + tuple(letter for letter, _ in lost)
    return np.einsum(joined(names, own), g, *others, *eyes, *ones)


@static
def summed_with(k: int, subscripts: tuple[str, ...], out: str) -> tuple[Any, ...]:
    """The axes of an operand that are summed over, each with the operands' axes it meets there."""
    rows = [text.replace("...", ".") for text in subscripts]

    def axis_of(row: str, c: str) -> int:
        at = row.index(c)
        return at - len(row) if "." in row[:at] else at

    others = [j for j in range(len(rows)) if j != k]
    found = []
    for c in dict.fromkeys(rows[k]):
        places = tuple((j, axis_of(rows[j], c)) for j in others if c in rows[j])
        if c not in "." + out and places:
            found.append((axis_of(rows[k], c), places))
    return tuple(found)


def meets(x: Array, axis: int, operands: Any, places: Any) -> bool:
    """Whether an axis is seen to be as long as one of those.

    If it may be of length 1 and stretched itself, the edge sees to that.
    """
    if not surely(np.shape(x)[axis] != 1):
        return True
    for j, other in places:
        if surely(np.shape(operands[j])[other] != 1):
            return True
        if surely(np.shape(x)[axis] == np.shape(operands[j])[other]):
            return True
    return False


@static
def dots_inside(subscripts: str) -> bool:
    """Whether an ellipsis stands anywhere but in front, where broadcasting puts axes."""
    terms = subscripts.replace(" ", "").replace("->", ",").split(",")
    return any(term.find("...") > 0 for term in terms)


@static
def spelled_out(names: tuple[str, ...], out: str, ranks: tuple[int, ...]) -> Any:
    """Subscripts with letters for the axes that an ellipsis stands for, which align at the end."""
    taken = "".join(names)
    unused = [c for c in string.ascii_letters if c not in taken]
    counts = [
        rank - len(name.replace("...", "")) if "..." in name else 0
        for name, rank in zip(names, ranks, strict=True)
    ]
    letters = "".join(unused[: max(counts)])
    own = [letters[len(letters) - count :] for count in counts]
    filled = [name.replace("...", dots) for name, dots in zip(names, own, strict=True)]
    return tuple(filled), out.replace("...", letters)


@bilinear(np.einsum, wrt="operands")
def einsum(g: Array, subscripts: str, operands: Any, optimize: Any = False) -> Any:
    names, out = explicit(subscripts, len(operands))
    if dots_inside(subscripts):
        names, out = spelled_out(names, out, tuple([np.ndim(x) for x in operands]))
    return tuple(einsum_bar(g, k, names, out, operands) for k in range(len(operands)))


# Other products -----------------------------------------------------------------------------------


@bilinear(np.cross)
def cross(g: Array, a: Array, b: Array, axis: Any = None) -> Any:
    if axis is not None and axis != -1:
        a, b, g = np.moveaxis(a, axis, -1), np.moveaxis(b, axis, -1), np.moveaxis(g, axis, -1)
        return np.moveaxis(np.cross(b, g), -1, axis), np.moveaxis(np.cross(g, a), -1, axis)
    return np.cross(b, g), np.cross(g, a)


@bilinear(np.kron)
def kron(g: Array, a: Array, b: Array) -> Any:
    if np.ndim(a) == 1 and np.ndim(b) == 1:
        blocks = np.reshape(g, (np.shape(a)[0], np.shape(b)[0]))
        return blocks @ b, a @ blocks
    if np.ndim(a) == 2 and np.ndim(b) == 2:
        shape = (np.shape(a)[0], np.shape(b)[0], np.shape(a)[1], np.shape(b)[1])
        blocks = np.reshape(g, shape)
        return np.einsum("ijkl,jl->ik", blocks, b), np.einsum("ijkl,ik->jl", blocks, a)
    n = larger(np.ndim(a), np.ndim(b))
    wide_a = np.expand_dims(a, span(0, n - np.ndim(a)))
    wide_b = np.expand_dims(b, span(0, n - np.ndim(b)))
    blocks = np.reshape(g, split_shape(np.shape(wide_a), np.shape(wide_b)))
    of_a = np.sum(blocks * np.expand_dims(wide_b, every_other(n, 0)), axis=every_other(n, 1))
    of_b = np.sum(blocks * np.expand_dims(wide_a, every_other(n, 1)), axis=every_other(n, 0))
    return np.reshape(of_a, np.shape(a)), np.reshape(of_b, np.shape(b))


@static
def larger(m: int, n: int) -> int:
    return max(m, n)


@static
def every_other(n: int, start: int) -> tuple[int, ...]:
    return tuple(range(start, 2 * n, 2))
