"""Derivative rules: mathematics in ordinary Python, one table for every mode."""
