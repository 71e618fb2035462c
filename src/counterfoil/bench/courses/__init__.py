"""What each benchmark does: `prepare` makes the data in a folder, the other functions are the contestants'.

Each function runs in a process of its own (`child.py`) and gives back what it took. Peers are imported by
name where they are used: they are no dependency of the product.
"""
