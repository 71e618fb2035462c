"""The office's keys: where they are held, how they change, and what a compromised one did."""
