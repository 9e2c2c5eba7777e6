"""GPUs: which there are, who holds them, who waits for them. Decisions here are pure; rows and drivers stand apart."""
