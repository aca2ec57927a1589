"""Where each part of a tool is used by others, in words, and how it is taken away everywhere.

What refers to what is found by walking a document along the meta-schemas; `places` says of each
place there that names a part which kind it names.  A test holds that no such place is missing.
"""

from form_specs.uses.finding import Target, Use, all_uses, uses_of
from form_specs.uses.removing import without_uses

__all__ = ["Target", "Use", "all_uses", "uses_of", "without_uses"]
