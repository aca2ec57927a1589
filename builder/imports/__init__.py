"""Reads the files that a foreign form stands in; what they mean is said in `form_specs.imports`."""
