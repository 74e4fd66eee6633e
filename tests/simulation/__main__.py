"""`python -m tests.simulation --seed S --days D`: replay one run, or try many."""

import argparse
import sys

from tests.simulation.world import SHORT, Broken, World


def main() -> None:
    """Run worlds; print the story of one, or the first that breaks a promise."""
    parser = argparse.ArgumentParser(prog="simulate")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=float, default=SHORT)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args()
    for seed in range(given.seed, given.seed + given.seeds):
        world = World(seed, given.days)
        try:
            digest = world.run()
        except Broken as broken:
            sys.exit(str(broken))
        if given.seeds == 1:
            sys.stdout.write("\n".join(world.story) + "\n")
    sys.stdout.write(f"{given.seeds} held, the last is {digest[:16]}\n")


if __name__ == "__main__":
    main()
