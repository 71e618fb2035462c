from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counterfoil.ledger import tiles, tree
from tests.ledger import rfc9162

# The leaves and roots of the reference tests of Certificate Transparency (RFC 6962).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

DATA = [str(index).encode() for index in range(2000)]
HASHES = [sha256(b"\x00" + leaf).digest() for leaf in DATA]
sizes = st.integers(1, 2000)


class Stored:
    """Tiles in a dictionary, filled in portions."""

    def __init__(self, portions):
        self.by_key, self.size = {}, 0
        for portion in portions:
            self.add(portion)

    def add(self, count):
        hashes = HASHES[self.size : self.size + count]
        for level, number, data in tiles.extend(self.size, self.fetch, hashes):
            self.by_key[level, number] = data
        self.size += len(hashes)

    def fetch(self, keys):
        return {key: self.by_key[key] for key in keys if key in self.by_key}

    def roots(self, ranges):
        return tiles.roots(ranges, self.fetch)


FULL = Stored([2000])


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_the_reference_tests(size):
    assert tree.root_of(map(tree.leaf_hash, LEAVES[:size])).hex() == ROOTS[size]
    assert rfc9162.mth(LEAVES[:size]).hex() == ROOTS[size]


@settings(max_examples=40, deadline=None)
@given(size=sizes)
def test_the_root_from_stored_tiles_is_that_of_the_rfc_at_every_size(size):
    assert FULL.roots([(0, size)]) == [rfc9162.mth(DATA[:size])]
    assert tree.root_of(HASHES[:size]) == rfc9162.mth(DATA[:size])


@settings(max_examples=40, deadline=None)
@given(size=st.integers(0, 2000))
def test_the_partial_tiles_alone_give_the_root(size):
    stored = Stored([size])
    edge = tiles.edge_of(size, stored.by_key)
    assert edge.keys() == tiles.partial_tiles(size).keys()
    peaks = tiles.peaks(edge)
    assert (tree.join(peaks) if peaks else tree.EMPTY_ROOT) == rfc9162.mth(DATA[:size])


@settings(max_examples=40, deadline=None)
@given(size=st.integers(0, 1990), more=st.integers(1, 10))
def test_leaves_added_one_by_one_to_the_full_subtrees_give_those_of_the_larger_tree(size, more):
    peaks = tiles.peaks(tiles.edge_of(size, Stored([size]).by_key))
    for at in range(size, size + more):
        tree.push(peaks, at, HASHES[at])
    assert peaks == tiles.peaks(tiles.edge_of(size + more, Stored([size + more]).by_key))
    assert tree.join(peaks) == rfc9162.mth(DATA[: size + more])


