"""Asking about the people of the country, so that the truth of each request is known."""
