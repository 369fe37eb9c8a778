"""The product: one package per noun. A feature informs the features above it by recording an event."""