def test_partial_tiles_of_three_levels_give_the_root():
    hashes = [sha256(b"%d" % at).digest() for at in range(256)]
    size = 65_536 * 3 + 256 * 2 + 5
    full = tiles.fold(b"".join(hashes))  # every full tile holds the same hashes
    edge = {(2, 0): tiles.fold(full * 256) * 3, (1, 3): full * 2, (0, 770): b"".join(hashes[:5])}
    assert edge.keys() == tiles.partial_tiles(size).keys()
    assert tree.join(tiles.peaks(edge)) == tree.root_of([*hashes * (size // 256), *hashes[:5]])


@settings(max_examples=60, deadline=None)
@given(size=sizes, data=st.data())
def test_inclusion_proofs_are_those_of_the_rfc_and_both_checkers_take_them(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = FULL.roots(tree.inclusion_ranges(index, size))
    root = rfc9162.mth(DATA[:size])
    assert proof == rfc9162.path(index, DATA[:size])
    assert tree.verify_inclusion(HASHES[index], index, size, proof, root)
    assert rfc9162.root_from_path(HASHES[index], index, size, proof) == root


@settings(max_examples=60, deadline=None)
@given(new=sizes, data=st.data())
def test_consistency_proofs_are_those_of_the_rfc_and_both_checkers_take_them(new, data):
    old = data.draw(st.integers(1, new))
    proof = FULL.roots(tree.consistency_ranges(old, new))
    before, after = rfc9162.mth(DATA[:old]), rfc9162.mth(DATA[:new])
    assert proof == rfc9162.proof(old, DATA[:new])
    assert tree.verify_consistency(old, new, before, after, proof)
    assert rfc9162.roots_from_proof(old, new, proof, before) == (before, after)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 600), min_size=1, max_size=8))
def test_a_tree_grown_in_any_portions_has_the_tiles_of_one_grown_at_once(portions):
    grown = Stored(portions)
    assert grown.by_key == Stored([grown.size]).by_key


def test_every_small_proof_is_exact_and_no_neighbour_of_it_is_taken():
    for size in range(1, 20):
        root = rfc9162.mth(DATA[:size])
        for index in range(size):
            proof = FULL.roots(tree.inclusion_ranges(index, size))
            assert tree.verify_inclusion(HASHES[index], index, size, proof, root)
            for other in range(-1, 21):
                if other != index:
                    assert not tree.verify_inclusion(HASHES[index], other, size, proof, root)
            assert not tree.verify_inclusion(HASHES[index], index, size, [*proof, root], root)
            assert not tree.verify_inclusion(HASHES[index], index, size, proof[:-1], root) or not proof


def test_every_small_consistency_proof_is_exact():
    for new in range(1, 20):
        after = rfc9162.mth(DATA[:new])
        for old in range(1, new + 1):
            before = rfc9162.mth(DATA[:old])
            proof = FULL.roots(tree.consistency_ranges(old, new))
            assert tree.verify_consistency(old, new, before, after, proof)
            assert not tree.verify_consistency(old, new, before, after, [*proof, after])
            assert not tree.verify_consistency(old, new, after, before, proof) or before == after
            assert not proof or not tree.verify_consistency(old, new, before, after, proof[:-1])
            assert old == new or not tree.verify_consistency(new, old, before, after, proof)


def mutants(proof):
    """Every proof with one bit changed, a hash left out, doubled, swapped or cut."""
    for at, part in enumerate(proof):
        for bit in range(0, 256, 5):
            changed = bytearray(part)
            changed[bit // 8] ^= 1 << bit % 8
            yield [*proof[:at], bytes(changed), *proof[at + 1 :]]
        yield [*proof[:at], *proof[at + 1 :]]
        yield [*proof[:at], part, *proof[at:]]
        yield [*proof[:at], part[:-1], *proof[at + 1 :]]
        if at and proof[at - 1] != part:
            yield [*proof[: at - 1], part, proof[at - 1], *proof[at + 1 :]]


@settings(max_examples=12, deadline=None)
@given(size=sizes, data=st.data())
def test_no_changed_inclusion_proof_is_taken(size, data):
    index = data.draw(st.integers(0, size - 1))
    root = rfc9162.mth(DATA[:size])
    for mutant in mutants(rfc9162.path(index, DATA[:size])):
        assert not tree.verify_inclusion(HASHES[index], index, size, mutant, root)


@settings(max_examples=12, deadline=None)
@given(new=sizes, data=st.data())
def test_no_changed_consistency_proof_is_taken(new, data):
    old = data.draw(st.integers(1, new))
    before, after = rfc9162.mth(DATA[:old]), rfc9162.mth(DATA[:new])
    for mutant in mutants(rfc9162.proof(old, DATA[:new])):
        assert not tree.verify_consistency(old, new, before, after, mutant)


def test_an_empty_tree_is_consistent_with_every_tree_and_only_by_its_own_root():
    root = rfc9162.mth(DATA[:5])
    assert tree.verify_consistency(0, 5, tree.EMPTY_ROOT, root, [])
    assert not tree.verify_consistency(0, 5, root, root, [])
    assert tree.verify_consistency(0, 0, tree.EMPTY_ROOT, tree.EMPTY_ROOT, [])
    assert not tree.verify_consistency(0, 5, tree.EMPTY_ROOT, root, [root])


def test_sizes_and_indices_outside_the_tree_are_no_proof():
    assert not tree.verify_inclusion(HASHES[0], 0, 0, [], tree.EMPTY_ROOT)
    assert not tree.verify_inclusion(HASHES[0], -1, 1, [], HASHES[0])
    assert not tree.verify_consistency(-1, 5, HASHES[0], HASHES[0], [])
    with pytest.raises(ValueError):
        tree.inclusion_ranges(5, 5)
    with pytest.raises(ValueError):
        tree.consistency_ranges(6, 5)


@pytest.mark.parametrize(
    ("number", "width", "path"),
    [
        (0, 256, "tile/0/000"),
        (5, 17, "tile/0/005.p/17"),
        (999, 256, "tile/0/999"),
        (1000, 1, "tile/0/x001/000.p/1"),
        (1234067, 256, "tile/0/x001/x234/067"),
    ],
)
def test_tile_paths_are_those_of_tlog_tiles(number, width, path):
    assert tiles.path(0, number, width) == path
    assert tiles.path("entries", number, width) == path.replace("tile/0", "tile/entries")


def test_partial_tiles_are_those_of_tlog_tiles():
    assert tiles.partial_tiles(70_000) == {(0, 273): 112, (1, 1): 17, (2, 0): 1}
    assert tiles.partial_tiles(256) == {(1, 0): 1}
    assert tiles.partial_tiles(0) == {}
