"""agree.py FIRESIEVE GOLDEN [SHARE]: certificates of many answers, which both checkers must accept; and check.py
reports what it did not check. For residues, also checks that the lines as they are written give the same answer as
firesieve. Of the random cases one in SHARE is tried, since sanitizers are slow."""
import os
import random
import subprocess
import sys
import tempfile

import residues

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATED = (
    *(["uniform", "--layers", str(layers), "--max-range", str(scanned), "--seed", str(seed)]
      for layers, scanned in ((5, 4), (12, 9), (30, 12)) for seed in (1, 2, 3)),
    ["puzzle", "--seed", "7"], ["puzzle", "--seed", "8"],
    ["planted", "--layers", "30", "--max-range", "12", "--bits", "20", "--seed", "1"],
    ["blocked", "--layers", "3"], ["blocked", "--layers", "9", "--seed", "5"], ["blocked", "--layers", "1000"],
    ["extremal", "--layers", "17"], ["extremal", "--layers", "3"],
    ["pseudosquare", "--primes", "9"], ["tuplet", "--sieve-to", "300"],
)
RANGES = ([], ["--from", "5"], ["--to", "7"], ["--from", "3", "--to", "3"], ["--from", str(2**126)])
COUNTED = ([], ["--to", "1000"], ["--from", "77", "--to", "1000077"], ["--from", str(2**126)])
SMALL = 60  # random firewalls with short cycles
RESIDUES = (  # command, and lines
    ("solve", "x mod 7 in {1, 2, 4}\nx not square\n"),
    ("solve", "\ufeffx mod 007 != 3 # three\r\n\r\n# x mod 2 = 7\r\n\tx\tmod 5!=10\r\nx mod 5 != 5\n"),
    ("solve", "x prime\nx mod 5 = 3\n"),
    ("solve", "x + {0, 2, 6, 8} prime\nfrom 70000\n"),
    ("solve", "x + {0, 2, 4} prime\nfrom 4\n"),
    ("solve", "x + {0, 2, 4} prime\nx mod 3 != 0\n"),
    ("solve", "x - 10^15 prime\nx mod 2^10 = 129\n"),
    ("solve", "x in {10^15..10^16}\nx mod 7 = 3\nx not power\n"),
    ("solve", "x not in {0..1e7}\nx mod 1000003 square\nx mod 2^61-1 nonsquare\nx mod 11 = 0\n"),
    ("solve", "x mod p square for primes p in 3..47\nx not square\n"),
    ("solve", "x mod p in {1..(p-1)/2} for primes p in 3..23\nx + {-1, 1} coprime to 2*3*5*7\n"),
    ("solve", "x mod p^2 != 0 for p in 2..40\nx - 3 + 1 coprime to 30\nx - {0..2, 5} coprime to 1001\n"),
    ("solve", "x mod 2 != 0\nx mod 3 != 0\nx mod 4 != 1\nx mod 6 != 5\nx mod 12 != 7\n"),
    ("solve", "x mod 4 not in {0..3}\nx prime\n"),
    ("solve", "x mod 3 = 0\nx mod 9 not in {0, 3, 6}\nx not power\n"),
    ("solve", "x mod 2^40 not in {1_000..1e6, 2^39}\nfrom 2^40 + 999\n"),
    ("count", "x mod 2^40 not in {1_000..1e6, 2^39}\nfrom 2^39 - 5\nto 2^39 + 5\n"),
    ("count", "x mod p nonsquare for primes p in 3..7\nto 100000\n"),
    ("count", "x prime\nto 70000\n"),
    ("count", "x + {0, 2} prime\nfrom 100\nto 1000\n"),
    ("count", "x not power\nto 20000\n"),
    ("count", "x mod 1 = 0\nto 1e9\n"),
    ("count", "x mod 8 = 1\nx not square\nfrom 2^120\nto 2^120 + 4096\n"),
)
RANDOM = 150  # texts of random lines
SIEVED_AGAIN_MAX = 10**7  # check.py leaves out longer ranges, and reports that


def run(words, statuses):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode not in statuses:
        sys.exit(f"{words}: exit status {done.returncode}: {done.stdout}{done.stderr}")
    return done


def answers(golden):
    with open(os.path.join(golden, "answers.txt"), encoding="ascii") as lines:
        return [line.split() for line in lines]


