"""STUB of the agent server, for trying out the chart; see README.md. Standard library only."""

import csv
import http.server
import json
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import uuid

from capsules import Capsules

HERE = pathlib.Path(__file__).resolve().parent
PORT = int(os.environ.get("PORT", "8000"))
DATASETS = pathlib.Path(os.environ.get("DATASETS_DIR", "/app/datasets"))
RUNNER = os.environ.get("RUNNER_SCRIPT", str(HERE.parent.parent / "runner" / "run_query.py"))
SECONDS = float(os.environ.get("RUN_TIMEOUT_SECONDS", "10"))
FAULT = os.environ.get("STUB_FAULT", "")
# Longest request body read, in bytes.
MAX_BODY = 64 * 1024
CAPSULES = Capsules(os.environ.get("CAPSULE_DB_PATH", "/app/capsules/capsules.db"))


def datasets():
    """Name and columns of each CSV file."""
    found = []
    for path in sorted(DATASETS.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            found.append({"name": path.stem, "columns": next(csv.reader(file), [])})
    return found


def metrics():
    """Counters in Prometheus' text format."""
    counts = CAPSULES.counts()
    lines = ["# HELP csv_analyst_capsules Runs on record, by status.", "# TYPE csv_analyst_capsules gauge"]
    for status in ("running", "succeeded", "failed"):
        lines.append(f'csv_analyst_capsules{{status="{status}"}} {counts.get(status, 0)}')
    return "\n".join(lines) + "\n"


def execute(message):
    """Result of a message: what the runner says, or why there is nothing to run."""
    kind, _, text = message.partition(":")
    if kind.strip().upper() != "SQL" or not text.strip():
        return {"status": "failed", "error": "this is the stub agent: it answers only messages that begin with SQL:"}
    try:
        # A little longer than the runner's own limit, so that it is the runner that says what happened.
        done = subprocess.run(
            [sys.executable, RUNNER], input=json.dumps({"sql": text.strip()}), capture_output=True, text=True,
            timeout=SECONDS + 5, env={**os.environ, "DATASETS_DIR": str(DATASETS)}, check=False,
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        return {"status": "failed", "error": f"runner: {error}"}


def run(capsule):
    """Carries out a capsule's message and records the outcome."""
    if FAULT == "stuck":
        return
    result = execute(capsule["message"])
    if FAULT == "wrong-row" and result.get("rows"):
        result["rows"][0][-1] = -1
    CAPSULES.save({**capsule, **result, "finished_at": time.time()})


class Handler(http.server.BaseHTTPRequestHandler):
    """The product's routes."""

    protocol_version = "HTTP/1.1"

    def reply(self, status, body, kind="application/json"):
        """Sends a whole answer; anything but text is written as JSON."""
        data = (body if isinstance(body, str) else json.dumps(body, separators=(",", ":"))).encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        """Page, health, metrics, datasets, capsules."""
        path = self.path.partition("?")[0]
        if path == "/":
            self.reply(200, (HERE / "static" / "index.html").read_text(), "text/html; charset=utf-8")
        elif path == "/healthz":
            self.reply(200, {"status": "ok"})
        elif path == "/metrics":
            self.reply(200, metrics(), "text/plain; version=0.0.4")
        elif path == "/datasets":
            self.reply(200, {"datasets": datasets()})
        elif path.startswith("/runs/"):
            capsule = CAPSULES.get(path.removeprefix("/runs/"))
            self.reply(200, capsule) if capsule else self.reply(404, {"error": "no such run"})
        else:
            self.reply(404, {"error": "no such page"})

    def do_POST(self):
        """A message, which becomes a run."""
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAX_BODY:
            self.close_connection = True
            return self.reply(413, {"error": "the message is too long"})
        body = self.rfile.read(length)
        if self.path != "/chat":
            return self.reply(404, {"error": "no such page"})
        if FAULT == "hang":
            time.sleep(60)
        if FAULT == "http-500":
            return self.reply(500, {"error": "asked to fail by STUB_FAULT"})
        try:
            message = json.loads(body)["message"]
        except (ValueError, KeyError, TypeError):
            return self.reply(422, {"error": 'send {"message": "SQL: …"}'})
        capsule = {"run_id": uuid.uuid4().hex, "status": "running", "message": str(message), "started_at": time.time()}
        CAPSULES.save(capsule)
        threading.Thread(target=run, args=(capsule,), daemon=True).start()
        return self.reply(202, {"run_id": capsule["run_id"], "status": "running"})

    def log_message(self, form, *arguments):
        """One line a request, health checks left out."""
        if self.path != "/healthz":
            sys.stderr.write(f"{self.command} {self.path} {arguments[1] if len(arguments) > 1 else ''}\n")


def main():
    """Serves until asked to stop."""
    server = http.server.ThreadingHTTPServer(("", PORT), Handler)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stderr.write(f"STUB agent on port {PORT}, datasets in {DATASETS}\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
