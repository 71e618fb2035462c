"""Gates: what stops an answer whatever the request says."""
