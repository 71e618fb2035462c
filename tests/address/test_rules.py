"""Every line of docs/reference/address-rules.md with a name in brackets is a test of that name here."""

import re
from pathlib import Path

import pytest

from counterfoil.address import Address, Places, Written, compare, faults, parse, split_line

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "address-rules.md"
LAST = ", Aldermere, IL 62704"


def read(text: str) -> Address:
    return parse(split_line(text if re.search(r", (?:IL|IN|MN|GA|PR|AE)\b|\d{5}$", text) else text + LAST))


def same(a: str, b: str, known: list[str] | None = None) -> bool:
    """Whether two addresses are the same; `known` are others on file (the two are on file as well)."""
    book = None
    if known is not None:
        book = Places()
        for text in (*known, a, b):
            book.add(read(text))
    one, two = compare(read(a), read(b), book), compare(read(b), read(a), book)
    assert one.same == two.same
    assert one.why
    return one.same


def test_every_rule_of_the_page_has_a_test_and_every_test_a_rule() -> None:
    named = set(re.findall(r"\[([a-z_]+)\]", PAGE.read_text(encoding="utf-8")))
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    assert named == tests - {"every_rule_of_the_page_has_a_test_and_every_test_a_rule"}


def test_case_and_punctuation_make_no_difference() -> None:
    assert same("12 n. oak st.,  aldermere,il  62704", "１２ N ÓAK ST, ALDERMERE, IL 62704")


def test_an_unsure_address_is_never_the_same() -> None:
    for text in ("7XX Oak St", "12 Oak St & 14 Elm St", "Oak St", "12 Oak St Apt", "Homeless"):
        assert not read(text).sure
        assert not same(text, text)
        assert not same(text, text, [])


def test_one_contradiction_is_a_no() -> None:
    assert same("12 N Oak St Apt 4", "12 N OAK STREET # 4")
    for other in (
        "13 N Oak St Apt 4",
        "12 S Oak St Apt 4",
        "12 N Ash St Apt 4",
        "12 N Oak Ave Apt 4",
        "12 N Oak St Apt 5",
    ):
        assert not same("12 N Oak St Apt 4", other)
        assert not same("12 N Oak St Apt 4", other, [])


@pytest.mark.parametrize(("a", "b"), [("Avenue", "Ave"), ("AV", "avenue"), ("Boulevard", "Blvd."), ("Parkway", "PKY")])
def test_common_forms_of_a_suffix_are_equal(a: str, b: str) -> None:
    assert same(f"12 Oak {a}", f"12 Oak {b}")


def test_forms_of_a_directional_are_equal() -> None:
    assert same("12 Northeast Oak St", "12 NE Oak St")
    assert same("12 N E Oak St", "12 N.E. Oak St")
    assert same("12 Oak St South West", "12 Oak St SW")
    assert same("12 So. Oak St", "12 S Oak St")


def test_street_numbers_in_words_and_figures_are_equal() -> None:
    for words, figures in (("Seventh", "7th"), ("7", "7TH"), ("Twenty First", "21st"), ("One Hundred Tenth", "110th")):
        assert same(f"12 {words} St", f"12 {figures} St")
    assert not same("12 1st St", "12 11th St")


def test_house_numbers_in_words_are_equal() -> None:
    assert same("One Main St", "1 Main St")
    assert same("Twenty Five Main St", "25 Main St")


def test_fractions_may_follow_a_hyphen() -> None:
    assert same("12-1/2 Oak St", "12 1/2 Oak St")
    assert same("12-1/2 Oak St", "12½ Oak St")
    assert not same("12-1/2 Oak St", "12 Oak St", [])
    assert not same("12-12 Oak St", "12 1/2 Oak St", [])


def test_short_forms_of_business_words_are_equal() -> None:
    assert same("12 Med Ctr Dr", "12 Medical Center Dr")
    assert same("12 Gen Webb Rd", "12 General Webb Rd")
    assert same("12 Intl Pkwy", "12 International Parkway")
    assert not same("12 Gen Webb Rd", "12 Col Webb Rd", [])


def test_initials_that_look_like_a_directional() -> None:
    assert same("12 W G Acker Dr", "12 WG Acker Dr")
    assert not same("12 West G Acker Dr", "12 WG Acker Dr", [])
    assert not same("12 W G Acker Dr", "12 G Acker Dr", [])
    assert same("12 N E Oak Dr", "12 NE Oak Dr")


