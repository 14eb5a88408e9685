"""`--format junit`: JUnit XML, for what shows test results.

A project is a test suite, and each rule by which it was judged is a test case: it fails with the
findings of severity error or warning; infos, suppressed and upcoming findings are its output. A
rule that could not be evaluated is skipped, with the reason. The case "readable" is an error
where the project could not be had, or not in full, and skipped where it is excluded.
"""

from collections.abc import Iterable
from xml.etree import ElementTree as ET  # only to write

from pylife.formats.base import CheckReport, Row
from pylife.formats.shared import Group, count, groups, message, place, plain
from pylife.model import Finding, Severity

_STATUS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


def render(report: CheckReport) -> str:
    """The report as an XML document of one `testsuites` element."""
    titles = {rule.code: rule.title for rule in report.rules}
    root = ET.Element("testsuites", {"name": "pylife check"})
    for group in groups(report):
        root.append(_suite(report, group, titles))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(report: CheckReport, group: Group, titles: dict[str, str]) -> ET.Element:
    suite = ET.Element("testsuite", {"name": plain(group.name)})
    properties = ET.SubElement(suite, "properties")
    about = {"as-of": report.as_of}
    if group.row:
        about |= {"policy": group.row.policy, "kind": group.row.project.kind.value}
        suite.append(_readable(group.row))
    for name, value in about.items():
        ET.SubElement(properties, "property", {"name": name, "value": plain(value)})
    skipped = {
        code: reason for project, code, reason in report.not_evaluated if project == group.name
    }
    judged = group.row.asked if group.row and group.row.status in {"checked", "incomplete"} else ()
    codes = {*judged, *skipped, *(item.code for item in group.findings)}
    for code in sorted(codes):
        found = [item for item in group.findings if item.code == code]
        suite.append(_case(group.name, code, titles.get(code, ""), found, skipped.get(code)))
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for tag, key in _STATUS.items():
        suite.set(key, str(sum(1 for case in cases if case.find(tag) is not None)))
    return suite


def _readable(row: Row) -> ET.Element:
    case = ET.Element("testcase", {"name": "readable", "classname": plain(row.project.name)})
    tag = {"error": "error", "incomplete": "error", "excluded": "skipped"}.get(row.status)
    if tag:
        ET.SubElement(case, tag, {"message": plain(row.reason), "type": row.status})
    return case


def _case(
    project: str, code: str, title: str, found: list[Finding], skipped: str | None
) -> ET.Element:
    name = f"{code}: {title}" if title else code
    case = ET.Element("testcase", {"name": plain(name), "classname": plain(project)})
    bad = [item for item in found if _fails(item)]
    others = [item for item in found if not _fails(item)]
    if bad:
        worst = max((item.severity for item in bad), key=lambda severity: severity.rank)
        words = bad[0].message if len(bad) == 1 else count(len(bad), "finding")
        failure = ET.SubElement(case, "failure", {"message": plain(words), "type": worst.value})
        failure.text = _texts(bad)
    if skipped is not None and not bad:
        ET.SubElement(case, "skipped", {"message": plain(skipped), "type": "not-evaluated"})
    elif skipped is not None:
        words = f"not evaluated in part: {plain(skipped)}\n"
        ET.SubElement(case, "system-err").text = words
    if others:
        ET.SubElement(case, "system-out").text = _texts(others)
    return case


def _fails(item: Finding) -> bool:
    return not item.suppressed and not item.upcoming and item.severity is not Severity.INFO


def _texts(found: Iterable[Finding]) -> str:
    return "".join(map(_text, found))


def _text(item: Finding) -> str:
    state = "suppressed: " if item.suppressed else ""
    at = plain(place(item) or item.project)
    text = (
        f"{state}{at} {item.severity} {item.code} {message(item)}\n    help: {plain(item.help)}\n"
    )
    return text + (f"    {plain(str(item.suppressed))}\n" if item.suppressed else "")
