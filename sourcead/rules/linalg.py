"""placeholder linalg"""
