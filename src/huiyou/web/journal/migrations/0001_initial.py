"""The journal moves into a room of its own; its lines stay as they are, to the byte."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("console", "0002_runs_and_uploads"),
        ("gatherings", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Entry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True,
                                primary_key=True,
                                serialize=False,
                                verbose_name="ID",
                            ),
                        ),
                        ("number", models.PositiveIntegerField()),
                        ("at", models.DateTimeField()),
                        ("who", models.CharField(max_length=150)),
                        ("deed", models.CharField(max_length=40)),
                        ("about", models.JSONField(default=dict)),
                        ("previous", models.CharField(blank=True, max_length=64)),
                        ("digest", models.CharField(max_length=64)),
                        (
                            "gathering",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="journal",
                                to="gatherings.gathering",
                            ),
                        ),
                    ],
                    options={
                        "db_table": "console_entry",
                        "ordering": ("number",),
                        "constraints": [
                            models.UniqueConstraint(
                                fields=("gathering", "number"), name="one_entry_of_a_number"
                            )
                        ],
                    },
                ),
            ],
        ),
        migrations.AlterModelTable(name="entry", table=None),
    ]