def test_one_honoured_name_has_several_forms() -> None:
    forms = ("Martin Luther King", "M L King", "ML King", "MLK", "Dr Martin Luther King Jr", "Rev. Dr. Martin L. King")
    for form in forms:
        assert same(f"12 N {form} Blvd", "12 N Martin Luther King Blvd")
    assert not same("12 N King Blvd", "12 N Martin Luther King Blvd", [])


def test_the_number_of_a_road_beside_its_name_is_a_remark() -> None:
    for other in ("12 Route 108 Clarks Pike", "12 Clarks Pike Route 108", "12 State Route 108 Clarks Pike"):
        assert same(other, "12 Clarks Pike")
        assert not same(other, "12 Route 108", [])
    assert not same("12 Route 108 Clarks Pike", "12 Route 108 Webb Pike", [])


def test_no_before_a_number_is_a_sign() -> None:
    for other in ("No. 4", "NO 4", ", No 4", "Num 4", "No. 04"):
        assert same(f"12 Oak St {other}", "12 Oak St # 4")
    assert same("12 Oak St No. B", "12 Oak St Apt B")
    assert same("12 County Road No 4", "12 County Road 4")
    assert same("12 Hwy No. 4", "12 Highway 4")
    assert not same("12 Oak St No 4", "12 Oak St", ["12 Oak St # 5"])


def test_a_dwelling_word_beside_a_place_in_the_building() -> None:
    assert same("12 Oak St Garden Apt", "12 Oak St Apt Garden")
    assert same("12 Oak St Lower Level", "12 Oak St Lowr")
    assert not same("12 Oak St Garage Apt", "12 Oak St", [])
    for other in ("Rear Apt", "Apt Rear", ", Rear Unit"):
        assert same(f"12 Oak St {other}", "12 Oak St Rear")
        assert not same(f"12 Oak St {other}", "12 Oak St Front", [])


def test_words_of_a_name_are_brought_to_one_form() -> None:
    for a, b in (
        ("Saint Elmo", "St. Elmo"),
        ("Mount Tabor", "Mt Tabor"),
        ("Fort Hill", "Ft Hill"),
        ("Van Buren", "VanBuren"),
    ):
        assert same(f"12 {a} Rd", f"12 {b} Rd")
    assert same("12 Medical Center Dr", "12 Medical Ctr Dr")
    assert same("12 O'Hare Rd", "12 OHare Rd")


def test_forms_of_a_numbered_road_are_equal() -> None:
    assert same("1234 US Highway 50", "1234 U.S. Hwy 50")
    assert same("1234 US-50 E", "1234 US Route 50 East")
    assert same("1234 Interstate 35", "1234 I-35")
    assert same("1234 State Road 5", "1234 SR 5")
    assert same("1234 County Road 12", "1234 CR 12")
    assert same("1234 Farm to Market Road 1960 W", "1234 FM 1960 West")


def test_units_are_equal_whatever_dwelling_word() -> None:
    for other in ("# 4B", "#4-B", "Unit 4B", "Apartment 4 B", "Apt. 04B"):
        assert same("12 Oak St Apt 4B", f"12 Oak St {other}")
    assert not same("12 Oak St Apt 4", "12 Oak St Fl 4")
    assert not same("12 Oak St Apt 4", "12 Oak St Bldg 4")
    assert not same("12 Oak St Apt 4", "12 Oak St Ste 4")
    assert not same("12 Oak St Apt 1-11", "12 Oak St Apt 11-1")


def test_forms_of_box_and_route_are_equal() -> None:
    assert same("P.O. Box 012", "Post Office Box 12")
    assert same("RR 2 Box 15", "Rural Route 2 Box #15")
    assert same("HC 68 Box 9", "HCR 68 BOX 9")
    assert not same("PO Box 12", "PO Box 13")
    assert not same("RR 2 Box 15", "RR 3 Box 15")
    assert same("PSC 3 Box 12, APO, AE 09021", "PSC 3, BOX 12, APO AE 09021")
    assert not same("PSC 3 Box 12, APO, AE 09021", "Unit 3 Box 12, APO, AE 09021")


