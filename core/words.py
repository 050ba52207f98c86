"""Sentences for people. What is stored and logged is English; a page shows it in its reader's language."""


def sentence(template: str, /, **values: object) -> str:
    """``template`` with its placeholders filled, in English.

    Every template is collected into the console's catalogues, and a page finds it again by its pattern
    (``console.language.told``). So that it can: whole sentences, and something fixed between two placeholders.
    """
    return template.format(**values)


def with_stop(text: str) -> str:
    """What a person wrote, ended as a sentence, so that another may follow it."""
    text = text.rstrip()
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
