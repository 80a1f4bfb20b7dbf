#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""page.py words FILE.html: the text of the page, as a browser shows it, without white space twice.
page.py FILE.html FILE.json: both reports of one run say the same, number by number, and the page
has nothing that could run or load anything: only its own script and style, whose hashes are those of
its Content-Security-Policy. Prints each difference."""
import base64
import hashlib
import html.parser
import json
import pathlib
import re
import sys

VOID = {"meta", "input", "br"}
ELEMENTS = VOID | set("""html head title style body a header main footer nav section article h1 h2 h3 p b
    span time dl div dt dd ul ol li code button details summary table caption thead tbody tr th td svg
    rect polygon figure figcaption label select option output template script""".split())


class Page(html.parser.HTMLParser):
    """The elements of a page as [name, attributes, children], children being elements and texts."""

    def __init__(self, text):
        super().__init__()
        self.root = ["", {}, []]
        self.open = [self.root]
        self.faults = []
        self.feed(text)
        self.close()
        if len(self.open) != 1:
            self.faults.append(f"<{self.open[-1][0]}> is not closed")

    def handle_starttag(self, tag, attrs):
        made = [tag, dict(attrs), []]
        if tag not in ELEMENTS:
            self.faults.append(f"<{tag}> is an element that no template has")
        for name, value in attrs:
            if name.startswith("on") or name in ("src", "style", "srcdoc", "action"):
                self.faults.append(f"<{tag} {name}={value}>")
            if name == "href" and not re.fullmatch(r"#[a-z]+", value):
                self.faults.append(f"<{tag} {name}={value}>")
        self.open[-1][2].append(made)
        if tag not in VOID:
            self.open.append(made)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes <{self.open[-1][0]}>")
        else:
            self.open.pop()

    def handle_data(self, data):
        self.open[-1][2].append(data)


def text(element):
    return "".join(one if isinstance(one, str) else text(one) for one in element[2])


def find(element, name, cls=None, at=None):
    """All elements of that name, class and id below ELEMENT."""
    found = []
    for one in element[2]:
        if isinstance(one, str):
            continue
        classes = (one[1].get("class") or "").split()
        if one[0] == name and (cls is None or cls in classes) and (at is None or one[1].get("id") == at):
            found.append(one)
        found += find(one, name, cls, at)
    return found


def number(text):
    return int(text.replace(",", ""))


def cells(row):
    return [one for one in row[2] if not isinstance(one, str)]


def check_policy(page, say):
    metas = [one[1]["content"] for one in find(page.root, "meta")
             if one[1].get("http-equiv") == "Content-Security-Policy"]
    hashes = {}
    for name in ("script", "style"):
        elements = find(page.root, name)
        say(f"number of <{name}>", len(elements), 1)
        digest = hashlib.sha256(text(elements[0]).encode()).digest()
        hashes[name] = base64.b64encode(digest).decode()
    say("policies", metas, ["default-src 'none'; base-uri 'none'; form-action 'none'; "
                            f"script-src 'sha256-{hashes['script']}'; "
                            f"style-src 'sha256-{hashes['style']}'"])


def check_calls(page, report, say):
    got = {}
    for table in find(page.root, "table", at="calls-table"):
        for row in cells(find(table, "tbody")[0]):
            name, _, *counts = [text(one).strip() for one in cells(row)]
            errors = re.findall(r"(\w+) ([0-9,]+)", counts[-1])
            got[name] = [number(one) for one in counts[:3]] + [
                {error: number(count) for error, count in errors}]
    expected = {}
    for call in report["syscalls"]:
        name = call["name"] or f"syscall_{call['nr'] & 0x3fffffff}"
        if call["abi"] != "x86_64":
            name += f" [{call['abi']}]"
        if call["allowed"] is not None:
            expected[name] = [call["allowed"], call["failed"], call["denied"], call["errors"]]
    say("calls", got, expected)


def check_denials(page, report, say):
    got = []
    for card in find(page.root, "article"):
        rows = {text(find(one, "dt")[0]): text(find(one, "dd")[0]).strip()
                for one in find(card, "div") if find(one, "dt")}
        if "Result" in rows:
            count = re.search(r", (\d+) times?$", rows["Result"]).group(1)
            title = find(card, "h3")[0]
            got.append([text(title).removeprefix(text(find(title, "span")[0])).strip(), int(count)])
    for row in [row for table in find(page.root, "details", "others")
                for row in cells(find(table, "tbody")[0])]:
        call, _, count, *_ = [text(one) for one in cells(row)]
        got.append([call, number(count)])
    expected = [[one["text"], one["count"]] for one in report["denials"]]
    say("denials", sorted(got), sorted(expected))


def check_figures(page, report, say):
    got = {text(find(one, "dt")[0]): number(text(find(one, "dd")[0]))
           for one in find(find(page.root, "dl", "figures")[0], "div")}
    totals = report["totals"]
    names = {"denied": "denied", "denied as expected": "expected", "allowed": "allowed",
             "of them failed": "failed", "would be denied": "would_deny"}
    for name, key in names.items():
        if name in got:
            say(name, got[name], totals[key])
    if "failed because of the pen" in got:
        say("failed because of the pen", got["failed because of the pen"],
            sum(one["count"] for one in report["pen_failures"] if one["verdict"] == "pen"))
    if report["processes"]:
        say("processes", got["processes"],
            len(report["processes"]) + report["trace"]["lost"]["processes"])


def check_processes(page, report, say):
    got = {}
    for data in find(page.root, "template", at="processes-data"):
        for line in text(data).strip().split("\n"):
            _, pid, start, stop, calls, denied, end, _, command = line.split("\t")
            got[int(start)] = [int(pid), int(calls), int(denied), end, command]
    expected = {}
    for one in report["processes"]:
        end = "?" if one["end_ns"] is None else one["signal"] or str(one["status"])
        command = " ".join(one["args"]) if one["args"] else one["exe"] or "?"
        expected[one["start_ns"]] = [one["pid"], one["calls"], one["denied"], end,
                                     command + (" [...]" if one["args_cut"] else "")]
    say("processes", got, expected)


def check_rules(page, report, say):
    pen = find(page.root, "section", at="pen")[0]
    got = [[text(cells(row)[0]), number(text(cells(row)[2]))] for table in find(pen, "table")
           for row in cells(find(table, "tbody")[0])]
    say("rules", got, [[one["text"], one["hits"]] for one in report["rules"]])
    steps = [" ".join(text(one).split()) for one in find(find(pen, "ol")[0], "li")] if find(pen, "ol") else []
    say("steps", steps, [" ".join(f"{one['by']} {one['text']}".split())
                         for one in (report["enforced"] or {}).get("steps", [])])


def check_samples(page, report, say):
    samples = report["samples"]
    rows = [row for table in find(page.root, "table", at="samples-table")
            for row in cells(find(table, "tbody")[0])]
    got = [[text(one) for one in (cells(row)[0], cells(row)[3], cells(row)[5])] for row in rows]
    expected = [[f"{one['at_ns'] / 1e9:.3f} s", "?" if one["processes"] is None else f"{one['processes']:,}",
                 "?" if one["memory"] is None else f"{one['memory'] // 1024:,} KiB"] for one in samples]
    say("samples", got, expected if len(samples) > 1 else [])


def main(page_name, report_name):
    if page_name == "words":
        page = Page(pathlib.Path(report_name).read_bytes().decode())
        print(" ".join(text(find(page.root, "main")[0]).split()))
        return 0
    page = Page(pathlib.Path(page_name).read_bytes().decode())
    # What neither HTML nor XML may have is shown as its bytes.
    raw = re.sub("[\ufdd0-\ufdef\ufffe\uffff]",
                 lambda one: "".join(f"\\\\x{byte:02x}" for byte in one.group().encode()),
                 pathlib.Path(report_name).read_bytes().decode())
    report = json.loads(raw)
    faults = page.faults

    def say(what, got, expected):
        if got != expected:
            if isinstance(got, dict) and isinstance(expected, dict):
                keys = [key for key in got.keys() | expected.keys() if got.get(key) != expected.get(key)]
                got, expected = ({key: one.get(key) for key in keys} for one in (got, expected))
            faults.append(f"{what}: the page has {str(got)[:800]}\n  and the report {str(expected)[:800]}")

    for check in (check_calls, check_denials, check_figures, check_processes, check_rules, check_samples):
        check(page, report, say)
    check_policy(page, say)
    for fault in faults:
        print(fault)
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
