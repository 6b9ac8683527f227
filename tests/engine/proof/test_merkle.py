from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.proof import merkle

# Leaves, roots and a path of the reference implementation of Certificate Transparency.
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
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
PATH_OF_THE_FIRST_IN_8 = [
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
]


def root_by_the_book(entries: list[bytes]) -> bytes:
    """Copy the recursion of RFC 6962, section 2.1."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while 2 * k < len(entries):
        k *= 2
    left, right = root_by_the_book(entries[:k]), root_by_the_book(entries[k:])
    return hashlib.sha256(b"\x01" + left + right).digest()


def path_by_the_book(m: int, entries: list[bytes]) -> list[bytes]:
    """Copy the recursion of RFC 6962, section 2.1.1."""
    if len(entries) == 1:
        return []
    k = 1
    while 2 * k < len(entries):
        k *= 2
    if m < k:
        return [*path_by_the_book(m, entries[:k]), root_by_the_book(entries[k:])]
    return [*path_by_the_book(m - k, entries[k:]), root_by_the_book(entries[:k])]


@pytest.mark.parametrize("n", range(9))
def test_roots_are_those_of_certificate_transparency(n: int) -> None:
    assert merkle.root(LEAVES[:n]) == ROOTS[n]


def test_a_path_is_that_of_certificate_transparency() -> None:
    assert merkle.audit_path(LEAVES, 0) == PATH_OF_THE_FIRST_IN_8


@pytest.mark.parametrize("n", range(1, 34))
def test_every_path_of_a_short_list_is_that_of_the_book(n: int) -> None:
    entries = [b"%d" % k for k in range(n)]

    paths = [[bytes.fromhex(step) for step in merkle.audit_path(entries, m)] for m in range(n)]

    assert paths == [path_by_the_book(m, entries) for m in range(n)]


@pytest.mark.parametrize("n", range(1, 34))
def test_every_path_of_a_short_list_leads_to_the_root(n: int) -> None:
    entries = [b"%d" % k for k in range(n)]

    tops = {
        merkle.root_from_path(entries[m], m, n, merkle.audit_path(entries, m)) for m in range(n)
    }

    assert tops == {root_by_the_book(entries).hex()}


@given(entries=st.lists(st.binary(max_size=6), min_size=1, max_size=70), data=st.data())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_a_path_proves_its_own_entry_at_its_own_place_only(
    entries: list[bytes], data: st.DataObject
) -> None:
    n = len(entries)
    index = data.draw(st.integers(0, n - 1))
    other = data.draw(st.integers(0, n - 1))
    path = merkle.audit_path(entries, index)

    assert merkle.root_from_path(entries[index], index, n, path) == merkle.root(entries)
    assert merkle.root_from_path(entries[index] + b"x", index, n, path) != merkle.root(entries)
    if entries[other] != entries[index]:
        assert merkle.root_from_path(entries[other], other, n, path) != merkle.root(entries)


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_path_for_an_entry_that_is_not_there(index: int) -> None:
    with pytest.raises(IndexError):
        merkle.audit_path(LEAVES[:3], index)


@pytest.mark.parametrize(
    ("index", "size", "path"),
    [
        (-1, 8, PATH_OF_THE_FIRST_IN_8),
        (8, 8, PATH_OF_THE_FIRST_IN_8),
        (0, 0, []),
        (0, 8, PATH_OF_THE_FIRST_IN_8[:2]),
        (0, 8, [*PATH_OF_THE_FIRST_IN_8, "00" * 32]),
        (0, 16, PATH_OF_THE_FIRST_IN_8),
        (0, 8, [PATH_OF_THE_FIRST_IN_8[0].upper(), *PATH_OF_THE_FIRST_IN_8[1:]]),
        (0, 8, [PATH_OF_THE_FIRST_IN_8[0] + " ", *PATH_OF_THE_FIRST_IN_8[1:]]),
        (0, 8, ["no hash", *PATH_OF_THE_FIRST_IN_8[1:]]),
    ],
)
def test_a_path_that_does_not_fit_leads_nowhere(index: int, size: int, path: list[str]) -> None:
    assert merkle.root_from_path(LEAVES[0], index, size, path) is None
