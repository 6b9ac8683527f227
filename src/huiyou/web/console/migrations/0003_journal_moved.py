"""The journal has moved into a room of its own."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("console", "0002_runs_and_uploads"),
        ("journal", "0001_initial"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel("Entry")]),
    ]
