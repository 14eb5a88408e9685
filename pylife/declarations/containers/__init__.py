"""Container images, wherever they are named."""
