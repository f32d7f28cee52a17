"""How right is it: what was found against what is true, on simulated and on labelled faces."""
