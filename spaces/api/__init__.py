"""The control host's HTTP API: one file per resource. The Hub's paths and shapes wherever it has any."""
