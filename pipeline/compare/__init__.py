"""Two snapshots compared, project by project and value by value."""
