"""The commands about witnesses: those of the witness itself, and those of the office that asks for them."""
