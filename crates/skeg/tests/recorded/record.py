#!/usr/bin/env python3
"""Records what Helm says to the command lines in a file, for tests/command_lines.rs and tests/help.rs.

usage: record.py HELM FILE...   (rewrites each FILE: the lines that start with "$ " are kept, the answers are replaced)

A case is a line "$ [NAME=value ...] helm words...", quoted with single quotes where needed, then the answer:
"| " and a line of stdout, "! " and a line of stderr, "= " and the status. A last line without a line feed ends in "\\".
In help*.txt, only what the layout says is kept: usage, aliases, names of commands, flags with their defaults.
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile


def layout(text):
    """The parts of a help text that are facts: see help.rs."""
    if "Usage:" not in text:
        return text
    kept, section = [], ""
    for line in text[text.index("Usage:"):].split("\n"):
        if line.endswith(":"):
            section = line
        if section == "Available Commands:" and line.startswith("  "):
            line = "  " + line.split()[0]
        elif "Flags" in section and line.strip().startswith("-"):
            head = re.match(r"(\s+-.*?\S)   +", line).group(1)
            default = re.search(r" \(default .*\)$", line)
            line = head + (default.group(0) if default else "")
        kept.append(line)
    return "\n".join(kept)


def block(mark, text):
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    else:
        lines[-1] += "\\"
    return "".join("%s %s\n" % (mark, line) for line in lines)


def main():
    helm, files = sys.argv[1], sys.argv[2:]
    for name in files:
        out = []
        for line in open(name):
            if line.startswith("#"):
                out.append(line)
            if not line.startswith("$ "):
                continue
            words = shlex.split(line[2:])
            env = {"HOME": "/home/u", "KUBECONFIG": "/nonexistent", "PATH": ""}
            while "=" in words[0]:
                key, value = words.pop(0).split("=", 1)
                env[key] = value
            with tempfile.TemporaryDirectory() as folder:
                run = subprocess.run(words, executable=helm, env=env, cwd=folder, capture_output=True, text=True)
            stdout = layout(run.stdout) if os.path.basename(name).startswith("help") else run.stdout
            out.append("\n" + line + block("|", stdout) + block("!", run.stderr) + "= %d\n" % run.returncode)
        with open(name, "w") as f:
            f.write("".join(out))


main()
