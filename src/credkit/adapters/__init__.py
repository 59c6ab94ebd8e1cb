"""One adapter for each vendor: between the neutral model and the generated client. See `base` for the seam."""
