"""The custodian's steps with one batch, each in its turn."""
