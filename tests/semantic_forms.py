"""What the programs of `semantic_programs.py` are made of: statements of several lines.

`{body}` stands for statements, `{number}` and the like for expressions, `{list}` for the name of
something there is (`{list2}` for another). `<kind tag>` is a new name of a kind, which the bodies
read and what follows may read; one with `<kind !tag>` is read by the bodies alone.
"""

from __future__ import annotations

FORMS: dict[str, list[str]] = {
    "choose": [
        "for <object a> in ({object}, {object2}):\n    if <a>.v > {leaf}:\n        break",
        """
<object a> = {object}
for <object !p> in {objects}:
    if <p>.v > <a>.v:
        <a> = <p>
""",
        "<object a> = next((p for p in {objects} if p.v > {leaf}), {object})",
        "<object a> = None\nif {test}:\n    <a> = {object}\nif <a> is None:\n    <a> = {object2}",
        """
<object a> = None
for <object !p> in {objects}:
    if <a> is None or <p>.v < <a>.v:
        <a> = <p>
if <a> is None:
    <a> = {object}
""",
        "<object a> = {object}.next or {object2}",
        "<object a> = {objects}[n - 2]",
        '<object a> = {{"a": {object}, "b": {object2}}}["a" if {test} else "b"]',
        "<object a> = sorted([{object}, {object2}], key=lambda p: p.v)[0]",
        "<object a> = min({objects}, key=lambda p: p.v)",
        "<object a> = ({object}, {object2})[{test}]",
        """
<object a> = {object}
while <a>.next is not None and <a>.v < {leaf}:
    <a> = <a>.next
    <a>.v = <a>.v + 0.25
    if <a>.v > 1.0:
        break
""",
        '<list a> = {table}["a"]',
        "<list a> = {table}.get({key}, {list})",
        "<list a>, <list b> = ({list}, {list2}) if {test} else ({list2}, {list})",
        "<vector a> = {pair}[1]",
        "<number a>, <vector b> = {pair}",
        "<list a> = <list b> = {list}",
        "<list a> = max({list}, {list2}, key=len)",
        "(<list a> := {list}).append({number})",
        "<bag a> = {bag}\n<bag b> = <a>\n<b> += {number}",
    ],
    "take": [
        "<number a>, *<list b> = {number}, *{list}",
        "<number a> = next({iterator}, {leaf})\n<number b> = next({iterator}, {leaf})",
        "<list a> = [*{iterator}, {number}]",
        "<number a>, *_ = [*{iterator}, {leaf}]",
        "for <number !a>, <number !b> in zip({iterator}, {iterator}):\n    {body}",
        "for <number !a> in {iterator}:\n    if <a> > {leaf}:\n        break\n    {body}",
        """
for <number !a> in {iterator}:
    {body}
    for <number !b> in {iterator}:
        {body}
        break
""",
        "<number a> = sum(1 for t in {iterator} if t > {leaf}) * 0.5",
        "<number a> = 0.5 if any(t > {leaf} for t in {iterator}) else 1.5",
        "<iterator a> = (t * s for t in {list})\n{list}.append({number})\ns = {number}",
        "<iterator a> = map(lambda t, q: t * q + s, {list}, {vector})\n{body}",
        "<iterator a> = ({object}.grow(t) for t in {list})",
        "<iterator a> = chain({list}, {iterator})",
        "<iterator a> = islice({iterator}, 2)",
        "<iterator a> = accumulate({list})",
        "<iterator a> = takewhile(lambda t: t < {leaf}, {list})",
        "<iterator a> = (q := t * s for t in {list})",
        "<iterator a> = (t for r in {rows} for t in r)",
        "<list a> = list(zip({list}, {list2}, strict=True))\n<a> = [t * q for t, q in <a>]",
        "for k, (<number !a>, <number !b>) in enumerate(zip({list}, {iterator}), 1):\n    {body}",
        "<list a> = [lengthened({list}, t) for t in {list2}[:2]]",
        "<number a> = {leaf}\n<list b> = [<a> := <a> * t for t in {list}]",
    ],
    "dict": [
        "<iterator a> = iter({dict}.values())\n<number b> = next(<a>)",
        "view = {dict}.values()\n{dict}[{key}] = {number}\n<number a> = sum(view)",
        "view = {dict}.items()\n{dict}.update(b={number})\n<number a> = sum(t for _, t in view)",
        "{table}.setdefault({key}, []).append({number})",
        '<list a> = {table}.setdefault("c", {list})\n<a>.append({number})',
        "for k, <list !a> in {table}.items():\n    <a>.append({number})\n    {body}",
        "for k in {dict}:\n    {dict}[k] *= {number}\n    {body}",
        '<number a> = {dict}.pop("b", {leaf})\n{dict}["b"] = <a> * {leaf}',
        "k, <number a> = {dict}.popitem()\n{dict}[k] = <a> + {leaf}",
        "<dict a> = {{k: lengthened({list}, t) for k, t in {dict}.items()}}",
        '<dict a> = {{"b": {number}, "a": {number}}}\n<a> |= {dict}',
        '<dict a> = {dict}.copy()\ndel <a>["a"]\n<a>["a"] = {number}',
        '<dict a> = dict(zip("ab", {list}[:2], strict=True))',
        'for k in "ab":\n    {dict}[k], {dict2}[k] = {dict2}[k], {number}',
        '{dict}["a"], {list}[0] = {list}[0], {dict}["a"]',
        'for {dict}["b"] in {list}:\n    {body}',
        "for {object}.v in {vector}:\n    {body}",
        "for {list}[0], <number !a> in zip({list2}, {vector}):\n    {body}",
    ],
    "exits": [
        """
try:
    {body}
    risky({number})
except ValueError as error:
    <number a> = len(error.args) * 0.5
else:
    <a> = {number}
    {body}
""",
        "try:\n    {body}\nfinally:\n    {body}",
        """
try:
    <number a> = risky({number})
    {body}
except (ValueError, KeyError):
    <a> = {leaf}
    {body}
finally:
    {body}
""",
        """
for <number !a> in {list}:
    try:
        if <a> > {leaf}:
            break
        risky(<a>)
    except ValueError:
        continue
    else:
        {body}
    finally:
        {body}
    {body}
""",
        """
for <number !a> in {vector}:
    try:
        risky(<a>)
        continue
    except ValueError:
        {body}
    {body}
else:
    {body}
""",
        "try:\n    <number a> = {list}[n]\nexcept IndexError:\n    <a> = {number}",
        'try:\n    <number a> = {dict}["c"]\nexcept KeyError:\n    <a> = {number}',
        """
while True:
    {body}
    if {test}:
        break
    try:
        risky({number})
    finally:
        break
""",
        "with Held({object}, {number}) as <object a>:\n    {body}",
        "with lent({list}, {number}) as <list a>:\n    {body}",
        "with suppress(ValueError):\n    {body}\n    risky({number})\n    {body}",
        """
match {integer}:
    case 0 | 1:
        {body}
    case 2 if {test}:
        {body}
    case <integer !a>:
        {body}
""",
        """
match {pair}:
    case (<number a>, _) if {test}:
        {body}
    case (_, <vector !b>):
        <a> = {number}
        {body}
""",
        """
match {object}:
    case Heavy(v=<number a>):
        {body}
    case _:
        <a> = {number}
""",
        """
match {list}:
    case [<number a>]:
        {body}
    case [<a>, *_]:
        {body}
    case _:
        <a> = {leaf}
""",
        'match {dict}:\n    case {{"a": <number a>, **rest}}:\n        {body}',
        "<number a> = 0.0\nwhile (<a> := <a> + 1.0) < 3.0:\n    {body}",
        """
<number a> = {leaf}
while {list} and len({list}) < 6:
    <a> = {list}.pop()
    {body}
    if <a> > 0.3:
        break
""",
    ],
    "call": [
        "<number a> = mixed(*{list}[:2])",
        "<number a> = mixed(b={object}.grow({leaf}), a={object}.v)",
        "<number a> = mixed(lengthened({list}, {number}), len({list}) * 0.5, {list}[-1])",
        "<number a> = mixed(**{dict}, c={number})",
        "<number a> = collected({number})\n<number b> = collected({number})",
        "<list a> = collected_in({number}, {list})",
        "<number a> = power({number}, n)",
        "<list a> = flat([{list}, [{number}], {list2}])",
        "<list a> = sum([{list}, {list2}], [])",
        "<number a> = reduce(lambda p, q: p * s + q, {list}, {leaf})",
        "<list a> = sorted({list}, key=lambda t: lengthened({list2}, -t), reverse=True)",
        "<number a> = {number} if lengthened({list}, {number}) > {leaf} else {list}[0]",
        """
<number a> = 0.5 if {leaf} < lengthened({list}, {number}) < lengthened({list}, {leaf}) else 1.0
""",
        "<number a> = lengthened({list}, {number}) and lengthened({list}, {leaf}) or {number}",
        "{list}[index_after({list}, 0)] += lengthened({list}, {number})",
        """
{list}[0], {list}[index_after({list}, -1)] = lengthened({list}, {number}), len({list}) * 0.5
""",
        "{list}[:1] = [{number}, *{list2}]",
        "{list}[::2] = [t * {leaf} for t in {list}[::2]]",
        "del {list}[1:]",
        "{list}.remove({list}[-1])",
        "<integer a> = {list}.index({list}[n - 2]) + {list}.count({leaf})",
        "<list a> = {list}.copy()\n{list}.clear()\n{list}.extend(t * s for t in <a>)",
        "<objects a> = [{object}, {object2}]\n<a>[0], <a>[1] = <a>[1], <a>[0]\n<a>[0].v = {number}",
        "for <object !p> in {objects}:\n    <p>.v, {object}.v = {object}.v, <p>.v\n    {body}",
        """
<object a>, <object b> = {object}, {object2}
for _ in range(n):
    <a>.v = <a>.v * 0.5 + <b>.v
    <a>, <b> = <b>, <a>
    {body}
""",
        """
<object a> = {object}
for t in {list}:
    <object !b> = Point(t, {vector})
    <a>.next = <b>
    <a> = <b>
""",
        """
<vector a>, <vector b> = np.array({vector}), np.array({vector})
for _ in range(n):
    <a>[0] = <b>[-1] * 0.5
    <a>, <b> = <b>, <a>
    {body}
""",
    ],
}
