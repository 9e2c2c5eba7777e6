"""ModelScope's wire format: a Studio `owner/name` is the Space `owner/name`, and what its clients do here is what they do
there. The newer calls lie under `/openapi/v1`, the older ones under `/api/v1`."""
