"""Fields that hold other fields: their values and their controls."""
