"""placeholder scipy_linalg"""
