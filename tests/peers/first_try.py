"""The first idea: all scanners step every picosecond, and every packet walks through a copy of them."""
import peer


def step(positions, directions, sizes):
    """Moves every scanner by one picosecond."""
    for i, size in enumerate(sizes):
        if size == 1:
            continue
        if not 0 <= positions[i] + directions[i] < size:
            directions[i] = -directions[i]
        positions[i] += directions[i]


def is_caught(depths, positions, directions, sizes):
    """Whether a packet that sets out now meets a scanner at the top. Afterwards the scanners are where it left them."""
    now = 0
    for i, depth in enumerate(depths):
        while now < depth:
            step(positions, directions, sizes)
            now += 1
        if positions[i] == 0:
            return True
    return False


def solve(layers, end):
    layers = sorted(layers)
    depths = [depth for depth, _ in layers]
    sizes = [size for _, size in layers]
    positions = [0] * len(layers)
    directions = [1] * len(layers)
    for delay in range(end):
        if not is_caught(depths, positions[:], directions[:], sizes):
            return delay
        step(positions, directions, sizes)
    return None


if __name__ == "__main__":
    peer.main(solve)
