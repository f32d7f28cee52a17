"""The only code that sees pixels: pictures in, points of the face and motion of skin out."""
