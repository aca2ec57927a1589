"""A tool from a spreadsheet: the file is kept, read as a person says, and its rows come along."""
