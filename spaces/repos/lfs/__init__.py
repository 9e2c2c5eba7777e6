"""Large files: git keeps a pointer, we keep the bytes, once however many repositories hold them.

`pointer` reads and writes pointers, `blobs` are the bytes on disk, `holdings` say which repository holds what, `tickets`
are the signed addresses under which bytes come and go, `parts` are uploads in pieces, `batch` answers git-lfs."""
