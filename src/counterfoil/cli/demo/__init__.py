"""`counterfoil demo`: the main job end to end on made-up data, through a person's own steps."""
