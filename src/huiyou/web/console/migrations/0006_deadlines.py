"""A search may end at a time, and tells how far it is."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0005_lotteries"),
    ]

    operations = [
        migrations.AddField(
            model_name="run",
            name="far",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="run",
            name="minutes",
            field=models.PositiveSmallIntegerField(blank=True, null=True),
        ),
    ]
