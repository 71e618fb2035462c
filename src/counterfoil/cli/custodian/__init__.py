"""Commands on the custodian's data directory: one file a noun."""