def test_forms_of_a_town_are_equal() -> None:
    assert same("12 Oak St, Saint Orrin, MN 56303", "12 Oak St, St. Orrin, MN 56303")
    assert same("12 Oak St, Fort Weldon, GA 31021", "12 Oak St, Ft Weldon, GA 31021")


def test_house_numbers_must_be_equal_in_every_sign() -> None:
    for a, b in (("12", "12A"), ("12", "12 1/2"), ("45", "045"), ("12-34", "1234"), ("12", "21")):
        assert not same(f"{a} Oak St", f"{b} Oak St", [])


def test_one_letter_of_the_name_is_enough_to_differ() -> None:
    assert not same("12 Ravin Hill Dr", "12 Raven Hill Dr", [])
    assert not same("12 Kings St", "12 King St", [])


def test_suffixes_and_directionals_that_differ_contradict() -> None:
    for a, b in (("Oak St", "Oak Ave"), ("N Oak St", "S Oak St"), ("N Oak St", "NE Oak St"), ("Oak St N", "Oak St E")):
        assert not same(f"12 {a}", f"12 {b}", [])
    assert not same("12 S Oak St", "12 Oak St SW", [])


def test_units_that_differ_contradict() -> None:
    assert not same("12 Oak St Apt 4", "12 Oak St Apt 5", [])
    assert not same("12 Oak St Bldg A Apt 4", "12 Oak St Bldg B Apt 4", [])


def test_towns_that_differ_contradict() -> None:
    assert not same("12 Oak St, Aldermere, IL 62704", "12 Oak St, Briarholm, IL 62704", [])
    assert not same("12 Oak St, Aldermere, IL", "12 Oak St, Aldermere, IN", [])


def test_zip_plus_four_codes_that_differ_contradict() -> None:
    assert not same("12 Oak St, Aldermere, IL 62704-1111", "12 Oak St, Aldermere, IL 62704-1112", [])


def test_forms_that_differ_contradict() -> None:
    assert not same("12 Oak St", "PO Box 12", [])
    assert not same("RR 1 Box 12", "12 Oak St", [])
    assert not same("PO Box 12", "RR 1 Box 12", [])


def test_networks_of_a_road_contradict() -> None:
    assert not same("1234 US Hwy 50", "1234 State Route 50", [])
    assert not same("1234 County Road 50", "1234 State Road 50", [])


def test_an_absent_suffix_needs_one_variant_on_file() -> None:
    assert same("12 Oak", "12 Oak St", ["14 Oak St"])
    assert same("12 N Oak", "12 N Oak St", [])


def test_a_twin_street_forbids_to_supply() -> None:
    assert not same("12 Oak", "12 Oak St", ["900 Oak Ave"])
    assert not same("12 Oak St", "12 N Oak St", ["900 S Oak St"])
    assert not same("12 Oak", "12 Oak St", ["900 Oak Ave, Aldermere, IL 62707"])  # the town's other ZIP Code


def test_a_rarely_omitted_suffix_is_a_twin() -> None:
    crossing, avenue = "4916 Oak Xing, Aldermere, IL 62704", "7928 OAK AVE # 101, ALDERMERE, IL 62704"
    asked = "7928 Oak # 101, Aldermere, IL 62704"
    assert same(asked, avenue, [avenue])
    assert not same(asked, avenue, [avenue, crossing])
    central = "932 N CENTRAL AVE, ALDERMERE, IL 62704"
    park = "2010 N CENTRAL PARK, ALDERMERE, IL 62704"
    assert same("932 N Central, Aldermere, IL 62704", central, [central, park])


def test_a_street_without_directional_is_a_twin() -> None:
    assert same("12 Oak St", "12 N Oak St", ["900 N Oak St"])
    assert not same("12 Oak St", "12 N Oak St", ["900 Oak St"])
    assert not same("12 Oak St", "12 N Oak St", ["900 Oak"])


def test_without_the_street_book_nothing_is_supplied() -> None:
    assert not same("12 Oak", "12 Oak St")
    assert not same("12 Oak St", "12 N Oak St")
    assert not same("12 Oak St", "12 Oak St Apt 4")


