"""The version of this package, and those of what its results depend on."""

__version__ = "0.2.0.dev0"

_LIBRARIES = (
    "skn_noise",
    "numpy",
    "scipy",
    "pandas",
    "scikit-learn",
    "joblib",
    "matplotlib",
    "scikeras",
    "keras",
    "tensorflow",
)

# The distributions that every study uses, by the names under which they are imported.
DISTRIBUTIONS = {
    "joblib": "joblib",
    "keras": "keras",
    "numpy": "numpy",
    "pandas": "pandas",
    "scikeras": "scikeras",
    "scipy": "scipy",
    "sklearn": "scikit-learn",
    "skn_noise": "skn_noise",
    "tensorflow": "tensorflow",
}


def show_versions() -> None:
    """Print the versions of Python and of the libraries, for a report of a bug.

    Examples
    --------
    >>> from skn_noise import show_versions
    >>> show_versions()  # doctest: +ELLIPSIS
    python ...
    skn_noise ...
    """
    import platform

    print(f"{'python':<12} {platform.python_version()}")
    for name in _LIBRARIES:
        print(f"{name:<12} {version_of(name) or 'not installed'}")
    print(f"{'system':<12} {platform.platform()}")


def version_of(library):
    """Return the version of an installed library, None if there is none."""
    from importlib import metadata  # takes as long as the rest of `skn-noise --help`

    if library == "skn_noise":  # whose distribution may be called skn_noise-core
        return __version__
    try:
        return metadata.version(library)
    except metadata.PackageNotFoundError:
        return None
