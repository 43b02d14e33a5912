"""The HTTP doors: reading the memory. Every read needs a bearer token, and shows what its caller may see."""
