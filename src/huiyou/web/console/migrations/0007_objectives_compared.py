"""Objectives are compared in the background too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0006_deadlines"),
    ]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="step",
            field=models.CharField(
                choices=[
                    ("read", "Read"),
                    ("keep", "Keep"),
                    ("compare", "Compare"),
                    ("panels", "Panels"),
                    ("seats", "Seats"),
                    ("tables", "Tables"),
                    ("draw", "Draw"),
                ],
                max_length=7,
            ),
        ),
    ]
