"""Seats get chairs, and answers; those given before are taken as given and not answered."""

from typing import Any

from django.db import migrations, models


def seat_everybody(apps: Any, _: Any) -> None:
    """Number the seats of each round; whoever has an alternate's place waits."""
    seats = apps.get_model("seats", "Seat")
    for round_ in seats.objects.values_list("round", flat=True).distinct():
        given = list(seats.objects.filter(round=round_, alternate=None).order_by("pk"))
        for chair, seat in enumerate(given, start=1):
            seat.state, seat.chair = "given", chair
        seats.objects.bulk_update(given, ["state", "chair"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_repeats_are_kept_aside"),
        ("seats", "0002_whole_records"),
    ]

    operations = [
        migrations.AddField(
            model_name="seat",
            name="answered_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seat",
            name="chair",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seat",
            name="state",
            field=models.CharField(
                choices=[
                    ("given", "Given"),
                    ("accepted", "Accepted"),
                    ("waiting", "Waiting"),
                    ("offered", "Offered"),
                    ("declined", "Declined"),
                    ("expired", "Expired"),
                    ("left", "Left"),
                ],
                default="waiting",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="seat",
            name="unit",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="seat",
            name="until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(seat_everybody, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="seat",
            index=models.Index(fields=["state", "until"], name="seats_running_out"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.UniqueConstraint(fields=("round", "chair"), name="one_on_a_chair"),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("chair__gte", 1),
                        ("chair__isnull", False),
                        ("state__in", ("given", "accepted", "offered")),
                    ),
                    models.Q(
                        ("chair__isnull", True),
                        ("state__in", ("waiting", "declined", "expired", "left")),
                    ),
                    _connector="OR",
                ),
                name="a_chair_for_each_seat",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "offered"), _negated=True),
                    ("until__isnull", False),
                    _connector="OR",
                ),
                name="an_offer_ends",
            ),
        ),
    ]
