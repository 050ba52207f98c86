"""The recipe that this console replaces, written anew from its description. It names its columns, as it did."""
