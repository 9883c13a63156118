"""placeholder joining"""
