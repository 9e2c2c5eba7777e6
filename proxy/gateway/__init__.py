"""The gateway: answers for every Space that the edge has no route for. It wakes, holds, explains, and forwards."""
