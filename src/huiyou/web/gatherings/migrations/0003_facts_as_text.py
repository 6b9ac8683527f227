from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gatherings", "0002_kept_since"),
    ]

    operations = [
        operation
        for name in ("facts", "quotas", "prizes")
        for operation in (
            migrations.RenameField("gathering", f"{name}_json", f"{name}_text"),
            migrations.AlterField(
                "gathering",
                f"{name}_text",
                models.TextField() if name == "facts" else models.TextField(default="[]"),
            ),
        )
    ]
