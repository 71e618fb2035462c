"""What a reason says: its wording in a normal form, and that form read by word classes and patterns."""
