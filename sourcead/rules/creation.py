"""placeholder creation"""
