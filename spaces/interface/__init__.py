"""What a running app says it offers: its endpoints, as it tells them itself, and how to call them."""
