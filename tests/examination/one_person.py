"""When two asks are about one person: the plain form, which the budget's filing is held to."""

from counterfoil.examination import Ask


def same_person(one: Ask, other: Ask) -> bool:
    """Whether two asks are about one person, as the budget counts."""
    if one.dob and other.dob and one.dob != other.dob:
        return False
    if one.tin and other.tin:
        return one.tin == other.tin
    length = min(len(one.surnames), len(other.surnames))
    return one.given == other.given and length > 0 and one.surnames[:length] == other.surnames[:length]
