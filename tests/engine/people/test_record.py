"""The record of a cleaning, as JSON both ways."""

from __future__ import annotations

import json

import pytest

from huiyou.errors import RefusedError
from huiyou.people import Clean, Form, Person, clean, read_sheet
from huiyou.proof import canonical

FORM = Form(traits=("行业",), known={"行业": ("影视文娱", "金融投资")})
TABLE = """\
姓名,手机,行业,同行人手机
林小满,19900001001,影视/文娱,19900001002
韦明,19900001002,宠物,19900001001/没有
林小满,19900001001,金融投资,
苏禾,没有,,
"""


@pytest.fixture
def record() -> Clean:
    return clean(read_sheet(TABLE.encode(), "a.csv"), FORM)


def test_a_record_comes_back_whole_from_json(record):
    text = canonical.dumps(record.to_dict())

    assert Clean.from_dict(json.loads(text)) == record


def test_the_same_table_gives_the_same_bytes(record):
    again = clean(read_sheet(TABLE.encode(), "a.csv"), FORM)

    assert canonical.dumps(again.to_dict()) == canonical.dumps(record.to_dict())


def test_persons_leave_behind_all_but_the_id_and_the_traits(record):
    assert record.persons() == [
        Person("r2", {"行业": ("金融投资",)}),
        Person("r3", {"行业": ("宠物",)}),
    ]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"kind": "selection"}, "wrong_kind"),
        ({"version": 2}, "wrong_version"),
        ({"people": []}, "digest_differs"),
        ({"people": None}, "not_canonical"),
    ],
)
def test_a_changed_record_is_not_taken_back(record, change, reason):
    with pytest.raises(RefusedError) as caught:
        Clean.from_dict(record.to_dict() | change)

    assert caught.value.params == {"reason": reason}


def test_something_else_is_no_record():
    with pytest.raises(RefusedError) as caught:
        Clean.from_dict(["people"])

    assert caught.value.params == {"reason": "not_a_record"}
