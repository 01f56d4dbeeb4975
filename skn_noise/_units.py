"""Units of the scales, in the words that tables, axes and sentences use."""

STD_OF_COLUMNS = "standard deviations of each column"
STD_OF_VALUES = "standard deviations of all values"


def check_has_decibels(unit, argument):
    """Raise an error unless scales in a unit have a ratio of signal to noise."""
    if unit not in (STD_OF_COLUMNS, STD_OF_VALUES):
        raise ValueError(
            f"{argument} needs scales in standard deviations of the signal, but their "
            f"unit is {unit or 'unknown'}. Use GaussianNoiseTransformer(unit='std'), "
            "or a scaler directly before the noise."
        )
