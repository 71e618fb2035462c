"""Making an office: its data directory, its keys, its database."""
