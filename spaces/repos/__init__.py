"""Repositories: what people push, kept as bare git repositories under their Space's id.

`store` keeps them, `export` hands out the files of one commit, `smart_http` speaks with git clients, `hosting` says who
may do what and what a push sets off. Only `git` runs the program.
"""
