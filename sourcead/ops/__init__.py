"""The catalogue of operations: names, signatures, types, memory behaviour."""
