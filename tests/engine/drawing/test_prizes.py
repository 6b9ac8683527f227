from __future__ import annotations

import pytest

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.people import read_sheet

HEADER = "tier,prize,sponsor,quantity\n"


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read_prizes(read_sheet(text.encode(), "prizes.csv"))
    return caught.value.faults


def test_prizes_are_read_in_the_order_drawn() -> None:
    text = "quantity,tier,prize,sponsor,note\n2,b,票,,x\n10000,a,AR眼镜,极客公园,\n"

    prizes, extra = read_prizes(read_sheet(text.encode(), "prizes.csv"))

    assert prizes == (Prize("b", "票", "", 2), Prize("a", "AR眼镜", "极客公园", 10_000))
    assert extra == ("note",)


@pytest.mark.parametrize("quantity", ["0", "-1", "10001", "", "两", "1.5"])
def test_a_quantity_that_cannot_be_drawn_is_a_fault(quantity: str) -> None:
    params = {"value": quantity, "most": 10_000}

    assert faults(f"{HEADER}1,票,,{quantity}\n") == (
        Fault("prize_quantity", "prizes.csv", 2, "quantity", params),
    )


def test_every_fault_is_listed_with_its_place() -> None:
    found = faults(HEADER + ",票,,1\n一等奖,,,1\na,票,,1\na,票,,1\n")

    assert found == (
        Fault("cell_empty", "prizes.csv", 2, "tier"),
        Fault("cell_empty", "prizes.csv", 3, "prize"),
        Fault("tier_name", "prizes.csv", 3, "tier", {"value": "一等奖"}),
        Fault("tier_twice", "prizes.csv", 5, "tier", {"value": "a"}),
    )


def test_a_missing_column_is_a_fault() -> None:
    found = faults("tier,prize,quantity\n1,票,1\n")

    assert [(fault.code, fault.column) for fault in found] == [("column_missing", "sponsor")]
