"""Commands that need no data directory: the requester's, the auditor's, and tools. One file a noun."""
