"""What an address says in words: is it a refusal, a pointer to another place, a jail, an office, another person's?

The phrases that are no component of the address are weighed by word classes (`data/words.csv`). Words
inside a street's name count only where nothing shows that it is a street: 12 UNKNOWN RD is a road.
"""

from __future__ import annotations

from counterfoil.address.sight.another import addressee
from counterfoil.address.sight.delivery import names_no_street, names_two_streets
from counterfoil.address.sight.elsewhere import names_another_place
from counterfoil.address.sight.look import Sight, look

__all__ = ["Sight", "addressee", "look", "names_another_place", "names_no_street", "names_two_streets"]
