"""What only those who run the platform may do, by the resource. Whoever else asks is told the same, whatever is there."""
