"""How the fields of a form are drawn, and how a drawn form reacts."""
