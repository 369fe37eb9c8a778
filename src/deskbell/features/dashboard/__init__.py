"""What staff sees at a glance: how many tickets are where, how many come and go, how fast answers are."""
