"""Own modules of a user, written by tests, and the keys of what they define."""

import importlib
import sys
from types import ModuleType

from skn_noise.study._key import make_key


def key_of(thing):
    """Return the key of a study that depends on one thing."""
    return make_key(data={}, estimator={"thing": thing}, scoring={})


def typed(source, name, module="typed"):
    """Return what a module of the user's defines that has no file."""
    made = ModuleType(module)
    sys.modules[module] = made
    exec(source, vars(made))  # with the names of the module, as an import has it
    return getattr(made, name)


def write(folder, files):
    for name, source in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)


def forget(folder):
    """Forget the modules of a folder, as another process would not have them."""
    for name, module in list(sys.modules.items()):
        if str(folder) in str(getattr(module, "__file__", None) or ""):
            del sys.modules[name]
    importlib.invalidate_caches()


def imported_key(folder, module="own_step"):
    """Return the key of what a module of the folder defines, in a new process."""
    forget(folder)
    return key_of(importlib.import_module(module).own)
