"""The tests of the site once more, on PostgreSQL where there is one."""

import os
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.conftest import POSTGRES, has_postgres


def main() -> int:
    if has_postgres():
        environment = {**os.environ, "HUIYOU_DATABASE_URL": POSTGRES}
        command = [sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup", "tests/web"]
        command += ["--ignore", "tests/web/test_backup.py"]  # it moves between both by itself
        return subprocess.run(command, env=environment, check=False).returncode
    print("tests of the site on PostgreSQL skipped: no PostgreSQL on this machine")
    return int("postgres" in os.environ.get("HUIYOU_REQUIRE", "").split(","))


if __name__ == "__main__":
    sys.exit(main())
