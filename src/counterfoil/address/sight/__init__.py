"""What an address says in words: is it a refusal, a pointer to another place, a jail, an office, another person's?

The phrases that are no component of the address are weighed by word classes (`data/words.csv`). Words
inside a street's name count only where nothing shows that it is a street: 12 UNKNOWN RD is a road.
"""

from __future__ import annotations

from counterfoil.address.sight.delivery import names_no_street
from counterfoil.address.sight.look import Sight, look

__all__ = ["Sight", "look", "names_no_street"]
