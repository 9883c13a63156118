import numpy as np
from phylogeny import Fork, Tip


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


def depth_penalty_rev(node, out_bar):
    # reverse
    # own = node.left_length**2 + node.right_length**2
    twice_out_bar = 2 * out_bar
    return Fork(
        left=zero(node.left),
        right=depth_penalty_3_rev(node.right, out_bar),
        left_length=twice_out_bar * node.left_length,
        right_length=twice_out_bar * node.right_length,
    )


def depth_penalty_3_rev(node, out_bar):
    # reverse
    # own = node.left_length**2 + node.right_length**2
    twice_out_bar = 2 * out_bar
    return Fork(
        left=zero(node.left),
        right=zero(node.right),
        left_length=twice_out_bar * node.left_length,
        right_length=twice_out_bar * node.right_length,
    )


def conditional_rev(saved, out_bar):
    # reverse
    (
        conditional_2_out,
        stay_pre,
        stay,
        eye,
        sum_2,
        left,
        conditional_3_out,
        stay_pre_2,
        stay_2,
        eye_2,
        sum_3,
        right,
        conditional_3_saved,
    ) = saved
    # return left * right
    left_bar = out_bar * right
    right_bar = out_bar * left
    # right = conditional(node.right) @ transition(node.right_length)
    prod = conditional_3_out.T @ right_bar
    # return stay * np.eye(4) + 0.25 * (1.0 - stay)
    # left = conditional(node.left) @ transition(node.left_length)
    stay_bar = np.vdot(prod, eye_2) - 0.25 * np.sum(prod)
    prod_2 = conditional_2_out.T @ left_bar
    stay_bar_2 = np.vdot(prod_2, eye) - 0.25 * np.sum(prod_2)
    return Fork(
        left=conditional_2_rev(left_bar @ sum_2.T),
        right=conditional_3_rev(conditional_3_saved, right_bar @ sum_3.T),
        left_length=-1.3333333333333333 * stay_bar_2 * stay * stay_pre,
        right_length=-1.3333333333333333 * stay_bar * stay_2 * stay_pre_2,
    )


def conditional_3_rev(saved, out_bar):
    # reverse
    (
        conditional_2_out,
        stay_pre,
        stay,
        eye,
        sum_2,
        left,
        conditional_2_out_2,
        stay_pre_2,
        stay_2,
        eye_2,
        sum_3,
        right,
    ) = saved
    # return left * right
    left_bar = out_bar * right
    right_bar = out_bar * left
    # right = conditional(node.right) @ transition(node.right_length)
    prod = conditional_2_out_2.T @ right_bar
    # return stay * np.eye(4) + 0.25 * (1.0 - stay)
    # left = conditional(node.left) @ transition(node.left_length)
    stay_bar = np.vdot(prod, eye_2) - 0.25 * np.sum(prod)
    prod_2 = conditional_2_out.T @ left_bar
    stay_bar_2 = np.vdot(prod_2, eye) - 0.25 * np.sum(prod_2)
    return Fork(
        left=conditional_2_rev(left_bar @ sum_2.T),
        right=conditional_2_rev(right_bar @ sum_3.T),
        left_length=-1.3333333333333333 * stay_bar_2 * stay * stay_pre,
        right_length=-1.3333333333333333 * stay_bar * stay_2 * stay_pre_2,
    )


def conditional_fwd(node):
    """For each site and base of a node: the probability of what is seen below it."""
    conditional_2_out = conditional_2_fwd(node.left)
    stay_pre = np.exp(node.left_length)
    stay = np.exp(-1.3333333333333333 * stay_pre)
    eye = np.eye(4)
    sum_2 = stay * eye + 0.25 * (1.0 - stay)
    left = conditional_2_out @ sum_2
    conditional_3_out, conditional_3_saved = conditional_3_fwd(node.right)
    stay_pre_2 = np.exp(node.right_length)
    stay_2 = np.exp(-1.3333333333333333 * stay_pre_2)
    eye_2 = np.eye(4)
    sum_3 = stay_2 * eye_2 + 0.25 * (1.0 - stay_2)
    right = conditional_3_out @ sum_3
    return left * right, (
        conditional_2_out,
        stay_pre,
        stay,
        eye,
        sum_2,
        left,
        conditional_3_out,
        stay_pre_2,
        stay_2,
        eye_2,
        sum_3,
        right,
        conditional_3_saved,
    )


