"""What stands beside a street: cross streets and landmarks are left out, and nothing that may name a dwelling is."""

import pytest

from counterfoil.address import Address, Places, compare, parse, split_line

LAST = ", Aldermere, IL 62704"


def read(beside: str) -> Address:
    comma = "" if beside.startswith(",") else " "
    return parse(split_line(f"12 Oak St{comma}{beside}{LAST}"))


def same(one: str, other: str, book: Places | None = None) -> bool:
    a, b = read(one), read(other)
    found = compare(a, b, book).same
    assert compare(b, a, book).same == found
    return found


def without_units() -> Places:
    book = Places()
    book.add(read(""))
    return book


LEFT_OUT = """near Walmart; (near Walmart); between 5th and Maple; corner of Pine; corner of Pine and 3rd
at W 5th; at Elm Ave; across from City Hall; between Five and Six; between 5 and 6
(main entrance); (gym entrance); (side entrance); (corner of Elm St); (entrance on Elm St)
(parking on Elm St); (Lincoln Hwy); (formerly Elm St); (US Hwy 7); (Elm & Ash Blvd); (old Rte 4)
/ Hwy 50; & Maple; & 5th; at Cottage St; off Elm Dr; near Exit 4
(County Road 4); at 5th St N; at Ave A; (n/a); (council chambers)
(corner); (at the corner); (next to church); (frente a la iglesia); near the church"""
LOOSE = """(E); (N); & E; near E; (two); (half); (7); (B); (2nd); & Half; (in-law); (the mother in law)
, in-law entrance; (across the hall); , across the hall; near hall; behind Bunkhouse
near Gatehouse; behind Farmhouse; behind Cabana; behind Workshop; behind casa; near Bungalow
at 5th Ave 3rd; at Elm St 2nd; at Elm 2nd; at Elm W 5th; (lower flat entrance)
near rear cottage entrance; at apt entrance; (blue door); (door); (old mill); (Elm); (the yard)
(in alley); (off the kitchen); near pool; off Porch; off Courtyard; at Elm Rd 4; at Cond 4
near 14; near Seven; at Elm and 4; off Hwy 50 4; at Elm St, Annex; (rear cottage at Elm St)
, corner of Pine St and Bunkhouse; plus Half; plus garage; behind the mother in law suite; behind
(entrance E); (over store); off the alley; (main); (old); (rear St); (two st); at Mom's
at the second; near farm 4; (behind); (detras); (next); (adjacent); (nearby); (beside); (vicinity); (frente); near
behind store; (behind the church); (detras de la iglesia); behind Church; across the street; (near the)
/ Elm; / Elm St"""
AS_A_UNIT = (
    ", across the hall; (7); (2nd); at Elm St, Annex; (rear cottage at Elm St); , corner of Pine St and Bunkhouse"
)
DOORS = "(upper entrance); (rear entrance); (lower level entrance); (left door); (front entrance)"


def each(texts: str) -> list[str]:
    return [text.strip() for line in texts.split("\n") for text in line.split("; ")]


@pytest.mark.parametrize("remark", each(LEFT_OUT))
def test_a_cross_street_a_road_or_a_landmark_is_left_out(remark: str) -> None:
    assert same(remark, "")
    assert same(remark, remark)


@pytest.mark.parametrize("remark", each(LOOSE))
def test_a_remark_that_may_name_a_dwelling_on_one_side_only_is_never_the_same(remark: str) -> None:
    assert not same(remark, "")
    if remark not in each(AS_A_UNIT):  # a unit, or words behind a comma: by the rule for what only one side has
        assert not same(remark, "", without_units())


@pytest.mark.parametrize("remark", each(DOORS))
def test_an_entrance_of_a_part_of_the_house_counts_as_a_unit_does(remark: str) -> None:
    assert not same(remark, "")
    assert same(remark, "", without_units())


def test_a_remark_that_may_name_a_dwelling_agrees_only_with_its_equal() -> None:
    for remark in ("(in-law)", "near Bunkhouse", "at Elm St 2nd", "(blue door)", "(rear entrance)", "(two)"):
        assert same(remark, remark)
    for one, other in (
        ("at Elm St 2nd", "at Elm St 3rd"),
        ("at 5th Ave 3rd", "at 5th Ave 4th"),
        ("(blue door)", "(red door)"),
        ("near Bunkhouse", "near Gatehouse"),
        ("(upper entrance)", "(rear entrance)"),
        ("(left door)", "(right door)"),
    ):
        assert not same(one, other)
        assert not same(one, other, without_units())


def test_a_dwelling_named_before_a_unit_is_not_passed_over() -> None:
    assert not same("near Bunkhouse Apt 4", "Apt 4")
    assert same("near Walmart Apt 4", "Apt 4")


def test_directions_fillers_and_numbers_do_not_make_two_remarks_agree() -> None:
    for one, other in (
        ("near N Main", "near N Elm"),
        ("near E Main St", "near E Elm St"),
        ("near N Main", "near S Main"),
        ("near 5 Main", "near 6 Main"),
        ("near Old Mill", "near Old Church"),
        ("near New Mill", "near New Church"),
        ("at Elm St E", "at Elm St W"),
    ):
        assert not same(one, other)
    for one, other in (
        ("near N Main", "near Main"),
        ("near Old Mill", "near the Old Mill"),
        ("between 5th and 6th", "near 5th Ave"),
        ("between N Main and S Elm", "near N Main"),
        ("at Pine", "corner of Pine St"),
    ):
        assert same(one, other)
