"""Answers one SQL query over a directory of CSV files: what a runner Job does.

In: the query as JSON `{"sql": "SELECT …"}` in RUN_SPEC, else on standard input; the CSV files of DATASETS_DIR, each a table
named like its file; the limits RUN_TIMEOUT_SECONDS, MAX_ROWS, MAX_OUTPUT_BYTES.
Out: one line of JSON on standard output, `{"status":"succeeded","columns":[…],"rows":[[…]],"truncated":false}` or
`{"status":"failed","error":"…"}`. Exit status 0 when the query was answered, 1 otherwise.
Nothing but the standard library is needed, and nothing is written: the tables live in memory.
"""

import csv
import json
import os
import pathlib
import re
import sqlite3
import sys
import time

READ_ONLY = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}
# Instructions of SQLite's machine between two looks at the clock.
STEPS = 10_000


def value(text):
    """The number that a CSV field spells, else the text itself; an empty field is NULL."""
    if text == "":
        return None
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            pass
    return text


def quoted(name):
    """An SQL identifier for any text."""
    return '"' + name.replace('"', '""') + '"'


def load(database, directory):
    """Makes one table of each CSV file; returns their names."""
    names = []
    for path in sorted(pathlib.Path(directory).glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = csv.reader(file)
            header = next(rows, None)
            if not header:
                continue
            table = re.sub(r"\W", "_", path.stem)
            database.execute(f"CREATE TABLE {quoted(table)} ({', '.join(map(quoted, header))})")
            marks = ", ".join("?" * len(header))
            for row in rows:
                cells = [value(cell) for cell in row[: len(header)]]
                cells += [None] * (len(header) - len(cells))
                database.execute(f"INSERT INTO {quoted(table)} VALUES ({marks})", cells)
            names.append(table)
    return names


def answer(sql, directory, max_rows, max_bytes, seconds):
    """Runs the query; raises sqlite3.Error when it is wrong, too slow, or more than a read."""
    database = sqlite3.connect(":memory:", isolation_level=None)
    load(database, directory)
    deadline = time.monotonic() + seconds
    database.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    database.set_authorizer(
        lambda action, *_: sqlite3.SQLITE_OK if action in READ_ONLY else sqlite3.SQLITE_DENY
    )
    cursor = database.execute(sql)
    if cursor.description is None:
        raise sqlite3.Error("the query returns no rows; begin it with SELECT or WITH")
    rows, size, truncated = [], 0, False
    for row in cursor:
        size += len(json.dumps(row, default=str))
        if len(rows) == max_rows or size > max_bytes:
            truncated = True
            break
        rows.append(row)
    columns = [column[0] for column in cursor.description]
    return {"status": "succeeded", "columns": columns, "rows": rows, "truncated": truncated}


def main():
    """Reads the job, prints the result, gives the exit status."""
    try:
        sql = json.loads(os.environ.get("RUN_SPEC") or sys.stdin.read())["sql"]
        result = answer(
            sql,
            os.environ.get("DATASETS_DIR", "/app/datasets"),
            int(os.environ.get("MAX_ROWS", "200")),
            int(os.environ.get("MAX_OUTPUT_BYTES", "65536")),
            float(os.environ.get("RUN_TIMEOUT_SECONDS", "10")),
        )
    except (ValueError, KeyError, TypeError, OSError, sqlite3.Error) as error:
        result = {"status": "failed", "error": str(error) or type(error).__name__}
    print(json.dumps(result, separators=(",", ":"), default=str))
    return 0 if result["status"] == "succeeded" else 1


if __name__ == "__main__":
    sys.exit(main())
