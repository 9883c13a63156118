"""From Python's AST to the IR: one walk of abstract interpretation."""
