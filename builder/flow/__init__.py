"""What the Workflow and Roles sections are drawn from."""
