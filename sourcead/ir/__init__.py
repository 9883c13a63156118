"""The intermediate representation: typed, purely functional SSA with structured regions."""
