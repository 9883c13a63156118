"""Everything between a call and the compiled derivative: types, guards, caches, loading."""
