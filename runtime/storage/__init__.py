"""Everything that touches tables: SQLite and PostgreSQL behind the same functions.

    Database ── read() / write() / snapshot() ──► Connection ──► functions of the modules here

Records live in one fixed-shape table per form (`record_table`), reached through
`RecordReader` and `RecordWriter`; accounts, sessions, tools and the rest in fixed tables
(`schema`), reached through one small module each.  No other package imports `schema`.
"""
