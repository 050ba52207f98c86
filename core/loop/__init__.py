"""The loop: fetch, check, compare, train, promote. Pages and worker call the same functions.

What is in it (the stub beside this file lists it) is loaded at its first use: a worker that waits needs little.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
