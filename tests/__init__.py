"""Tests of sourcead: a package, so that the corpus can be imported by name."""
