"""Why each chance is what it is, and objectives side by side."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0003_repeats_are_kept_aside"),
        ("gatherings", "0003_facts_as_text"),
        ("seats", "0005_placements"),
    ]

    operations = [
        migrations.CreateModel(
            name="Comparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told", models.JSONField()),
                ("inputs", models.CharField(max_length=64)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="comparisons",
                        to="gatherings.gathering",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
            },
        ),
        migrations.CreateModel(
            name="Reason",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("told", models.JSONField()),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reasons",
                        to="applications.application",
                    ),
                ),
                (
                    "lottery",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reasons",
                        to="seats.lottery",
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reasons",
                        to="seats.round",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("lottery", "application"), name="one_reason_in_a_lottery"
                    ),
                    models.UniqueConstraint(
                        fields=("round", "application"), name="one_reason_in_a_round"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lottery__isnull", True), ("round__isnull", False)),
                            models.Q(("lottery__isnull", False), ("round__isnull", True)),
                            _connector="OR",
                        ),
                        name="a_reason_for_one_chance",
                    ),
                ],
            },
        ),
    ]
