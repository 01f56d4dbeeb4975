import platform
from importlib.metadata import version

from skn_noise import show_versions
from skn_noise._versions import version_of

LIBRARIES = ["skn_noise", "numpy", "scipy", "pandas", "scikit-learn", "joblib"]
LIBRARIES += ["matplotlib", "scikeras", "keras", "tensorflow"]


def test_versions_are_printed_in_two_columns(capsys):
    show_versions()
    first, *libraries, last = capsys.readouterr().out.splitlines()
    assert first == f"python       {platform.python_version()}"
    assert libraries == [f"{name.ljust(12)} {version(name)}" for name in LIBRARIES]
    assert last == f"system       {platform.platform()}"


def test_a_library_that_is_not_there_is_printed_as_such(capsys, monkeypatch):
    monkeypatch.setattr("skn_noise._versions._LIBRARIES", ("no-such-library",))
    show_versions()
    assert "no-such-library not installed\n" in capsys.readouterr().out
    assert version_of("no-such-library") is None
