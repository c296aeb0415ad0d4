"""The archive generator: invented projects, printed in many layouts and formats, with the truth beside them.

Shares neither code nor data with ``parsers`` and ``models`` on purpose: what checks the parser must not
repeat its mistakes. Every label of the form stands here a second time, as our own literal.
"""
