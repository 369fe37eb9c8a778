"""Reads a mail's bytes. Runs in a child process, because whatever reads mail can be made to run for ever."""
