"""placeholder shape"""
