"""How often the extraction is right: rows against an archive's truth, by table, column and layout."""
