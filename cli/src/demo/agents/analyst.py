"""An analyst of `weft demo`: reads each file whose path arrives, and publishes what was found in it.

    python3 analyst.py FOLDER NAME

Standard library and weft.py alone. It may be killed at any moment: each step has an id made from what it
is about, so that the next run can do everything again and nothing happens twice.
"""

import json
import os
import posixpath
import re
import stat
import sys
import urllib.parse

import weft

FILES = "/apps/demo/files"
TOPIC = "survey/counted"
FILE_BYTES_MAX = 16 << 20
LINKS_BYTES_MAX = 3_000

# Words are what `wc -w` calls so in a UTF-8 locale: runs between white space that hold something printable.
SPACE = " \t\n\v\f\r\u00a0\u1680\u2000-\u200a\u202f\u205f\u2060\u3000"
WORD = re.compile(f"[^{SPACE}]+")
UNPRINTABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\u2028\u2029]")
HARMFUL = re.compile("[\x00-\x1f\x7f]")


def main(folder, name):
    with weft.connect() as kernel:
        if name == "analyst-1":
            overstep(kernel)
        for message in kernel.messages():
            path = message.text
            found = about(folder, path)
            body = json.dumps(found, ensure_ascii=False)
            once("topic.publish", path, lambda step: kernel.publish(
                TOPIC, body, cause=message.seq, command_id=step))
            once("ipc.ack", message.seq, lambda step: kernel.ack(message.seq, command_id=step))
            say(f"counted {path}: {found['words']} words" if "words" in found
                else f"could not read {path}: {found['unreadable']}")


def once(method, about, ask):
    """Does something once in all runs: the kernel answers a known id with its first receipt."""
    try:
        repeated = ask(weft.step_id(method, about))["repetition"]
    except weft.Error as error:
        # Done before, with another content: the file has changed since. The first count stands.
        if error.code != "conflict":
            raise
        repeated = True
    if repeated:
        say(f"repeated {method} {about}")


def overstep(kernel):
    """Tries what it was not granted: to remove all the files from the tree."""
    try:
        step = weft.step_id("tree.remove", FILES)
        kernel.call("tree.remove", path=FILES, recursive=True, command_id=step)
    except weft.Error as error:
        if error.code != "denied":
            raise
        say(f"denied: {error}")
    else:
        sys.exit("could do what it was not granted")


def about(folder, path):
    """What is in the file at `path` below `folder`."""
    try:
        content = read(os.path.join(folder, path))
    except (OSError, ValueError) as error:
        return {"path": path, "unreadable": getattr(error, "strerror", None) or str(error)}
    text = UNPRINTABLE.sub("", content.decode(errors="ignore"))
    pages, broken = links(folder, path, content)
    return {
        "path": path,
        "lines": content.count(b"\n"),
        "words": sum(1 for _ in WORD.finditer(text)),
        "links": content.count(b"]("),
        "bytes": len(content),
        "pages": pages,
        "broken": broken,
    }


def read(place):
    if not stat.S_ISREG(os.lstat(place).st_mode):
        raise ValueError("not a regular file")
    with open(place, "rb") as file:
        content = file.read(FILE_BYTES_MAX + 1)
    if len(content) > FILE_BYTES_MAX:
        raise ValueError(f"longer than {FILE_BYTES_MAX} bytes")
    return content


def links(folder, path, content):
    """The files of the folder that a Markdown file links to, and the relative links that lead nowhere."""
    pages, broken = {}, {}
    if path.endswith((".md", ".markdown")):
        for target in targets(content.decode(errors="replace")):
            named = posixpath.join(posixpath.dirname(path), urllib.parse.unquote(target))
            inside = posixpath.normpath(named)
            # What lies outside of the folder cannot be seen from here.
            if inside == ".." or inside.startswith("../") or "\0" in inside:
                continue
            place = os.path.join(folder, inside)
            if os.path.isfile(place):
                pages[inside] = True
            elif not os.path.exists(place):
                broken[target] = True
    return fitting(pages), fitting(broken)


def targets(text):
    """The targets of relative links; what is shown as code is none."""
    is_code = False
    for line in text.split("\n"):
        if line.lstrip().startswith("```"):
            is_code = not is_code
        elif not is_code:
            for rest in "".join(line.split("`")[::2]).split("](")[1:]:
                target, closed, _ = rest.partition(")")
                words = target.split()
                if not closed or not words or HARMFUL.search(target):
                    continue
                name = re.split("[#?]", words[0].lstrip("<").rstrip(">"))[0]
                if name and ":" not in name and not name.startswith("/"):
                    yield name


def fitting(texts):
    """As many as a message can hold."""
    kept, size = [], 0
    for text in texts:
        size += len(text.encode())
        if size <= LINKS_BYTES_MAX:
            kept.append(text)
    return kept


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
