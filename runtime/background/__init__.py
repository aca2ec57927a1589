"""What happens beside requests: after-hooks from the outbox, sealing, indexes, purging."""