def test_a_moved_directional_needs_the_street_book() -> None:
    assert not same("12 S Oak St", "12 Oak St S")
    assert same("12 S Oak St", "12 Oak St S", [])
    assert not compare(read("12 S Oak St"), read("12 Oak St S"), Places()).same
    assert not same("12 S Oak St", "12 Oak St N", [])


def test_an_absent_network_needs_one_variant_on_file() -> None:
    assert not same("12 Highway 50", "12 US Hwy 50")
    assert same("12 Highway 50", "12 US Hwy 50", [])
    assert not same("12 Highway 50", "12 US Hwy 50", ["90 State Route 50"])


def test_a_unit_on_one_side_needs_a_building_without_units() -> None:
    asked, on_file = read("12 Oak St Apt 4"), read("12 Oak St")
    assert not compare(asked, on_file).same
    book = Places()
    assert not compare(asked, on_file, book).same  # the building is not known
    book.add(on_file)
    assert compare(asked, on_file, book).same
    book.add(read("12 Oak St Apt 9"))
    assert not compare(asked, on_file, book).same


def test_a_building_name_on_one_side_needs_a_building_without_units() -> None:
    assert not same("12 Oak St, Larkspur Hall", "12 Oak St")
    assert same("12 Oak St, Larkspur Hall", "12 Oak St", [])
    assert not same("12 Oak St, Larkspur Hall", "12 Oak St", ["12 Oak St Apt 2"])
    assert not same("12 Oak St, Mail Slot 9", "12 Oak St", [])


def test_a_box_beside_a_street_may_be_absent() -> None:
    assert same("12 Oak St, PO Box 95", "12 Oak St")
    assert not same("12 Oak St, PO Box 95", "12 Oak St, PO Box 96")
    assert not same("12 Oak St, PO Box 95", "PO Box 95", [])


def test_an_absent_zip_code_needs_the_town() -> None:
    assert same("12 Oak St, Aldermere, IL", "12 Oak St, Aldermere, IL 62704")
    assert not same("12 Oak St, Aldermere, IL", "12 Oak St, IL 62704")
    assert same("12 Oak St, Aldermere, IL", "12 Oak St, IL 62704", ["9 Elm St, Aldermere, IL 62704"])
    assert not same("PO Box 12, Aldermere, IL", "PO Box 12, Aldermere, IL 62704")
    assert same("PO Box 12, Aldermere, IL", "PO Box 12, Aldermere, IL 62704", [])
    assert not same("PO Box 12, Aldermere, IL", "PO Box 12, Aldermere, IL 62704", ["9 Elm St, Aldermere, IL 62707"])


def test_a_second_zip_code_needs_the_file() -> None:
    a, b = "12 Oak St, Aldermere, IL 62704", "12 Oak St, Aldermere, IL 62707"
    assert not same(a, b)
    assert same(a, b, ["14 Oak St, Aldermere, IL 62704"])
    assert not same(a, b, ["14 Oak St, Aldermere, IL 62704", "900 Oak St, Aldermere, IL 62707"])
    assert not same(a.replace("12 Oak St", "PO Box 12"), b.replace("12 Oak St", "PO Box 12"), [])
    book = Places()
    book.add(read(a))
    assert not compare(read(a), read(b), book).same  # the file does not know the town under 62707


def test_an_absent_town_needs_the_zip_code() -> None:
    assert same("12 Oak St, 62704", "12 Oak St, Aldermere, IL 62704")
    assert not same("12 Oak St, IL", "12 Oak St, Aldermere, IL")


def test_a_line_of_two_towns_agrees_with_either() -> None:
    both = "12 Oak St, Camp Wexley, Aldermere, IL 62704"
    assert same(both, "12 Oak St, Camp Wexley, IL 62704")
    assert same(both, "12 Oak St, Aldermere, IL 62704", [])
    assert not same(both, "12 Oak St, Camp Wexley, IL 62707", [])
    assert not same(both, "12 Oak St, Briarholm, IL 62704", [])


def test_zip_plus_four_may_be_absent() -> None:
    assert same("12 Oak St, Aldermere, IL 62704-1111", "12 Oak St, Aldermere, IL 62704")


