"""How fast Opswright is, as ratios: against itself at other sizes, a native table, and its peers."""
