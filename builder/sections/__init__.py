"""The sections of the builder, a module for each; see `builder.section` and the README."""