def test_an_absent_urbanization_needs_one_variant_on_file() -> None:
    a, b = "Urb Loma Verde, 150 Calle A, San Juan, PR 00926", "150 Calle A, San Juan, PR 00926"
    assert not same(a, b)
    assert same(a, b, [])
    assert not same(a, b, ["Urb Las Palmas, 12 Calle A, San Juan, PR 00926"])
    assert not same(a, "Urb Las Palmas, 150 Calle A, San Juan, PR 00926", [])
    assert same(a, "150 Calle A, Urbanizacion Loma Verde, San Juan, PR 00926")


def test_a_place_in_the_building_is_no_remark_and_no_town() -> None:
    for line in ("12 Oak St", "12 N Oak St at 5th Ave", "12 Oak Park"):
        for place in (" (rear)", ", Rear", ", Upstairs", ", Ground Floor", " Apt 4", " # 4", ", Lower"):
            for last in (", 62704", ", IL 62704", LAST):
                assert not same(line + last, line + place + last)
    assert same("12 Oak St at 5th Ave Apt 4", "12 Oak St Apt 4")
    assert read("12 Main St, Tower, MN 55790").city == "TOWER"
    assert read("12 Main St, West, TX 76691").city == "WEST"


def test_remarks_are_no_element() -> None:
    for other in [
        "(side entrance)",
        "near Elm St",
        "at 5th Ave",
        "at Ave A",
        "near Hwy 50",
        "at 5th St N",
    ]:
        assert same("12 Oak St", f"12 Oak St {other}")
    loose = (
        "between 5th and 6th ave. B; - Gym Entrance B; corner of Elm C; /4; & B; @ Elm 4; Hwy 50 4; behind the house; "
        "behind Church; (behind); next door; / Elm Ave; plus garage; (door B); (guest house); at 5th Ave upstairs"
    )
    for other in loose.split("; "):
        assert not same("12 Oak St", f"12 Oak St {other}", [])
    assert same("12 Oak St between 5th and 6th", "12 Oak St near Fifth")
    for one, other in (("Oak St at 5th Ave", "Oak St at 9th Ave"), ("Route 8 Elm Pike", "Route 7 Elm Pike")):
        assert not same(f"12 {one}", f"12 {other}", [])


def test_words_in_a_street_name_do_not_count() -> None:
    for street in (
        "12 Unknown Rd",
        "15 Jail Hill Rd",
        "100 Court St",
        "77 Test Dr",
        "12 Attorney St",
        "4 None Such Pl",
    ):
        assert faults(read(street)) == ()


def test_a_statement_is_known_in_any_form_of_its_words() -> None:
    for text in (
        "refusing",
        "refusenik",
        "desconocemos",
        "unkonwn",
        "hommeless",
        "DNK",
        "left blank",
        "per ICE records",
    ):
        assert faults(read(text)) == ("ADDR_PLACEHOLDER",)
    for text in ("12 Refusal Ln", "12 Unknown Rd", "12 Sprng Blvd"):
        assert faults(read(text)) == ()


def test_a_second_line_of_nothing_is_empty() -> None:
    assert same("12 Oak St, N/A", "12 Oak St")
    assert faults(read("12 Oak St, N/A")) == ()


def test_words_that_mean_another_place_are_never_supplied() -> None:
    for text in ("next door to 12 Oak St", "maybe 12 Oak St", "moved from 12 Oak St", "12 Oak St, lives in car"):
        assert faults(read(text))
        assert not same(text, "12 Oak St", [])
    assert same("Larkspur Hall, 12 Oak St", "12 Oak St", [])


def test_a_second_street_may_be_meant_instead() -> None:
    for text in ("12 Oak/Elm St", "12 Oak - Elm St", "12 Oak St/Elm St"):
        assert not same(text, "12 Oak St", [])
    assert faults(read("12 Oak or Elm St")) == ("ADDR_MULTIPLE",)


def test_a_private_mailbox_is_no_unit_of_the_house() -> None:
    assert not same("12 Oak St PMB 5", "12 Oak St", [])
    assert same("12 Oak St PMB 5", "12 Oak St # 5")


def test_a_delivery_line_may_be_written_twice() -> None:
    twice = parse(Written("12 Oak St", "12 Oak St Apt 4", "Aldermere", "IL", "62704"))
    assert compare(twice, read("12 Oak St Apt 4")).same
    assert not compare(twice, read("12 Oak St")).same
