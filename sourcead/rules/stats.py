"""placeholder stats"""
