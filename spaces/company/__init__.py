"""Signing in with a company's own accounts, by OpenID Connect: the provider says who somebody is, we say who that is here."""
