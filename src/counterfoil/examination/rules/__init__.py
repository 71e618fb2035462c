"""Rules on one request: each is a function of the request, the law and the agreement alone."""