def conditional_3_fwd(node):
    """For each site and base of a node: the probability of what is seen below it."""
    conditional_2_out = conditional_2_fwd(node.left)
    stay_pre = np.exp(node.left_length)
    stay = np.exp(-1.3333333333333333 * stay_pre)
    eye = np.eye(4)
    sum_2 = stay * eye + 0.25 * (1.0 - stay)
    left = conditional_2_out @ sum_2
    conditional_2_out_2 = conditional_2_fwd(node.right)
    stay_pre_2 = np.exp(node.right_length)
    stay_2 = np.exp(-1.3333333333333333 * stay_pre_2)
    eye_2 = np.eye(4)
    sum_3 = stay_2 * eye_2 + 0.25 * (1.0 - stay_2)
    right = conditional_2_out_2 @ sum_3
    return left * right, (
        conditional_2_out,
        stay_pre,
        stay,
        eye,
        sum_2,
        left,
        conditional_2_out_2,
        stay_pre_2,
        stay_2,
        eye_2,
        sum_3,
        right,
    )


def conditional_2_rev(out_bar):
    return Tip(seen=out_bar)


def conditional_2_fwd(node):
    """For each site and base of a node: the probability of what is seen below it."""
    return node.seen


def loss_grad(tree, weight=0.01):
    """Negative log-likelihood per site; the root's bases are equally likely."""
    # forward
    conditional_out, conditional_saved = conditional_fwd(tree.left)
    stay_pre = np.exp(tree.left_length)
    stay = np.exp(-1.3333333333333333 * stay_pre)
    eye = np.eye(4)
    sum_2 = stay * eye + 0.25 * (1.0 - stay)
    left = conditional_out @ sum_2
    conditional_2_out = conditional_2_fwd(tree.right)
    stay_pre_2 = np.exp(tree.right_length)
    stay_2 = np.exp(-1.3333333333333333 * stay_pre_2)
    eye_2 = np.eye(4)
    sum_3 = stay_2 * eye_2 + 0.25 * (1.0 - stay_2)
    right = conditional_2_out @ sum_3
    sites = np.mean(left * right, axis=1)
    # reverse
    # return own + depth_penalty(node.left) + depth_penalty(node.right)
    left_bar = depth_penalty_rev(tree.left, weight)
    # own = node.left_length**2 + node.right_length**2
    twice_weight = 2 * weight
    # sites = np.mean(conditional(tree), axis=1)
    expand_dims = np.expand_dims(1.0 / sites.size / sites / left.shape[1], 1)
    # return left * right
    expand_dims_prod = expand_dims * right
    expand_dims_prod_2 = expand_dims * left
    # right = conditional(node.right) @ transition(node.right_length)
    prod = conditional_2_out.T @ expand_dims_prod_2
    # return stay * np.eye(4) + 0.25 * (1.0 - stay)
    # left = conditional(node.left) @ transition(node.left_length)
    stay_bar = 0.25 * np.sum(prod) - np.vdot(prod, eye_2)
    prod_2 = conditional_out.T @ expand_dims_prod
    stay_bar_2 = 0.25 * np.sum(prod_2) - np.vdot(prod_2, eye)
    left_bar_2 = conditional_rev(conditional_saved, -(expand_dims_prod @ sum_2.T))
    return Fork(
        left=Fork(
            left=Tip(seen=left_bar.left.seen + left_bar_2.left.seen),
            right=Fork(
                left=Tip(seen=left_bar.right.left.seen + left_bar_2.right.left.seen),
                right=Tip(seen=left_bar.right.right.seen + left_bar_2.right.right.seen),
                left_length=left_bar.right.left_length + left_bar_2.right.left_length,
                right_length=left_bar.right.right_length + left_bar_2.right.right_length,
            ),
            left_length=left_bar.left_length + left_bar_2.left_length,
            right_length=left_bar.right_length + left_bar_2.right_length,
        ),
        right=conditional_2_rev(-(expand_dims_prod_2 @ sum_3.T)),
        left_length=twice_weight * tree.left_length
        - 1.3333333333333333 * stay_bar_2 * stay * stay_pre,
        right_length=twice_weight * tree.right_length
        - 1.3333333333333333 * stay_bar * stay_2 * stay_pre_2,
    )
