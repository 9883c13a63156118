"""placeholder math_module"""
