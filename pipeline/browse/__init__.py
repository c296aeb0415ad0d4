"""The tables in a browser: a SQLite file made of a snapshot, served by Datasette. No restricted table is in it."""
