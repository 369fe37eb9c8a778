"""The ground under the features: settings, database, journal, queue, storage, mail transport."""
