"""Trying a draft as the real tool, on a copy of records that nobody else sees.

`Trials` opens the copy that somebody has of a tool, brings it to the draft as it stands, and
`runtime.trial_app` draws the tool's own pages over it.
"""
