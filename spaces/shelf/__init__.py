"""The shelf: files that Spaces read and never write, laid out once on our disk however many Spaces read them.

`contents` keeps each content once, named by its hash; `folders` are what is mounted: trees of hard links to contents;
`sweep` removes what nobody needs any more."""
