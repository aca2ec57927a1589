"""The WTForms side of fields: what a post offers, read into typed values."""
