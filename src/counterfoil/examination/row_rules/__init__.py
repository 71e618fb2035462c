"""Rules on a row beside the other rows of its batch: how often a text, an officer, an id occurs."""
