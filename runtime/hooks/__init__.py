"""Engineers' hooks: found, run in child processes of their own, and answered for."""
