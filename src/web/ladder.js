// The ladder: the puzzle solved as one would first write it, then ever faster, up to what the library does by default.
"use strict";

const LADDER_NAME = "the talk's puzzle";

// Puzzle-like, planted so that the smallest safe delay is 3823370.
const TALK = [
    "0: 3", "1: 2", "2: 5", "4: 6", "6: 4", "8: 4", "10: 8", "12: 6", "14: 9", "16: 16", "18: 11", "20: 8", "22: 10",
    "24: 12", "26: 15", "28: 12", "30: 12", "32: 8", "34: 10", "36: 8", "38: 17", "40: 12", "42: 8", "44: 12", "46: 18",
    "48: 12", "50: 14", "52: 14", "54: 14", "56: 12", "58: 12", "60: 12", "62: 14", "64: 12", "66: 14", "68: 14",
    "70: 18", "72: 14", "74: 14", "76: 18", "82: 14", "84: 14", "86: 18", "90: 14",
].join("\n");

const seconds = () => performance.now() / 1000;

// ---- Three ways in JavaScript: each returns the answer, or -1 and how many delays it decided within its time. ----

// Scanners that step: for each delay the packet waits, and then crosses them.
function firstTry(layers, limit) {
    const end = seconds() + limit;
    const last = Math.max(...layers.map(([depth]) => depth));
    const step = (scanners) => {
        for (const scanner of scanners) {
            if (scanner.range > 1) {
                scanner.way = scanner.at === 0 ? 1 : scanner.at === scanner.range - 1 ? -1 : scanner.way;
                scanner.at += scanner.way;
            }
        }
    };
    const isCaught = (scanners) => {
        for (let time = 0; time <= last; ++time) {
            if (scanners.some((scanner) => scanner.depth === time && scanner.at === 0)) {
                return true;
            }
            step(scanners);
        }
        return false;
    };
    const waiting = layers.map(([depth, range]) => ({ depth, range, at: 0, way: 1 }));
    for (let delay = 0; ; ++delay) {
        if (!isCaught(waiting.map((scanner) => ({ ...scanner })))) {
            return { answer: delay, decided: delay + 1 };
        }
        if (delay % 64 === 0 && seconds() > end) {
            return { answer: -1, decided: delay + 1 };
        }
        step(waiting);
    }
}

// A scanner is at the top every 2 * (range - 1) picoseconds, so nothing has to step.
function closedForm(layers, limit) {
    const end = seconds() + limit;
    for (let delay = 0; ; ++delay) {
        if (!layers.some(([depth, range]) => (delay + depth) % (2 * (range - 1)) === 0)) {
            return { answer: delay, decided: delay + 1 };
        }
        if (delay % 4096 === 0 && seconds() > end) {
            return { answer: -1, decided: delay + 1 };
        }
    }
}

// The same in a form that compilers like: arrays of integers, the scanners that catch most first.
function plainLoop(layers, limit) {
    const end = seconds() + limit;
    const sorted = [...layers].sort(([, a], [, b]) => a - b);
    const depths = Int32Array.from(sorted, ([depth]) => depth);
    const periods = Int32Array.from(sorted, ([, range]) => 2 * (range - 1));
    const count = sorted.length;
    for (let delay = 0; ; ++delay) {
        let i = 0;
        while (i < count && ((delay + depths[i]) | 0) % periods[i] !== 0) {
            ++i;
        }
        if (i === count) {
            return { answer: delay, decided: delay + 1 };
        }
        if ((delay & 65535) === 0 && seconds() > end) {
            return { answer: -1, decided: delay + 1 };
        }
    }
}

// ---- The steps ----

function median(samples) {
    const sorted = [...samples].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

// Browsers' clocks are coarse: a sample has as many repeats as take this long. And code is compiled twice, first quickly
// and then well: the first tenths of a second say little.
const SAMPLE_S = 0.02;
const WARM_S = 0.4;
const SAMPLES = 7;

// How many repeats a sample of `run(repeats)`, which returns seconds, should have; this also warms it up.
function warm(run, least = WARM_S) {
    const end = seconds() + least;
    let repeats = 1;
    for (;;) {
        const taken = run(repeats);
        if (taken >= SAMPLE_S && seconds() >= end) {
            return Math.max(1, Math.ceil((repeats * SAMPLE_S) / taken));
        }
        repeats = Math.ceil(repeats * Math.min(100, Math.max(1, (1.2 * SAMPLE_S) / Math.max(taken, SAMPLE_S / 100))));
    }
}

// Samples, in seconds per repeat.
function sample(run, samples = SAMPLES, least = WARM_S) {
    const repeats = warm(run, least);
    return Array.from({ length: samples }, () => run(repeats) / repeats);
}

// A way in JavaScript: if it takes too long, its time is extrapolated from the delays that it decided.
function climbScript(solve, layers, answer, limit) {
    const began = seconds();
    const { answer: found, decided } = solve(layers, limit);
    const taken = seconds() - began;
    if (found !== -1 && found !== answer) {
        throw new Error(`${found} is not the answer ${answer}`);
    }
    if (found === -1) {
        return { samples: [(taken * (answer + 1)) / decided], extrapolated: true };
    }
    return { samples: [taken, ...Array.from({ length: 2 }, () => timeOf(() => solve(layers, limit)))] };
}

function timeOf(action) {
    const began = seconds();
    action();
    return seconds() - began;
}

// A search by the library.
function climbEngine(engine, options, answer) {
    const found = engine.solve(options);
    if (found.delay !== BigInt(answer)) {
        throw new Error(`${found.delay} is not the answer ${answer}`);
    }
    return { samples: sample((repeats) => engine.time(repeats, options)) };
}

function ladderSteps(engine) {
    const best = engine.kernels.at(-1).name;
    const script = (name, solve) => ({ method: `${name} JS`, label: name, where: "JavaScript", solve });
    const search = (method, label, options) => ({ method, label, where: options.kernel ?? "", options });
    return [
        script("first try", firstTry),
        script("closed form", closedForm),
        script("plain loop", plainLoop),
        ...engine.kernels.map(({ name }) => search("scan", "scan", { method: "scan", kernel: name })),
        search("wheel", "wheel", { method: "wheel", kernel: best }),
        search("short path", "short path", {}),
    ];
}

// Climbs all steps; `tell(share, step)` is called for each. Returns steps with samples, slowest ways first.
function climbLadder(engine, tell = () => {}, limit = 1.5) {
    engine.open(TALK);
    const layers = engine.layers(1000).map(([depth, range]) => [Number(depth), Number(range)]);
    const answer = Number(engine.solve().delay);
    const steps = ladderSteps(engine);
    steps.forEach((step, index) => {
        tell(index / steps.length, step.label);
        const climbed = step.solve
            ? climbScript(step.solve, layers, answer, limit)
            : climbEngine(engine, step.options, answer);
        Object.assign(step, climbed, { seconds: median(climbed.samples) });
    });
    return { answer, steps: steps.map(({ solve, options, ...step }) => step) };
}
