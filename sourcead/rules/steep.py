"""Where a slope may be infinite or undefined, though the function has a value (or a limit) there.

What is selected away meets such a slope as a zero that must stay zero (`transforms.selection`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steep:
    """Where the slopes of one function may be infinite or undefined.

    Attributes:
        zero_of: the argument whose zero is the only such place, "" if there are others.
        pole: whether the value may be infinite or undefined as well.
    """

    zero_of: str = ""
    pole: bool = True


def _all(names: str, steep: Steep, prefix: str = "") -> dict[str, Steep]:
    return dict.fromkeys((prefix + name for name in names.split()), steep)


STEEP: dict[str, Steep] = {
    "div": Steep("y"),
    "divisor": Steep("x", pole=False),  # of a norm: its second derivative does not exist at 0
    **_all("np.sqrt np.cbrt math.sqrt math.cbrt", Steep("x", pole=False)),
    **_all("np.log np.log2 np.log10 math.log math.log2 math.log10 np.reciprocal", Steep("x")),
    **_all("pow np.float_power math.pow", Steep("x")),
    **_all("mod np.fmod math.fmod", Steep("y")),
    **_all("np.log1p math.log1p np.arctanh math.atanh", Steep()),
    **_all("np.arcsin np.arccos np.arccosh math.asin math.acos math.acosh", Steep(pole=False)),
    **_all("np.hypot np.arctan2 math.hypot math.atan2 np.angle", Steep(pole=False)),
    **_all("norm vector_norm matrix_norm", Steep(pole=False), "np.linalg."),
    **_all("cdist pdist", Steep(pole=False), "scipy.spatial.distance."),
    **_all("np.average np.gradient np.logaddexp np.logaddexp2 math.gamma math.lgamma", Steep()),
    **_all(
        "logit entr rel_entr kl_div xlogy xlog1py boxcox gammaln loggamma gamma psi polygamma zeta "
        "factorial beta betaln binom comb poch gammainc gammaincc betainc erfinv erfcinv ndtri "
        "y0 y1 k0 k1 kv exp1 expi spence ellipk ellipe",
        Steep(),
        "scipy.special.",
    ),
}
