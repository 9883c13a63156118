"""Small NumPy programs, one theme per module; each module ends in its table `CASES`."""
