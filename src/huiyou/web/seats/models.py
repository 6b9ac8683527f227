"""Rounds of giving seats, and who got one."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from django.db import models

from huiyou.people import Person
from huiyou.proof import canonical
from huiyou.selection import Placed, Quota, Selection
from huiyou.selection.pools import SURE
from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering

__all__ = ["Comparison", "Lottery", "Placement", "Reason", "Round", "Seat"]


_LONG = ("pools", "probabilities", "panels", "weights", "certificate", "published")


Row = TypeVar("Row", bound=models.Model)


class _Light(models.Manager[Row]):
    """Records without what is megabytes long; it is fetched when it is asked for."""

    def get_queryset(self) -> models.QuerySet[Row]:
        return super().get_queryset().defer("whole", "chances", "inputs")


class _Kept(models.Model):
    """``selection.json`` as it is kept, and what it was made from."""

    record = models.JSONField()  # selection.json without what is long
    chances = models.JSONField(default=dict)  # code → fraction, as in selection.json
    whole = models.BinaryField(default=bytes)  # selection.json to the byte, compressed
    inputs = models.JSONField(
        default=dict
    )  # people: code → traits; together, one_of: codes; placed: code → pool, reason; salt
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True
        ordering = ("-pk",)

    def take(self, selection: Selection, inputs: Mapping[str, Any]) -> None:
        """Take a selection over: all of it, and at hand what pages show."""
        body = selection.to_dict()
        self.record = {key: value for key, value in body.items() if key not in _LONG}
        self.record["published"] = {key: body["published"][key] for key in ("m", "smallest")}
        # Who is not drawn for is a short list.
        self.record["apart"] = {name: ids for name, ids in body["pools"].items() if name != "drawn"}
        self.record["drawn"] = {k: v for k, v in body["drawn"].items() if k in ("by", "panel")}
        self.chances, self.inputs = body["probabilities"], dict(inputs)
        self.whole = zlib.compress(canonical.dumps(body))

    @property
    def file(self) -> bytes:
        """``selection.json`` to the byte."""
        return zlib.decompress(self.whole)

    @property
    def people(self) -> list[Person]:
        """Who applied, as it was then; whoever was erased since is not there."""
        told: dict[str, dict[str, list[str]]] = self.inputs.get("people", {})
        return [
            Person(code, {key: tuple(values) for key, values in traits.items()})
            for code, traits in told.items()
        ]

    @property
    def together(self) -> list[list[str]]:
        """Companions, as it was then."""
        groups: list[list[str]] = self.inputs.get("together", [])
        return groups

    @property
    def one_of(self) -> list[list[str]]:
        """Of whom one at most may come, as it was then; nobody before there was such."""
        groups: list[list[str]] = self.inputs.get("one_of", [])
        return groups

    @property
    def one_per(self) -> list[str]:
        """By which answers those were told, of whom one at most may come."""
        columns: dict[str, list[str]] = self.record.get("inputs", {}).get("columns", {})
        return columns.get("one_per", [])

    @property
    def placed(self) -> dict[str, Placed]:
        """What was decided before the draw, as it was then, by code."""
        told: dict[str, list[str]] = self.inputs.get("placed", {})
        return {code: Placed(pool, reason) for code, (pool, reason) in told.items()}

    @property
    def salt(self) -> str:
        """With what that was hashed into the record: the record does not hold it."""
        return str(self.inputs.get("salt", ""))

    @property
    def sizes(self) -> dict[str, int]:
        """How many people are in each pool; of each with anybody in it."""
        apart: dict[str, list[str]] = self.record.get("apart", {})
        sizes = {name: len(ids) for name, ids in apart.items()}
        sizes["drawn"] = len(self.chances) - sum(sizes.values())
        order = ("invited", "reviewed", "along", "drawn", "barred", "excluded")
        return {name: sizes[name] for name in order if sizes.get(name)}

    @property
    def drawn_for(self) -> tuple[list[str], int]:
        """The chances of those who are drawn for, and how many seats there are for them."""
        apart: dict[str, list[str]] = self.record.get("apart", {})
        out = {code for codes in apart.values() for code in codes}
        sure = sum(len(apart.get(name, ())) for name in (*SURE, "along"))
        left = [chance for code, chance in self.chances.items() if code not in out]
        return left, int(self.record["seats"]) - sure

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """The quotas it was made with."""
        return tuple(
            Quota(row["feature"], row["value"], row["min"], row["max"])
            for row in self.record["quotas"]
        )


class Placement(models.Model):
    """What an organiser decided about one person before the draw; without one they are drawn for."""

    class Pool(models.TextChoices):
        INVITED = "invited"
        REVIEWED = "reviewed"
        DRAWN = "drawn"  # put back by hand: no rule of the facts puts them elsewhere again
        EXCLUDED = "excluded"

    SURE = (Pool.INVITED, Pool.REVIEWED)
    WITH_REASON = (Pool.REVIEWED, Pool.EXCLUDED)

    application = models.OneToOneField(Application, models.CASCADE, related_name="placement")
    pool = models.CharField(max_length=8, choices=Pool.choices)
    reason = models.CharField(max_length=500, blank=True)  # nobody is shown it but organisers
    who = models.CharField(max_length=150)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_reason_where_one_is_owed",
                condition=~models.Q(pool__in=("reviewed", "excluded")) | ~models.Q(reason=""),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} · {self.pool}"

    def as_placed(self) -> Placed:
        """Give it as decisions see it."""
        return Placed(self.pool, self.reason)


class Lottery(_Kept):
    """Chances and panels before the draw: looked at, then announced, then drawn once or called off."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="lotteries")
    secret = models.JSONField(default=dict)  # key and salt, which nobody is shown before the draw
    commitment = models.JSONField(default=dict)
    fingerprint = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(null=True, blank=True)  # when it is drawn, at the earliest
    announced_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    drawn_at = models.DateTimeField(null=True, blank=True)
    proof = models.TextField(blank=True)  # draw.json to the byte, once it is drawn

    objects = _Light["Lottery"]()

    class Meta(_Kept.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=("gathering",),
                condition=models.Q(
                    announced_at__isnull=False, drawn_at__isnull=True, called_off_at__isnull=True
                ),
                name="one_lottery_announced_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("gathering",),
                condition=models.Q(drawn_at__isnull=False),
                name="seats_are_drawn_once",
            ),
            models.CheckConstraint(
                name="drawn_or_called_off",
                condition=models.Q(drawn_at__isnull=True) | models.Q(called_off_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.gathering} · {self.pk}"

    @property
    def state(self) -> str:
        """Give how far it is: prepared, announced, drawn or called_off."""
        if self.called_off_at:
            return "called_off"
        if self.drawn_at:
            return "drawn"
        return "announced" if self.announced_at else "prepared"


class Round(_Kept):
    """Seats given out once; a redo is another round, and this one stays."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="rounds")
    lottery = models.OneToOneField(
        Lottery, models.CASCADE, null=True, blank=True, related_name="outcome"
    )  # what it was drawn from, if not by a seed
    rehearsal = models.BooleanField(default=True)

    objects = _Light["Round"]()

    def __str__(self) -> str:
        return f"{self.gathering} · {self.pk}"

    @classmethod
    def keep(
        cls,
        gathering: Gathering,
        selection: Selection,
        inputs: Mapping[str, Any],
        lottery: Lottery | None = None,
    ) -> Round:
        """Keep a selection and what it was made from."""
        round_ = cls(gathering=gathering, lottery=lottery, rehearsal=selection.rehearsal)
        round_.take(selection, inputs)
        round_.save()
        return round_

    @property
    def chairs(self) -> int:
        """How many may hold a seat at once: the seats, and those invited beyond them."""
        return int(self.record["seats"]) + len(self.beyond)

    @property
    def beyond(self) -> list[str]:
        """Who is invited beyond the seats, by code; nobody in rounds from before there was such."""
        invited: list[str] = self.record.get("reserves", {}).get("beyond", [])
        return invited

    def held(self) -> models.QuerySet[Seat]:
        """Give the seats that somebody has; an open offer is nobody's yet."""
        return self.seats.filter(state__in=Seat.HELD).select_related("application")


class Seat(models.Model):
    """A place in a round: a seat that was drawn, or an alternate's place in the order.

    Whoever holds a seat, or is offered one, sits on a numbered chair. A chair has room for one: that
    no seat is given twice is said by the database itself.
    """

    class State(models.TextChoices):
        GIVEN = "given"  # has a seat, and has not answered
        ACCEPTED = "accepted"
        WAITING = "waiting"
        OFFERED = "offered"  # may answer until a time
        DECLINED = "declined"
        EXPIRED = "expired"
        LEFT = "left"  # withdrew, or was erased

    HELD = (State.GIVEN, State.ACCEPTED)
    ON_A_CHAIR = (*HELD, State.OFFERED)

    round = models.ForeignKey(Round, models.CASCADE, related_name="seats")
    application = models.ForeignKey(Application, models.CASCADE, related_name="seats")
    alternate = models.PositiveIntegerField(null=True, blank=True)  # place in the order, from 1
    unit = models.PositiveIntegerField(null=True, blank=True)  # the same for companions
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    chair = models.PositiveIntegerField(null=True, blank=True)  # from 1
    until = models.DateTimeField(null=True, blank=True)  # when the time to answer is over
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("round", "application"), name="one_place_in_a_round"),
            models.UniqueConstraint(fields=("round", "alternate"), name="one_alternate_at_a_place"),
            models.UniqueConstraint(fields=("round", "chair"), name="one_on_a_chair"),
            models.CheckConstraint(
                name="a_chair_for_each_seat",
                # ``chair >= 1`` alone is unknown without a chair, and a check lets that pass
                condition=models.Q(
                    state__in=("given", "accepted", "offered"), chair__isnull=False, chair__gte=1
                )
                | models.Q(
                    state__in=("waiting", "declined", "expired", "left"), chair__isnull=True
                ),
            ),
            models.CheckConstraint(
                name="an_offer_ends",
                condition=~models.Q(state="offered") | models.Q(until__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=("state", "until"), name="seats_running_out")]

    def __str__(self) -> str:
        return str(self.application)


