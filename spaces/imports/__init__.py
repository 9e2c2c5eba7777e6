"""Moving in: a repository of another Hub, of ModelScope or of any forge becomes a Space here.

`sources` knows which repository an address means, `ledger` keeps every import as a row, `work` carries one out, `runner`
does that in the background of the api: the one process that takes strangers' git data already, and has no way to the
container engine. A builder, which has one, never touches what was not checked before."""
