"""Transformations of the IR: each a plain function from IR to IR."""
