"""One reader a file format: `requests(source) -> Iterator[Request]`; `source.py` tells what bytes are."""
