"""Whether the processor multiplies bfloat16, which is looked up before it has to."""

import os
from pathlib import Path

_INSTRUCTIONS = {"amx_bf16", "avx512_bf16"}
# Of oneDNN's names for sets of instructions, those that bfloat16 belongs to.
_SETS = ("BF16", "FP16", "AMX", "AVX10", "ALL", "DEFAULT")


def refuse_unless_bfloat16():
    """Raise an error if products of bfloat16 would be slow, or end the process."""
    if lacking := _what_is_lacking():
        raise ValueError(
            'precision="bfloat16" needs a processor that multiplies bfloat16, with the '
            f"instructions amx_bf16 or avx512_bf16, but {lacking}; pass "
            'precision="float32".'
        )


def _what_is_lacking():
    if not _INSTRUCTIONS & _flags_of_processor():
        return "this one is not known to have them"
    for name in ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"):
        limit = os.environ.get(name, "DEFAULT").upper()
        if not any(part in limit for part in _SETS):
            return f"the environment variable {name}={limit} forbids them"
    if os.environ.get("TF_ENABLE_ONEDNN_OPTS", "1").lower() in ("0", "false"):
        return "the environment variable TF_ENABLE_ONEDNN_OPTS turns them off"
    return None


def _flags_of_processor():
    """Return what Linux says that the processor can do; nothing elsewhere."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return set()
    return {flag for line in lines if line.startswith("flags") for flag in line.split()}
