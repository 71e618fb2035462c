"""Rule sets kept: the files that decided, and the same decision made again by them."""
