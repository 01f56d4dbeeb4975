from processes import python


def test_import_is_light():
    code = "from skn_noise import *; import sys; print(*sys.modules)"
    packages = {module.split(".")[0] for module in python(code).stdout.split()}
    assert "skn_noise" in packages
    assert packages.isdisjoint({"tensorflow", "keras", "scikeras", "matplotlib"})
