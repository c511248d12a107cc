"""agree.py FIRESIEVE GOLDEN: certificates of many answers, which both checkers have to accept; and that check.py says what
it did not check."""
import os
import subprocess
import sys
import tempfile

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
SMALL = 60  # random firewalls whose cycles are short
SIEVED_AGAIN_MAX = 10**7  # check.py leaves longer ranges, and says so


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


def main():
    firesieve, golden = sys.argv[1:]
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
        for number in range(SMALL):
            family = ["uniform", "--layers", str(1 + number % 9), "--max-range", str(3 + number % 11), "--seed", str(number)]
            with open(firewall, "w", encoding="ascii") as file:
                subprocess.run([firesieve, "generate", *family], stdout=file, check=True)
            both(firesieve, firewall, certificate, COUNTED[number % len(COUNTED)], 0, "count")
            checked += 1
    print(f"{checked} certificates accepted by both checkers")


if __name__ == "__main__":
    main()
