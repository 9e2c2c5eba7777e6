"""The Hub's wire format: shapes its clients parse, and nothing else."""
