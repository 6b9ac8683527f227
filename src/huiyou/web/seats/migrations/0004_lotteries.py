"""What decisions were made from is kept; lotteries are published before anybody is drawn."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gatherings", "0003_facts_as_text"),
        ("seats", "0003_answers"),
    ]

    operations = [
        migrations.AddField(
            model_name="round",
            name="inputs",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Lottery",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("record", models.JSONField()),
                ("chances", models.JSONField(default=dict)),
                ("whole", models.BinaryField(default=bytes)),
                ("inputs", models.JSONField(default=dict)),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("secret", models.JSONField(default=dict)),
                ("commitment", models.JSONField(default=dict)),
                ("fingerprint", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(blank=True, null=True)),
                ("announced_at", models.DateTimeField(blank=True, null=True)),
                ("called_off_at", models.DateTimeField(blank=True, null=True)),
                ("drawn_at", models.DateTimeField(blank=True, null=True)),
                ("proof", models.TextField(blank=True)),
                (
                    "gathering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="lotteries",
                        to="gatherings.gathering",
                    ),
                ),
            ],
            options={
                "ordering": ("-pk",),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="round",
            name="lottery",
            field=models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="outcome",
                to="seats.lottery",
            ),
        ),
        migrations.AddConstraint(
            model_name="lottery",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("announced_at__isnull", False),
                    ("called_off_at__isnull", True),
                    ("drawn_at__isnull", True),
                ),
                fields=("gathering",),
                name="one_lottery_announced_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="lottery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("drawn_at__isnull", False)),
                fields=("gathering",),
                name="seats_are_drawn_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="lottery",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("drawn_at__isnull", True), ("called_off_at__isnull", True), _connector="OR"
                ),
                name="drawn_or_called_off",
            ),
        ),
    ]
