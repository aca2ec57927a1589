"""Giving a version to some before all get it: who has it, how it goes beside the other, its end."""
