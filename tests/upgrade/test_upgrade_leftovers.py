"""What still speaks of Python 2 after it was dropped."""

from pathlib import Path

from tests.upgrade.upgrade_help import plan_of, write

CFG = """\
[bdist_wheel]
universal = 1
[metadata]
name = demo
classifiers =
    Programming Language :: Python :: 2
    Programming Language :: Python :: 2.7
    Programming Language :: Python :: 3
    Topic :: Python :: 2
[options]
python_requires = >=2.7
"""


def test_it_is_told_while_the_file_changes(tmp_path: Path) -> None:
    made = plan_of(write(tmp_path, {"setup.cfg": CFG}))
    assert ":: 2.7" not in made.contents["setup.cfg"].decode()
    assert [line for line in made.needs_person if "remove it" in line] == [
        "setup.cfg:2: remove it: `universal` tags the wheel for Python 2 too",
        "setup.cfg:6: remove it: Programming Language :: Python :: 2",
    ]


def test_nothing_is_told_where_there_is_nothing(tmp_path: Path) -> None:
    text = CFG.replace("universal = 1", "universal = 0").replace(
        "    Programming Language :: Python :: 2\n", ""
    )
    made = plan_of(write(tmp_path, {"setup.cfg": text}))
    assert made.contents
    assert not [line for line in made.needs_person if "remove it" in line]
