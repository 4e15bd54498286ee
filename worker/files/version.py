"""User-data of one version speaks to programs of the same. A plain image gets both from it, and not this program."""
import hashlib
import json
import os
import re

import node

STAMP = "/etc/aerie-image"
# As worker/programs.ts strips and names them. What it does to blanks and quotes of Python is nothing to the mark.
COMMENT = re.compile(r'^(?!#!)[ \t]*(#.*|""".*""")?\n', re.M)
PROGRAM = re.compile(r"(?!packages-)[a-z][a-z0-9.-]*")


def mark():
    """What the programs of this machine are known by; those of another version have another."""
    whole = hashlib.sha256()
    for name in sorted(filter(PROGRAM.fullmatch, os.listdir(node.HERE))):
        with open(f"{node.HERE}/{name}") as file:
            text = "".join(COMMENT.sub("", file.read()).split()).replace("'", '"')
        whole.update(f"{name}\n{text}\0".encode())
    return whole.hexdigest()[:16]


def same(facts):
    """Breaks the boot off if this image has programs of another version than the user-data."""
    if facts.get("programs") == mark():
        return
    image = "an image without a stamp"
    if os.path.exists(STAMP):
        with open(STAMP) as file:
            stamp = json.load(file)
        image = f"the image of aerie {stamp['aerie']}, built at {stamp['builtAt']},"
    raise RuntimeError(f"{image} has programs of another version than the user-data; bake an image of this version")
