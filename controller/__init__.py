"""The controller: one process that brings what is closer to what should be."""