def both(firesieve, firewall, certificate, options, own_status, command="solve"):
    run([firesieve, command, "-q", "--certificate", certificate, *options, firewall], (0, 1))
    run([firesieve, "verify", "--certificate", certificate, firewall], (0,))
    run([sys.executable, "-B", os.path.join(HERE, "check.py"), firewall, certificate], (own_status,))


def draw_set(draw, modulus):
    items = []
    for _ in range(draw.randint(1, 3)):
        low = draw.randrange(-modulus, modulus)
        items.append(draw.choice((f"{low}", f"{low}..{low + draw.randrange(3)}")))
    return "{" + ", ".join(items) + "}"


def draw_line(draw):
    modulus = draw.randint(2, 16)
    residue = draw.randrange(modulus)
    return draw.choice((
        f"x mod {modulus} != {residue}", f"x mod {modulus} != {residue}", f"x mod {modulus} in {{{residue}..{residue + 5}}}",
        f"x mod {modulus} in {draw_set(draw, modulus)}", f"x mod {modulus} not in {draw_set(draw, modulus)}",
        f"x mod {modulus} not in {draw_set(draw, modulus)}", f"x mod {modulus} square", f"x mod {modulus}*9 nonsquare",
        f"x mod p square for primes p in 3..{modulus}" if modulus > 2 else "x mod 3 != 1",
        f"x mod p != p - 2 for p in 20..{20 + modulus}", f"x - {residue} coprime to {modulus}",
        f"x + {{0, {residue}}} coprime to p for primes p in 5..13", "x not square", "x not power", "x mod 2097143 square",
        f"x + {residue} prime", f"x in {{{40 * modulus}..2^{30 + residue}}}", f"x not in {{0..{residue}, 300..400}}"))


def check_residues(firesieve, directory, share):
    """The number of certificates that were checked."""
    certificate = os.path.join(directory, "certificate")
    firewall = os.path.join(directory, "firewall")
    texts = [(command, text) for command, text in RESIDUES]
    for seed in range(RANDOM // share):
        draw = random.Random(seed)
        begin = draw.choice((0, 0, draw.randrange(70000)))
        rows = [draw_line(draw) for _ in range(draw.randint(1, 5))]
        rows += [f"from {begin}", f"to {begin + draw.randrange(4000)}"]
        texts.append((draw.choice(("solve", "count")), "\n".join(rows) + "\n"))
    for command, text in texts:
        with open(firewall, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        lines = residues.read(text)
        said = run([firesieve, command, "-q", firewall], (0, 1)).stdout.strip()
        begin, end = lines.asked_from, lines.asked_to
        if end - begin < 10**4:
            held = [x for x in range(begin, end) if residues.holds(lines, x)]
            own = str(len(held)) if command == "count" else str(held[0]) if held else "none"
            if own != said:
                sys.exit(f"{command} says {said}, the lines say {own}:\n{text}")
        both(firesieve, firewall, certificate, [], 0, command)
    return len(texts)


def main():
    firesieve, golden = sys.argv[1:3]
    share = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    checked = 0
    with tempfile.TemporaryDirectory() as directory:
        certificate = os.path.join(directory, "certificate")
        firewall = os.path.join(directory, "firewall")
        for name, answer in answers(golden):
            is_far = answer != "none" and int(answer) > SIEVED_AGAIN_MAX
            both(firesieve, os.path.join(golden, name), certificate, [], 3 if is_far else 0)
            checked += 1
        for number, family in enumerate(GENERATED):
            with open(firewall, "w", encoding="ascii") as file:
                subprocess.run([firesieve, "generate", *family], stdout=file, check=True)
            for options in ([], RANGES[number % len(RANGES)]):
                both(firesieve, firewall, certificate, options, 0)
                checked += 1
            both(firesieve, firewall, certificate, ["--from", "3", "--to", "5000"], 0, "count")
            checked += 1
        for number in range(SMALL // share):
            family = ["uniform", "--layers", str(1 + number % 9), "--max-range", str(3 + number % 11), "--seed", str(number)]
            with open(firewall, "w", encoding="ascii") as file:
                subprocess.run([firesieve, "generate", *family], stdout=file, check=True)
            both(firesieve, firewall, certificate, COUNTED[number % len(COUNTED)], 0, "count")
            checked += 1
        checked += check_residues(firesieve, directory, share)
    print(f"{checked} certificates accepted by both checkers")


if __name__ == "__main__":
    main()
