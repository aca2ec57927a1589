"""View types, one folder each; the registry finds them."""
