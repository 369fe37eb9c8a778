"""The infrastructure of the features: settings, database, journal, queue, storage, mail transport."""
