"""The world in a box: the whole program on a simulated clock, among simulated vendors, people and kills."""
