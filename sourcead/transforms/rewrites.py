"""Algebra on adjoint code, one identity a line: `pattern -> replacement [if guard]`.

Letters are values, `c` and `d` numeric literals; `fn(x)` is a library function. Only operations of
the reverse or tangent sweep are rewritten: what the program computes stays bit for bit.
"""

REWRITES = """
x * 1 -> x                      if same_type(x)
1 * x -> x                      if same_type(x)
x / 1 -> x                      if same_type(x)
x + 0 -> x                      if same_type(x)
0 + x -> x                      if same_type(x)
x - 0 -> x                      if same_type(x)
x ** 1 -> x                     if same_type(x)
0 - x -> -x                     if not boolean(x)
-1 * x -> -x                    if not boolean(x)
x * -1 -> -x                    if not boolean(x)
- - x -> x                      if same_type(x)
-x + -y -> -(x + y)
x + -y -> x - y
-x + y -> y - x
-x - -y -> y - x
x - -y -> x + y
-x - y -> -(x + y)
-x * y -> -(x * y)
x * -y -> -(x * y)
-x / y -> -(x / y)
x / -y -> -(x / y)
c * x -> -(-c * x)              if negative(c)
x * c -> -(x * -c)              if negative(c)
c / x -> -(-c / x)              if negative(c)
-x @ y -> -(x @ y)
x @ -y -> -(x @ y)
np.outer(-x, y) -> -np.outer(x, y)
np.outer(x, -y) -> -np.outer(x, y)
x * (1 / y) -> x / y
1 / y * x -> x / y
x * (c / y) -> c * x / y
c / y * x -> c * x / y
c * (d / y) -> cd / y
c * (x / d) -> c_over_d * x     if exact(c, d)
x * (y / z) -> x / z * y        if no_wider(x, y, z)
x + x -> 2.0 * x                if inexact(x)
x + y + y -> x + 2.0 * y        if inexact(y)
x - y - y -> x - 2.0 * y        if inexact(y)
x + c * x -> c_plus_1 * x       if inexact(x)
c * x + x -> c_plus_1 * x       if inexact(x)
c * x + d * x -> c_plus_d * x   if inexact(x)
x + c * y + y -> x + c_plus_1 * y if inexact(y)
x - c * y - y -> x - c_plus_1 * y if inexact(y)
c * (d * x) -> cd * x
c * (d * x / y) -> cd * x / y
c * (d * x * y) -> cd * x * y
c * (d * x * y * z) -> cd * x * y * z
x * c -> c * x                  if not literal(x)
x * (c * y) -> c * x * y        if not literal(x)
x * (c * y * z) -> c * x * y * z if not literal(x)
np.sum(c * x) -> c * np.sum(x)
np.sum(x * y) -> x @ y          if vectors(x, y)
np.sum(x * y) -> np.vdot(x, y)  if matrices(x, y)
c * x / d -> c_over_d * x       if exact(c, d)
np.transpose(np.transpose(x)) -> x
np.transpose(np.outer(x, y)) -> np.outer(y, x)
np.transpose(np.transpose(x) @ y) -> np.transpose(y) @ x if matrix_product(x, y)
np.transpose(x @ np.transpose(y)) -> y @ np.transpose(x) if matrix_product(x, y)
"""
