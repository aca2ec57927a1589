"""The single concerns of `form_specs.check`, one module each.

Each takes what it needs of the raw document and yields problems.  None expects the document to
have the right shape: what has not is passed over, since `shape` reports it.
"""
