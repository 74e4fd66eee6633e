"""How it talks: the pure core; no input or output, nothing of ours below it."""