class Reason(models.Model):
    """What one applicant is told of their chance: worked out together with it, shown to nobody else."""

    lottery = models.ForeignKey(
        Lottery, models.CASCADE, null=True, blank=True, related_name="reasons"
    )
    round = models.ForeignKey(Round, models.CASCADE, null=True, blank=True, related_name="reasons")
    application = models.ForeignKey(Application, models.CASCADE, related_name="reasons")
    told = models.JSONField()  # pool, level, met, least, most, bounds, needs

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=("lottery", "application"), name="one_reason_in_a_lottery"
            ),
            models.UniqueConstraint(fields=("round", "application"), name="one_reason_in_a_round"),
            models.CheckConstraint(
                name="a_reason_for_one_chance",
                condition=models.Q(lottery__isnull=True, round__isnull=False)
                | models.Q(lottery__isnull=False, round__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def kept(self) -> Lottery | Round:
        """What holds the chance: the database sees to it that there is one."""
        return cast("Lottery | Round", self.lottery or self.round)


class Comparison(models.Model):
    """What each objective would give, and whom no panel can do without; counts only."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="comparisons")
    told = models.JSONField()  # seats, people, outlooks, needs
    inputs = models.CharField(max_length=64)  # digest of what was asked for
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.gathering} · {self.pk}"
