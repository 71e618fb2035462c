"""A second checker, written from the text of RFC 9162 alone: recursive, slow, and shares no code with ours."""

from hashlib import sha256


def mth(entries):
    """Section 2.1.1: MTH(D_n)."""
    n = len(entries)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = largest_power_below(n)
    return sha256(b"\x01" + mth(entries[:k]) + mth(entries[k:])).digest()


def largest_power_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def path(m, entries):
    """Section 2.1.3.1: PATH(m, D_n)."""
    n = len(entries)
    if n == 1:
        return []
    k = largest_power_below(n)
    if m < k:
        return [*path(m, entries[:k]), mth(entries[k:])]
    return [*path(m - k, entries[k:]), mth(entries[:k])]


def proof(m, entries):
    """Section 2.1.4.1: PROOF(m, D_n)."""
    return subproof(m, entries, True)


def subproof(m, entries, complete):
    n = len(entries)
    if m == n:
        return [] if complete else [mth(entries)]
    k = largest_power_below(n)
    if m <= k:
        return [*subproof(m, entries[:k], complete), mth(entries[k:])]
    return [*subproof(m - k, entries[k:], False), mth(entries[:k])]


def root_from_path(leaf_hash, m, n, hashes):
    """The root that an inclusion proof leads to, by the definition of PATH read backwards; None if it cannot be one."""
    if n == 1:
        return leaf_hash if not hashes else None
    if not hashes:
        return None
    k = largest_power_below(n)
    *inner, last = hashes
    if m < k:
        left, right = root_from_path(leaf_hash, m, k, inner), last
    else:
        left, right = last, root_from_path(leaf_hash, m - k, n - k, inner)
    return None if left is None or right is None else sha256(b"\x01" + left + right).digest()


def roots_from_proof(m, n, hashes, old_root, complete=True):
    """(old root, new root) that a consistency proof leads to, by SUBPROOF read backwards; None if it cannot be one."""
    if m == n:
        if complete:
            return (old_root, old_root) if not hashes else None
        return (hashes[0], hashes[0]) if len(hashes) == 1 else None
    if not hashes:
        return None
    k = largest_power_below(n)
    *inner, last = hashes
    if m <= k:
        both = roots_from_proof(m, k, inner, old_root, complete)
        return None if both is None else (both[0], sha256(b"\x01" + both[1] + last).digest())
    both = roots_from_proof(m - k, n - k, inner, old_root, False)
    if both is None:
        return None
    return sha256(b"\x01" + last + both[0]).digest(), sha256(b"\x01" + last + both[1]).digest()
