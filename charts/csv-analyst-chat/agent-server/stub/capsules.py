"""The capsule store: the record of every run, in one SQLite file that outlives the process."""

import json
import pathlib
import sqlite3
import threading


class Capsules:
    """Capsules by run id, safe to use from several threads."""

    def __init__(self, path):
        """Opens the file, making it and its directory when they are missing."""
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS capsules (run_id TEXT PRIMARY KEY, status TEXT NOT NULL, body TEXT NOT NULL)"
        )

    def save(self, capsule):
        """Writes a capsule, over an older one of the same run."""
        row = (capsule["run_id"], capsule["status"], json.dumps(capsule))
        with self._lock:
            self._database.execute("INSERT OR REPLACE INTO capsules VALUES (?, ?, ?)", row)

    def get(self, run_id):
        """The capsule of a run, or None."""
        with self._lock:
            row = self._database.execute("SELECT body FROM capsules WHERE run_id = ?", (run_id,)).fetchone()
        return json.loads(row[0]) if row else None

    def counts(self):
        """How many capsules there are, by status."""
        with self._lock:
            return dict(self._database.execute("SELECT status, COUNT(*) FROM capsules GROUP BY status"))
