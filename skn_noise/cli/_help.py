"""How the help looks."""

import argparse


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Keep the lines of descriptions, and give short names of options some room."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, max_help_position=28, **kwargs)
