"""The journal for those outside: each event with what it is about, who may know of it, what was missed, the export."""
