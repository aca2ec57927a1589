"""What the editors of views, lists and actions share: names of fields, lists in order, options, real rows."""
