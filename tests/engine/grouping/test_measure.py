from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyou.grouping.measure import measure
from tests.engine.grouping.instances import Instance, instances


@given(instance=instances(most_people=7), data=st.data())
@settings(max_examples=120, deadline=None, derandomize=True)
def test_a_plan_is_measured_as_counting_by_hand_does(
    instance: Instance, data: st.DataObject
) -> None:
    seatings = instance.seatings()
    assume(seatings)
    plan = [data.draw(st.sampled_from(seatings)) for _ in range(instance.rounds)]

    found = measure(instance.people, instance.together, plan, instance.terms)

    assert found.diversity == instance.diversity(plan)
    assert found.wants == instance.wants(plan)
    assert [entry.count for entry in found.violations] == instance.violations(plan)


@given(instance=instances(most_people=7))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_order_of_people_tables_and_seats_does_not_matter(instance: Instance) -> None:
    seatings = instance.seatings()
    assume(seatings)
    plan = [seatings[0]] * instance.rounds
    turned = [[table[::-1] for table in seating] for seating in plan]

    found = measure(instance.people[::-1], instance.together[::-1], turned, instance.terms)

    assert found == measure(instance.people, instance.together, plan, instance.terms)
