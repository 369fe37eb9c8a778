"""Pure vocabulary of the whole product: ids, time, actors, permissions, events, errors. No I/O."""
