"""Hand-written runtime and facade."""
