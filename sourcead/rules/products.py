"""placeholder products"""
