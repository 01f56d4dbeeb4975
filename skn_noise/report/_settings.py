"""What was run, as names and values."""

_MANIFEST = {
    "estimator": "estimator",
    "param_name": "scale of the noise",
    "cv": "folds",
    "scoring": "scoring",
    "random_states": "seeds",
    "processor": "processor",
    "platform": "system",
}


def list_settings(curves, settings):
    """Return the settings that were passed, and those that the curves tell."""
    told = {name: _of_manifest(curve.manifest) for name, curve in curves.items()}
    rows = {str(name): _in_words(value) for name, value in settings.items()}
    for label in dict.fromkeys(label for of_one in told.values() for label in of_one):
        values = {name: of_one.get(label, "") for name, of_one in told.items()}
        if len(set(values.values())) == 1:
            rows[label] = next(iter(values.values()))
        else:
            rows |= {f"{label}, {name}": value for name, value in values.items()}
    return rows


def _of_manifest(manifest):
    if manifest is None:
        return {}
    known = {label: manifest.get(name) for name, label in _MANIFEST.items()}
    data = manifest.get("data", {})
    known |= {
        "samples": data.get("n_samples"),
        "features": data.get("n_features"),
        "fingerprint of the data": data.get("fingerprint"),
        "versions": manifest.get("versions", {})
        | {"skn_noise": manifest.get("skn_noise")},
    }
    return {name: text for name, value in known.items() if (text := _in_words(value))}


def _in_words(value):
    """Write a value; of several, those that are known."""
    if isinstance(value, dict):
        known = {name: one for name, one in value.items() if one is not None}
        return ", ".join(f"{name} {one}" for name, one in known.items())
    if isinstance(value, list | tuple):
        return " ".join(map(str, value))
    return "" if value is None else str(value)
