"""placeholder fft"""
