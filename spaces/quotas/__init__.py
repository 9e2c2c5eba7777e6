"""Quotas: what an owner may hold (`terms`, `book`), what it holds (`usage`, `ledger`), and what follows (`gate`, `budget`)."""
