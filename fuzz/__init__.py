"""Fuzzing: targets with their invariants, a corpus, a dictionary, and byte-level mutants of sample documents."""
