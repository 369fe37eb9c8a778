"""The product: one package per noun. A lower feature tells a higher one something by recording an event."""
