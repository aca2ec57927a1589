"""The form editor: what a form is made of, drawn as it will be, and what can be said about each part."""
