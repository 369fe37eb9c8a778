"""Files that people send along: their names, their kinds, their bytes."""
