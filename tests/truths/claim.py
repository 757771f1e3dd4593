"""What a truth is made of: claims of our way, which hold, and of wrong ways, which are seen to fail."""
from collections import namedtuple

Claim = namedtuple("Claim", "way sentence is_so detail")


def holds(sentence, is_so, detail=""):
    return Claim("holds", sentence, bool(is_so), detail)


def fails(sentence, is_so, detail=""):
    """A wrong way: `is_so` when it was seen to go wrong as the sentence says."""
    return Claim("fails", sentence, bool(is_so), detail)
