"""Forms of Publication 28 and what people type, read to their elements."""

import pytest

from counterfoil.address import Form, Written, compare, faults, one_line, parse, split_line


@pytest.mark.parametrize(
    ("text", "form", "line"),
    [
        ("123 north main street apartment 4, springfield, illinois 62701-1234", Form.STREET,
         "123 N MAIN ST APT 4, SPRINGFIELD, IL 62701-1234"),
        ("12-34 56th Street, Maspeth NY 11378", Form.STREET, "12-34 56TH ST, MASPETH, NY 11378"),
        ("N6W23001 Bluemound Road, Waukesha WI 53188", Form.STREET, "N6W23001 BLUEMOUND RD, WAUKESHA, WI 53188"),
        ("123 1/2 Oak St, Dover DE 19901", Form.STREET, "123 1/2 OAK ST, DOVER, DE 19901"),
        ("64 East 100 North, Gunnison UT 84634", Form.STREET, "64 E 100TH N, GUNNISON, UT 84634"),
        ("1234 Hwy 50 East, Dover DE 19901", Form.STREET, "1234 HWY 50 E, DOVER, DE 19901"),
        ("1234 FM 1960 W, Houston TX 77090", Form.STREET, "1234 FM 1960 W, HOUSTON, TX 77090"),
        ("600 E Blvd, Dover DE 19901", Form.STREET, "600 E BLVD, DOVER, DE 19901"),
        ("100 Avenue N Apt 5, Dover DE 19901", Form.STREET, "100 AVENUE N APT 5, DOVER, DE 19901"),
        ("12 Oak St, 2nd Floor, Dover DE 19901", Form.STREET, "12 OAK ST FL 2, DOVER, DE 19901"),
        ("12 Oak St Rear, Dover DE 19901", Form.STREET, "12 OAK ST REAR , DOVER, DE 19901"),
        ("P O Box 0012, Dover DE 19901", Form.PO_BOX, "PO BOX 12, DOVER, DE 19901"),
        ("R.R. #2 Box 15-A, Ames IA 50010", Form.RURAL_ROUTE, "RR 2 BOX 15A, AMES, IA 50010"),
        ("Star Route Box 9, Eureka NV 89316", Form.HIGHWAY_CONTRACT, "HC BOX 9, EUREKA, NV 89316"),
        ("General Delivery, Tampa FL 33602", Form.GENERAL_DELIVERY, "GENERAL DELIVERY, TAMPA, FL 33602"),
        ("PSC 3 Box 1234, APO AE 09021", Form.MILITARY, "PSC 3 BOX 1234, APO, AE 09021"),
        ("Urb Las Gladiolas, 150 Calle A, San Juan PR 00926", Form.PUERTO_RICO,
         "URB LASGLADIOLAS, 150 CALLE A, SAN JUAN, PR 00926"),
        ("Calle Luna 150, San Juan PR 00901", Form.PUERTO_RICO, "150 CALLE LUNA, SAN JUAN, PR 00901"),
    ],
)  # fmt: skip
def test_each_form_is_read_and_printed_in_standard_form(text: str, form: Form, line: str) -> None:
    for address in (parse(split_line(text)), parse(Written(line1=text))):
        assert address.form is form
        assert address.sure
        assert one_line(address).replace(" ,", ",") == line.replace(" ,", ",")


@pytest.mark.parametrize("unit", ["#4B", "APT4B", "Apt. 4-B", "apt # 4b", "Unit 4B", "No such"])
def test_a_unit_is_found_wherever_it_stands(unit: str) -> None:
    expected = "4B" if unit != "No such" else ""
    for written in (
        Written(f"12 Oak St {unit}", "", "Dover", "DE", "19901"),
        Written("12 Oak St", unit, "Dover", "DE", "19901"),
        Written(f"12 Oak St, {unit}, Dover DE 19901"),
    ):
        assert parse(written).unit == expected


def test_a_last_line_repeated_in_the_first_line_is_taken_once() -> None:
    plain = parse(Written("12 Oak St", "", "Dover", "DE", "19901"))
    for line in ("12 Oak St, Dover, DE 19901", "12 Oak St, Dover", "12 Oak St, Dover DE", "12 Oak St, DE 19901"):
        again = parse(Written(line, "", "Dover", "DE", "19901"))
        assert (again.number, again.street, again.suffix, again.city, again.unknown) == (
            plain.number, plain.street, plain.suffix, plain.city, ()
        )  # fmt: skip


def test_split_line_leaves_what_is_no_address_as_it_is() -> None:
    for text in ("Failed to Provide", "7?? Sample Ave, Chicago IL 60608", "12 Oak St\x00, Chicago IL 60608"):
        assert split_line(text) == Written(line1=text)
    assert split_line("123 N Main St Apt 4, Springfield, IL 62701") == Written(
        "123 N MAIN ST APT 4", "", "SPRINGFIELD", "IL", "62701"
    )


def test_ambiguous_words_are_read_by_their_neighbours() -> None:
    court = parse(split_line("10 Oak Ct, Hartford CT 06103"))
    assert (court.suffix, court.state) == ("CT", "CT")
    quadrant = parse(split_line("2350 Oak St NE, Washington DC 20002"))
    assert (quadrant.postdirectional, quadrant.state) == ("NE", "DC")
    assert parse(split_line("100 E St, San Diego CA 92101")).street == "E"
    assert parse(split_line("5534 S St Louis Ave, Chicago IL 60629")).stem == "STLOUIS"


def test_a_comma_between_a_route_and_its_box_changes_nothing() -> None:
    for route in ("CMR 149", "Unit 8728", "PSC 3"):
        a, b = (parse(split_line(f"{route}{comma} Box 12, APO AE 09001")) for comma in ("", ","))
        assert (a.form, a.route, a.box) == (b.form, b.route, b.box)
        assert a.sure
    assert parse(split_line("HC 10, Box 267, Dover DE 19901")).form is Form.HIGHWAY_CONTRACT


def test_a_number_sign_after_a_unit_word_changes_nothing() -> None:
    for word in ("Lot", "Trlr", "Apt", "Ste", "Spc"):
        units = {
            parse(split_line(f"12 Oak St{text}, Dover DE 19901")).units
            for text in (f" {word} 3", f", {word} #3", f" {word} # 3", f", {word} 3", f", {word} No. 3")
        }
        assert len(units) == 1
        assert units != {()}


def test_a_unit_without_number_is_found_where_the_suffix_is_left_out() -> None:
    assert parse(split_line("4256 Westwing Frnt, Dover DE 19901")).units == (("front", ""),)
    assert parse(split_line("4256 Front St, Dover DE 19901")).units == ()
    assert parse(split_line("4256 Upper River Rd, Dover DE 19901")).street == "UPPER RIVER"


@pytest.mark.parametrize("street", ["UMBELGATE", "CAMINO TORRENA", "OAK ST", "BROADWAY"])
@pytest.mark.parametrize("word", ["SPC", "SPACE", "LOT", "APT", "UNIT", "TRLR"])
def test_a_number_sign_behind_the_word_of_a_unit_changes_nothing(street: str, word: str) -> None:
    plain, signed, other = (
        parse(Written(f"3634 {street} {word} {number}", "", "NORRINSTEAD", "CO", "80005"))
        for number in ("11", "#11", "#12")
    )
    assert compare(plain, signed).same
    assert not compare(plain, other).same
    assert not faults(signed)
