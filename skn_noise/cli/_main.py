"""Read the command line and run the subcommand that it names.

Nothing heavy is imported here, nor by what describes the subcommands: `--help` answers
at once, and signals are dealt with before the slow imports begin.
"""

from importlib import import_module

from skn_noise._versions import __version__
from skn_noise.cli._folder_options import add_compare, add_report
from skn_noise.cli._sweep_options import add_sweep
from skn_noise.cli._terminal import Parser, ended_in_words

_SUBCOMMANDS = (add_sweep, add_report, add_compare)


def main(arguments=None):
    """Run the command with these arguments, or with those it was called with."""
    parser = make_parser()
    with ended_in_words(parser):
        args = parser.parse_args(arguments)
        module, function = args.runs
        getattr(import_module(module), function)(args)


def make_parser():
    """Make the parser of the command line."""
    parser = Parser(
        prog="skn-noise",
        description="Measure how much Gaussian noise costs a classifier.",
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}"
    )
    subcommands = parser.add_subparsers(
        title="commands",
        metavar="COMMAND",
        required=True,
        help="'skn-noise COMMAND --help' lists the options of one",
    )
    for add_subcommand in _SUBCOMMANDS:
        add_subcommand(subcommands)
    return parser
