from __future__ import annotations

import pytest

from huiyou.errors import Fault, InputError
from huiyou.people import Person
from huiyou.selection import Quota, check_values


def people(**answers: int) -> list[Person]:
    return [
        Person(f"{value}{k}", {"行业": (value,)}) for value, n in answers.items() for k in range(n)
    ]


def faults(quotas: list[Quota], *args: object, **others: object) -> list[Fault]:
    with pytest.raises(InputError) as caught:
        check_values(quotas, *args, file="quotas.csv", **others)  # type: ignore[arg-type]
    return list(caught.value.faults)


def test_a_misspelt_value_is_one_fault_with_the_nearest_answer_however_many_gave_it() -> None:
    quotas = [Quota("行业", "制造", 1, 3, row=2), Quota("行业", "影视文鱼", 1, 3, row=3)]

    found = faults(quotas, people(制造=5, 影视文娱=312, 影视=4))

    params = {"feature": "行业", "value": "影视文鱼", "nearest": "影视文娱", "people": 312}
    assert found == [Fault("quota_value_unheld", "quotas.csv", 3, "value", params)]


def test_of_equally_near_answers_the_more_frequent_is_meant() -> None:
    found = faults([Quota("行业", "金溶", 0, 3)], people(金属=2, 金融=9))

    assert [(fault.row, fault.params["nearest"]) for fault in found] == [(None, "金融")]


def test_an_answer_that_was_counted_as_other_may_be_what_was_meant() -> None:
    quotas = [Quota("行业", "其他", 0, 9), Quota("行业", "影视文鱼", 1, 3, row=3)]

    found = faults(quotas, people(其他=7), written=[("行业", "影视文娱")] * 7)

    assert [fault.params["people"] for fault in found] == [7]


@pytest.mark.parametrize(
    "answers",
    [{}, {"宠物": 3}, {"金融": 3}, {"金溶": 1, "宠物": 3}],
    ids=["nobody came", "nothing like it", "the like has its own quota", "somebody has it"],
)
def test_a_value_that_nobody_meant_is_no_mistake(answers: dict[str, int]) -> None:
    check_values([Quota("行业", "金溶", 0, 3), Quota("行业", "金融", 0, 3)], people(**answers), file="")  # fmt: skip
