"""Changes to the bytes of an artefact: random ones, ones that know JSON, and parts of another artefact of its kind."""

import json
import math

DEPTH = "[" * 3000


def flip(data, rng):
    if not data:
        return b"\x00"
    at = rng.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << rng.randrange(8)]) + data[at + 1 :]


def put(data, rng):
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.randint(1, 8)) + data[at:]


def drop(data, rng):
    at = rng.randrange(len(data) + 1)
    return data[:at] + data[at + rng.randint(1, 40) :]


def cut(data, rng):
    return data[: rng.randrange(len(data) + 1)]


def again(data, rng):
    start, stop = two_places(data, rng)
    return data[:stop] + data[start:stop] + data[stop:]


def swap(data, rng):
    start, stop = two_places(data, rng)
    middle = (start + stop) // 2
    return data[:start] + data[middle:stop] + data[start:middle] + data[stop:]


def two_places(data, rng):
    return sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))


def another_letter(data, rng):
    """One letter for another: what stays text, base64 or a number."""
    if not data:
        return b"A"
    at = rng.randrange(len(data))
    return data[:at] + rng.choice(b"ABCXYZabcxyz0123456789+/-_=. \n").to_bytes(1, "big") + data[at + 1 :]


PLAIN = (flip, put, drop, cut, again, swap, another_letter)


def graft(data, other, rng):
    """A piece of another artefact of the same kind in the place of ours."""
    start, stop = two_places(data, rng)
    return data[:start] + other[start:stop] + data[stop:]


def in_json(document, rng):
    """One value of a JSON document replaced, taken away, doubled or moved."""
    document = json.loads(json.dumps(document))
    holder = document
    while True:
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        if not keys:
            return json.dumps(document).encode()
        key = rng.choice(keys)
        if isinstance(holder[key], dict | list) and holder[key] and rng.random() < 0.7:
            holder = holder[key]
            continue
        change(holder, key, rng)
        return json.dumps(document).replace('"@deep"', DEPTH).encode()


def change(holder, key, rng):
    """Replace, remove or add at one place."""
    kind = rng.randrange(6)
    if kind == 0:
        del holder[key]
    elif kind == 1:
        holder[key] = rng.choice(
            [None, True, -1, 0, 2**53, 2**70, 1.5, math.inf, "", "@deep", [], {}, "\ud800", "é" * 99]
        )
    elif kind == 2 and isinstance(holder, list):
        holder.insert(key, holder[rng.randrange(len(holder))])
    elif kind == 3 and isinstance(holder, list):
        rng.shuffle(holder)
    elif isinstance(holder[key], int) and not isinstance(holder[key], bool):
        holder[key] += rng.choice([-1, 1, 2**32])
    elif isinstance(holder[key], str):
        holder[key] = another_letter(holder[key].encode(), rng).decode("utf-8", "replace")
    else:
        holder[key] = [holder[key]]


def mutant(data, others, rng):
    """One changed form of `data`; never `data` itself."""
    while True:
        kind = rng.random()
        if kind < 0.25 and (document := as_json(data)) is not None:
            changed = in_json(document, rng)
        elif kind < 0.4 and others:
            changed = graft(data, rng.choice(others), rng)
        else:
            changed = rng.choice(PLAIN)(data, rng)
            if rng.random() < 0.2:
                changed = rng.choice(PLAIN)(changed, rng)
        if changed != data:
            return changed


def as_json(data):
    """The JSON document that the bytes are, or None."""
    if data[:1] not in (b"{", b"["):
        return None
    try:
        return json.loads(data)
    except ValueError:
        return None
