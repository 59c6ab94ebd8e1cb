"""Every vendor's story, played through the generated clients against local servers."""
