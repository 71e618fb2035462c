"""Groups of lines that are one address each, and lines that are not: what a hostile reader of the rules would try."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counterfoil.address import Address, Written, compare, delivery_key, faults, one_line, parse, read_line, split_line

HERE = ("Aldermere", "IL", "62704")
PUERTO_RICO = ("San Juan", "PR", "00901")
OVERSEAS = ("APO", "AE", "09021")


def read(line1: str, where: tuple[str, str, str] = HERE, line2: str = "") -> Address:
    return parse(Written(line1, line2, *where))


def same(a: Address, b: Address) -> bool:
    found = compare(a, b).same
    assert compare(b, a).same == found
    return found


def groups(text: str) -> list[list[str]]:
    """One group a line, its members between semicolons."""
    return [[member.strip() for member in line.split(";")] for line in text.strip().splitlines()]


ONE = """
100 Main St C 7; 100 Main St # C7; 100 Main St C7; 100 Main St, C 7
100 Main St S 101; 100 Main St S # 101
100 Main St Tr 7; 100 Main St Trlr 7; 100 Main St, Tr 7
12 Oak St C 7 Apt 4; 12 Oak St # C7 Apt 4
100 Main St; 100 Main St State Route 300; 100 Main St US 20; 100 Main St CR 5; 100 Main St Hwy 7
Highway 20 Box 7; Hwy 20, Box 7; Box 7, Highway 20; Highway 20 Box #7
County Road 5 Box 7; CR 5 Box 7
Old Mill Rd Box 7; Old Mill Road Box 7
State Route 2 Box 7; State Hwy 2, Box 7
RR 2 N Box 7; Rural Route 2 North, Box 7; Rt. 2 North Box 7
RR 2, PO Box 7; PO Box 7, RR 2; RR 2 PO Box 7
RR 2 Box 7; RR 2, Box 7; Box 7, RR 2; RR 2 Box 7, Old Mill Rd; Old Mill Rd RR 2 Box 7
PO Box 7; Box 7; Elm St, PO Box 7; PO Box: 7; P.O. Box #: 7
RR 1 Box 15-A; RR 1 Box 15A; RR 1 Box 15 A
100 Mount View Rd; 100 Mt View Rd; 100 Mt. View Rd; 100 Mnt View Rd
100 Mountain View Rd; 100 Mtn View Rd; 100 Mt View Rd
12 Oak St PH1; 12 Oak St Apt PH 1; 12 Oak St # PH1; 12 Oak St Apt # PH1; 12 Oak St Penthouse 1
12 Oak St PMB 1151; 12 Oak St # PMB 1151
12 Oak St Fl 2; 12 Oak St 2 FL; 12 Oak St 2 Floor; 12 Oak St 2FL; 12 Oak St 2ndFl; 12 Oak St, 2 FL; 12 Oak St Level 2
12 Oak St Fl 2 Apt 3; 12 Oak St 2 FL Apt 3
12 Oak St Apt 4; 12 Oak St Apt: 4; 12 Oak St Apt #: 4; 12 Oak St #Apt 4; 12 Oak St, Apt: 4; 12 Oak St Depto 4
12 Oak St Bsmt; 12 Oak St # Bsmt; 12 Oak St Apt # Bsmt
12 Oak St Unit ADU; 12 Oak St Apt ADU
12 Oak St Unit Carriage House; 12 Oak St Apt Carriagehouse
12 Oak St Spc 7; 12 Oak St Sp 7; 12 Oak St Sp. 7; 12 Oak St Space 7
12 No. Broad St; 12 N Broad St; 12 North Broad St
12 County Road #12; 12 County Road 12; 12 Co Rd #12; 12 County Road No. 12
12 N US Highway #20; 12 N US Hwy 20; 12 N US 20
12 County Road #12 Apt 4; 12 County Road 12 # 4
12 Oak Hwy # 4; 12 Oak Hwy Apt 4
100 O`Hara Ln; 100 O'Hara Ln; 100 OHara Ln
12 3d Ave; 12 3rd Ave; 12 Third Ave
12 W 2d St; 12 W 2nd St
12 Twentyfirst St; 12 Twenty-First St; 12 21st St
12 One Hundred Twelve St; 12 One Hundred Twelfth St; 12 112th St
12 One Hundred St; 12 100th St
"""
ONE_IN_PUERTO_RICO = """
Calle Sol 14; 14 Calle Sol; Calle Sol #14; #14 Calle Sol; Calle Sol, 14; Calle Sol Num 14; Calle Sol Casa 14
Calle Sol 14 Int; 14 Calle Sol Interior; Calle Sol 14, Int
Calle Sol 14 Altos; 14 Calle Sol Altos; Calle Sol 14, Altos
Calle Sol 14 Apt 2; 14 Calle Sol # 2; Calle Sol #14 Apt 2
Calle A #150; 150 Calle A; #150 Calle A; Calle A, #150
Calle 3 Bloque B 14; B 14 Calle 3; B-14 Calle 3; Calle 3 B-14; Bloque B #14 Calle 3; Calle 3, B-14
Urb Loma Verde, B-14 Calle 3; Urb Loma Verde B 14 Calle 3; Calle 3 Bloque B 14, Urb Loma Verde
Carr 115 Km 2.5; Carr. 115, Km. 2.5; PR-115 Km 2.5; PR 115 KM 2.5; Carr 115 Kilometro 2.5; Km 2.5 Carr 115
Carr 115 Km 2.5 Int; Carretera 115, Km 2.5, Interior; Km 2.5 Carr 115 Int
HC 1 Buzon 1234; HC 01 Box 1234; HC 1, Buzón 1234
RR 2 Bzn 55; RR 2 Box 55
Calle 45 Blq 7 #12; Bloque 7 #12 Calle 45; 7-12 Calle 45; Calle 45, Blq. 7 Num 12
Calle 13 SO 1520; 1520 Calle 13 SO; Calle 13 S.O. #1520
Calle Sol 14-B; 14B Calle Sol
Apartado Postal 77; Apdo. Postal 77; PO Box 77
"""
APART = """
100 Main St; 100 Main St C 7; 100 Main St F 7; 100 Main St I 7; 100 Main St U 7; 100 Main St CO 7; 100 Main St ST 7
100 Main St; 100 Main St S 101; 100 Main St N 101; 100 Main St Tr 7
12 Oak St Apt 4; 12 Oak St C 7 Apt 4
Highway 20 Box 7; Highway 30 Box 7; US Highway 20 Box 7; County Road 20 Box 7; PO Box 7; RR 20 Box 7
Old Mill Rd Box 7; Elm St Box 7; Old Mill Rd N Box 7; Box 7
RR 2 Box 7; RR 2 N Box 7; RR 2 S Box 7; Rural Route Box 7; State Route 2 Box 7; PO Box 7; RR 2 Box 7 Highway 20
RR 2 Box 7; RR 2 Box 7 Tr 9; RR 2 Box 7 N 9; RR 2 Box 7 S 9
HC 2 N Box 7; HC 2 S Box 7; HC 2 Box 7
PO Box 7; PO Box 7 N 9; PO N Box 7; RR 2 Box 7; RR 2, PO Box 7; HC 2, PO Box 7; PO Box 7, Star Route
RR 1 Box 1-23; RR 1 Box 12-3; RR 1 Box 123
HC 1 Box 1-23; HC 1 Box 12-3
PO Box 1-23; PO Box 12-3
100 Mount View Rd; 100 Mountain View Rd
12 Oak St PH1; 12 Oak St Bldg PH1; 12 Oak St Fl PH1; 12 Oak St PMB PH1; 12 Oak St Apt 1; 12 Oak St
12 Oak St; 12 Oak St Apt North; 12 Oak St Apt South; 12 Oak St Unit ADU; 12 Oak St Unit Carriage House; 12 Oak St Apt 4
12 Oak St Fl 2; 12 Oak St Apt 2; 12 Oak St Fl 3
12 No. Broad St; 12 No Broad St; 12 S Broad St
12 Oak St 3D; 12 Oak St # 3
12 12d St; 12 12th St
"""
APART_IN_PUERTO_RICO = """
Calle Sol 14; Calle Sol 14 Int; Calle Sol Int 14; Calle Sol 14 Int 2; Calle Sol Lote 14; Calle Sol 14 Altos
Calle Sol 14 Altos; Calle Sol 14 Bajos
Carr 115 Km 2.5; Carr 115 Km 2.5 Int; Carr 115 Km 2.5 Casa 7; Carr 115 Km 2.5 Lote 7; Carr 116 Km 2.5; Carr 115 Km 2.6
Calle 3 B 14; Calle 3 C 14; Calle 3 14; Calle B 14
Calle 45 Blq 7 #12; Calle 45 7; Calle 45 12; Calle 45 Blq 12 #7
Buzon 55, Carr 115; Buzon 55, Carr 116; PO Box 55
"""


def cases(here: str, there: str) -> list[tuple[list[str], tuple[str, str, str]]]:
    return [*((group, HERE) for group in groups(here)), *((group, PUERTO_RICO) for group in groups(there))]


@pytest.mark.parametrize(("lines", "where"), cases(ONE, ONE_IN_PUERTO_RICO), ids=lambda value: value[0])
def test_lines_of_a_group_are_whole_and_the_same_as_its_first(lines: list[str], where: tuple[str, str, str]) -> None:
    first = read(lines[0], where)
    for line in lines:
        assert not faults(read(line, where)), line
        assert same(first, read(line, where)), line


@pytest.mark.parametrize(("lines", "where"), cases(APART, APART_IN_PUERTO_RICO), ids=lambda value: value[0])
def test_no_two_lines_of_a_group_are_the_same(lines: list[str], where: tuple[str, str, str]) -> None:
    for a, b in combinations(lines, 2):
        assert not same(read(a, where), read(b, where)), (a, b)
    for line in lines:
        assert same(read(line, where), read(line, where)), line


def test_numbers_of_military_boxes_keep_their_hyphens() -> None:
    for form in ("PSC 3", "CMR 3", "Unit 3"):
        assert not same(read(f"{form} Box 1-23", OVERSEAS), read(f"{form} Box 12-3", OVERSEAS))
        assert same(read(f"{form} Box 1-23", OVERSEAS), read(f"{form}, Box 1-23", OVERSEAS))


@given(st.sampled_from("ABCDFGHIJKLMPQRTUVXZ"), st.integers(1, 999))
def test_a_letter_and_a_number_behind_a_street_are_the_unit_that_they_are_in_the_second_line(
    letter: str, number: int
) -> None:
    behind = read(f"100 Main St {letter} {number}")
    assert same(behind, read("100 Main St", line2=f"{letter} {number}"))
    assert same(behind, read(f"100 Main St Apt {letter}{number}"))
    assert not same(behind, read("100 Main St"))


BOX = st.from_regex(r"[1-9][0-9]{0,2}(-[1-9][0-9]{0,2})?", fullmatch=True)


@given(st.sampled_from(["PO", "RR 1", "HC 1", "Highway 20", "Old Mill Rd"]), BOX, BOX)
def test_boxes_of_one_place_are_the_same_only_with_the_same_number(form: str, one: str, two: str) -> None:
    assert same(read(f"{form} Box {one}"), read(f"{form} Box {two}")) == (one == two)


WORDS = """
12 7 B 14 B-14 2.5 2D 2FL 1-23 # : , ( N SO NORTH OAK MOUNT MT OLD MILL ST AVE RD HWY 20 US CR CO COUNTY ROAD STATE
ROUTE STAR RR HC RFD PO BOX BIN DRAWER BUZON APARTADO POSTAL TR C LEVEL FL PH PMB BLDG APT UNIT HOUSE ADU NO. ONE
HUNDRED TWENTYFIRST PR CARR KM HM CALLE SOL CASA LOTE INT ALTOS BLOQUE URB BO ESQ
"""


@given(
    st.lists(st.sampled_from(WORDS.split()), max_size=8).map(" ".join), st.sampled_from([HERE, PUERTO_RICO, OVERSEAS])
)
def test_any_order_of_these_words_is_read_and_judged(line: str, where: tuple[str, str, str]) -> None:
    address = read(line, where)
    assert faults(address) == faults(read(line, where))
    assert same(address, address) == address.sure


@pytest.mark.parametrize(
    ("where", "lines"),
    [
        (HERE, "Highway 20 Box 7; Old Mill Rd N Box 7; RR 2 N Box 7; County Road 5 Box 7"),
        (PUERTO_RICO, "Calle Sol 14 Int; Calle Sol Int 14; Calle Sol Lote 14; Calle Sol 14 Altos; Calle 3 B 14"),
        (PUERTO_RICO, "Carr 115 Km 2.5 Casa 7; Carr 115 Km 2.5 Int; Carr 115 Km 2.5 Hm 3"),
    ],
)
def test_the_standard_line_of_a_box_by_a_road_or_a_line_in_puerto_rico_reads_as_itself(
    where: tuple[str, str, str], lines: str
) -> None:
    for line in groups(lines)[0]:
        address = read(line, where)
        again = parse(split_line(one_line(address)))
        assert again.sure
        assert (delivery_key(again), one_line(again)) == (delivery_key(address), one_line(address))


@pytest.mark.parametrize(
    "unit",
    [
        "Apt",
        "Apt:",
        "Apt #",
        "# Apt",
        "Apt Unknown",
        "Apt pending",
        "Apt No",
        "Apt refused",
        "Apt same",
        "Fl",
        "Bldg",
        "#",
    ],
)
def test_a_unit_without_its_number_stays_refused(unit: str) -> None:
    assert "ADDR_UNIT_NEEDED" in faults(read(f"12 Oak St {unit}"))


def test_words_for_units_stay_words_of_a_name() -> None:
    for line in (
        "3507 Poplar Level Rd", "12 Lower Level Rd", "12 N Level St", "12 Level Green Rd", "12 Manager Ln",
        "12 Coach House Rd", "3 No Name Rd", "3D Oak St", "1234 County Road 60601", "1 Interior St", "12 One Mile Rd",
    ):  # fmt: skip
        address = read(line)
        assert address.sure
        assert not faults(address), line
        assert not address.units, line


def test_a_floor_is_counted_before_its_word_only_where_nothing_else_is() -> None:
    assert read("1234 Highway 2 Floor 3").units == (("floor", "3"),)
    assert read("1234 Highway 2 Floor 3").street == "HWY 2"
    assert read("12 Oak St 2 Fl 3").units == (("any", "2"), ("floor", "3"))
    assert not read("12 Oak St Apt 2 Fl").sure


def test_a_second_zip_code_behind_the_street_or_the_town_contradicts() -> None:
    for line in ("900 Oak St 60601", "900 Oak St N 60601", "900 Oak St Aldermere 60601", "900 Oak St 60601-1234"):
        assert "ADDR_CONTRADICTORY" in faults(read(line)), line
    for line in ("900 Oak St # 60601", "900 Oak St Apt 60601", "900 Oak St 62704", "900 County Road 60601"):
        assert not faults(read(line)), line


def test_short_names_of_cities_are_the_cities_in_their_own_states() -> None:
    for short, long, state, zip5 in (
        ("LA", "Los Angeles", "CA", "90001"),
        ("L.A.", "Los Angeles", "CA", "90001"),
        ("SF", "San Francisco", "CA", "94102"),
        ("NYC", "New York", "NY", "10001"),
    ):
        a, b = read("900 Oak St", (short, state, zip5)), read("900 Oak St", (long, state, zip5))
        assert same(a, b)
        assert same(b, read_line(f"900 Oak St, {short}, {state} {zip5}"))
    assert not same(read("9 Oak St", ("SF", "IL", "62704")), read("9 Oak St", ("San Francisco", "IL", "62704")))


def test_mount_and_mountain_written_out_are_two_towns_and_mt_is_either() -> None:
    mount, mountain, short = (
        read("9 Oak St", (town, "IL", "62704")) for town in ("Mount View", "Mountain View", "Mt View")
    )
    assert not same(mount, mountain)
    assert same(mount, short)
    assert same(mountain, short)


def test_mount_and_mountain_in_another_order_are_two_streets() -> None:
    assert not same(read("12 Mount Mountain Rd"), read("12 Mountain Mount Rd"))
    assert same(read("12 Mount Mountain Rd"), read("12 Mt Mountain Rd"))


def test_no_with_a_point_is_north_but_not_before_name_mans_land_or_a_number_word() -> None:
    for name in ("Name Rd", "Mans Land Rd", "Man's Land Rd", "Ten Rd", "One Ln"):
        assert same(read(f"12 No. {name}"), read(f"12 No {name}")), name
        assert not same(read(f"12 No. {name}"), read(f"12 N {name}")), name
    for name in ("Broad St", "Manse Rd", "Tennessee Ave", "Names Rd"):
        assert same(read(f"12 No. {name}"), read(f"12 N {name}")), name


def test_a_side_of_the_house_is_one_unit_written_out_or_by_its_letter() -> None:
    for short, long in (("N", "North"), ("E", "East"), ("SW", "Southwest")):
        for designator in ("Apt", "Unit", "#"):
            assert same(read(f"12 Oak St {designator} {short}"), read(f"12 Oak St {designator} {long}"))
    assert not same(read("12 Oak St Apt N"), read("12 Oak St Apt South"))


def test_a_town_that_is_called_friend_is_one() -> None:
    assert not faults(read_line("412 Maple St, Friend, NE 68359"))
    assert not faults(parse(Written("412 Maple St, Friend, Nebraska 68359")))
    for other in (
        "412 Maple St, Friend, IL 62704",
        "412 Maple St, c/o Friend, NE 68359",
        "412 Maple St, Lawyer, NE 68359",
    ):
        assert "ADDR_THIRD_PARTY" in faults(read_line(other)), other
