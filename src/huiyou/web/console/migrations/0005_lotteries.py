"""Chances and panels are worked out in the background too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0004_uploads_read_in_the_background"),
    ]

    operations = [
        migrations.AlterField(
            model_name="run",
            name="step",
            field=models.CharField(
                choices=[
                    ("read", "Read"),
                    ("keep", "Keep"),
                    ("panels", "Panels"),
                    ("seats", "Seats"),
                    ("tables", "Tables"),
                    ("draw", "Draw"),
                ],
                max_length=6,
            ),
        ),
    ]
