"""Outside witnesses of the ledger: whose cosignatures an answer waits for, and what to do when they saw more."""
