"""placeholder indexing"""
