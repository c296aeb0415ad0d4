"""``explain``: a document beside its rows, so that every value can be checked against the characters it came from."""
