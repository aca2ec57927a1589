"""The draft of a tool that its builders share: read, changed, undone, brought up to date."""
