"""A second, naive reading of the rules, held against the product's own."""
