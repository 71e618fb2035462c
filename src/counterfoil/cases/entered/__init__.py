"""What people enter beside the requests: orders, overrides, the recipient's safeguards; and what of it stands."""
