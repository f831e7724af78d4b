// This target is being filled.
