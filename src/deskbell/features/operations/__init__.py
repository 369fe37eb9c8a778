"""Operations: commands on many tickets, their progress, and undoing them."""
