"""The admin console: who holds which GPU, who may hold how much, and how the platform is. To others it does not exist."""
