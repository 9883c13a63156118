"""placeholder factorizations"""
