"""Where the outside meets the house: parse, call one service or selector, render."""
