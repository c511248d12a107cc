#!/usr/bin/env python3
"""growth.py PROGRAM [SECONDS [PLOT]]: how a search's time grows with the distance of its answer.

Each instance is searched by focus and by wheel on one thread, through the whole range from 0 to one mean distance of
safe delays (`count --to`), so that luck plays no part. The seconds are CPU time, the least of three runs, or of a
single run if that takes more than five seconds. Runs that are predicted to take more than SECONDS (20) are only
predicted. A line is fitted through the points of each method above 50 ms, log of time over log of distance: its slope
is the exponent. gnuplot draws PLOT (growth.svg).
"""
import json
import math
import resource
import subprocess
import sys

PROGRAM = sys.argv[1]
MOST_SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 20
PLOT = sys.argv[3] if len(sys.argv) > 3 else "growth.svg"
FAMILIES = {
    "erdos-selfridge": [["--k", str(k)] for k in (100, 120, 140, 150, 160, 180, 190, 200, 210, 220, 230, 240, 250, 260, 270, 280,
                                                  290, 300, 310, 323, 330, 340, 350, 360, 370, 376, 380, 390, 400)],
    "negative-pseudosquare": [["--primes", str(n)] for n in range(20, 46)],
}
METHODS = ("focus", "wheel")
LEAST = 0.05


def explain(method, firewall):
    done = subprocess.run([PROGRAM, "explain", "--json", "--threads", "1", "--method", method], input=firewall,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def processor_seconds(method, firewall, end):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run([PROGRAM, "count", "--threads", "1", "--method", method, "--to", str(end)], input=firewall,
                          stdout=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, 1):  # 1: no delay is safe
        sys.exit(f"growth.py: count --method {method} ended with status {done.returncode}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measure(method, firewall, end):
    first = processor_seconds(method, firewall, end)
    return first if first > 5 else min(first, *(processor_seconds(method, firewall, end) for _ in range(2)))


def slope(points):
    """The slope of the least-squares line through points (log10 of distance, seconds); None for fewer than three."""
    points = [(x, math.log10(y)) for x, y in points if y > LEAST]
    if len(points) < 3:
        return None
    mean_x = sum(x for x, _ in points) / len(points)
    mean_y = sum(y for _, y in points) / len(points)
    return (sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points))


def number(value):
    return "-" if value is None else f"{value:.3g}"


def look_at(family, options, lines):
    firewall = subprocess.run([PROGRAM, "generate", family, *options], stdout=subprocess.PIPE, check=True).stdout
    for method in METHODS:
        told = explain(method, firewall)
        if told is None or told["method"] != method:
            continue
        distance, predicted = told["expected"], told["predicted_s"]
        measured = measure(method, firewall, math.ceil(distance)) if predicted <= MOST_SECONDS else None
        lines.append((family, method, math.log10(distance), predicted, measured))
        print(f"{family + ' ' + ' '.join(options):34} {method:7} {math.log10(distance):9.2f} {number(predicted):>12} "
              f"{number(measured):>11}", flush=True)


def draw(lines):
    """One panel per family; lines are predictions, points are measurements."""
    script = [f"set terminal svg size 960,480 font 'sans,12'; set output '{PLOT}'", "set multiplot layout 1,2",
              "set logscale y; set key left top; set grid; set format y '10^{%L}'",
              "set xlabel 'mean distance of safe delays, log10'; set ylabel 'seconds, one thread'"]
    for family in FAMILIES:
        curves, data = [], []
        for method in METHODS:
            for what, index, style in (("predicted", 3, "lines"), ("measured", 4, "points")):
                points = [(line[2], line[index]) for line in lines if line[:2] == (family, method) and line[index]]
                if points:
                    curves.append(f"'-' with {style} title '{method}, {what}'")
                    data += [f"{x} {y}" for x, y in sorted(points)] + ["e"]
        script += [f"set title '{family}'", "plot " + ", ".join(curves), *data]
    subprocess.run(["gnuplot"], input="\n".join(script) + "\n", text=True, check=True)


def main():
    lines = []
    print(f"{'generate':34} {'method':7} {'log10':>9} {'predicted s':>12} {'measured s':>11}")
    for family, instances in FAMILIES.items():
        for options in instances:
            look_at(family, options, lines)
    print(f"\n{'exponent of':34} {'method':7} {'predicted':>9} {'measured':>9}")
    for family in FAMILIES:
        for method in METHODS:
            mine = [line for line in lines if line[:2] == (family, method)]
            predicted = slope([(line[2], line[3]) for line in mine])
            measured = slope([(line[2], line[4]) for line in mine if line[4] is not None])
            print(f"{family:34} {method:7} {number(predicted):>9} {number(measured):>9}")
    draw(lines)


main()
