"""What the figures were measured on."""

import os
import platform
from pathlib import Path

GIBIBYTE_IN_KIBIBYTES = 1 << 20


def describe():
    return {
        "processor": first("/proc/cpuinfo", "model name") or platform.processor() or "not told",
        "cores": os.cpu_count(),
        "avx512": " avx512f " in f" {first('/proc/cpuinfo', 'flags')} ",
        "sha": " sha_ni " in f" {first('/proc/cpuinfo', 'flags')} ",
        "memory_gib": round(
            int(first("/proc/meminfo", "MemTotal").split()[0]) / GIBIBYTE_IN_KIBIBYTES, 1
        ),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": os.getloadavg()[0],
    }


def first(file, name):
    """The value of the first line of that name; empty if there is none."""
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return ""
