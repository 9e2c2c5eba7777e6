"""The pages of one repository: the frame that all of them share, and a module for each of its tabs."""
