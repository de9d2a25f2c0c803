"""What a person with a network runs: the producers, set beside what the catalogue says of them."""
