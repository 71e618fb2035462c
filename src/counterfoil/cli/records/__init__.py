"""Commands about what is kept: redacted releases, expunction, changes of keys."""
