"""How the help looks."""

import argparse


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Keep the lines of descriptions, and give short names of options some room."""

    def __init__(self, **options):
        super().__init__(max_help_position=28, **options)
