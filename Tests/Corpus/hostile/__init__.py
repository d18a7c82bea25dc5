"""Files that lie, are damaged, or ask for more than they are worth; see ../make_corpus.py."""
