"""``python -m console.locale`` brings the catalogues up to date with the code; ``--check`` only says what they lack."""

import sys

from console.language import LANGUAGES
from console.locale.extraction import collect, faults, read, update
from console.locale.form import ENGLISH


def main(arguments: list[str]) -> int:
    """Exit code 1 where a catalogue lacks something."""
    collected, is_check = collect(), "--check" in arguments
    found = []
    for language in LANGUAGES:
        if language != ENGLISH:
            catalog = read(language) if is_check else update(language)
            found += [f"{language}: {fault}" for fault in faults(catalog, collected)]
    sys.stdout.write("\n".join([*found, f"{len(collected)} texts, {len(found)} faults"]) + "\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
