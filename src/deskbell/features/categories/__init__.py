"""Categories: subject areas of tickets."""
