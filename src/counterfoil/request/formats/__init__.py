"""One reader a file format, each `requests(source) -> Iterator[Request]`; `source.py` tells what bytes are."""
