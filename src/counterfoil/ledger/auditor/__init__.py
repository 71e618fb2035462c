"""The outsider's check of an export. This folder stands alone: copy it, and run `python audit.py`."""
