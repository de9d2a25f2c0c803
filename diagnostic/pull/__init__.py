"""The only place where a connector meets the store: fetch, make into observations, keep."""
