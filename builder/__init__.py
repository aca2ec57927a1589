"""What makes and changes tools: specs from a folder, from a schema, and in the browser.

Specs are judged by `form_specs` and run by `runtime`; here is what lies between: reading
them in, saying what they would change, and publishing them.
"""
