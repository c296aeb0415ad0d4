"""Forgetting the persons of a project: out of every snapshot and cache, and kept out of later runs."""
