"""Categories that no row before had."""

from core.records import Profile


def new_categories(batch: Profile, known: Profile | None) -> dict[str, list[str]]:
    """The categories by column that a batch brings and that no row before it had."""
    if known is None:
        return {}
    found = {
        name: sorted(set(counts) - set(known.categories.get(name, {}))) for name, counts in batch.categories.items()
    }
    return {name: values for name, values in found.items() if values}
