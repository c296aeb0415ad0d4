"""A snapshot compared with the service's own list of projects."""
