"""``report/`` of a snapshot: what a run did and found, for people, from its tables and from ``run.json``."""
