"""The commands of the builder's pages, a module for each kind of part; see `builder.commanding`."""
