// Measures kernels as `firesieve bench` does, and writes a report that `firesieve bench --compare` reads.
"use strict";

// A browser does not reveal how large caches are: these are small ones for today.
const CACHES = [32 << 10, 512 << 10, 4 << 20];

// Row counts, or layers of candidates, and how much of a cache a table takes, as in the native program.
const TABLES = [
    ...[1, 2, 3].flatMap((level) => [4, 12, 24].map((rows) => ({ operation: "rows", rows, level, share: 0.5 }))),
    { operation: "lanes", rows: 8, level: 1, share: 0.125 },
    { operation: "lanes", rows: 64, level: 1, share: 0.125 },
    { operation: "lanes", rows: 8, level: 2, share: 0.25 },
    { operation: "lanes", rows: 64, level: 2, share: 0.25 },
    { operation: "lanes", rows: 8, level: 3, share: 0.25 },
];

const tableName = ({ operation, rows, level }) => `${rows} ${operation === "rows" ? "rows" : "layers"}, L${level}`;

// Searches that the native program times as well.
const SEARCHES = [
    ["puzzle", "puzzle", 44],
    ["erdos-selfridge --k 41", "erdos-selfridge", 41],
    ["erdos-selfridge --k 61", "erdos-selfridge", 61],
    ["erdos-selfridge --k 150", "erdos-selfridge", 150],
    ["erdos-selfridge --k 200", "erdos-selfridge", 200],
];

const KERNEL_SAMPLES = 6;

// All kernels, and plain loads if wanted, on one table, in order and then in reverse.
function measureTable(engine, table) {
    const bytes = CACHES[table.level - 1] * table.share;
    engine.workload(table.operation, table.rows, bytes, 1);
    const names = engine.kernels.map(({ name }) => name);
    const digests = new Set(names.map((name) => engine.digest(name)));
    if (digests.size !== 1) {
        throw new Error(`kernels differ on ${tableName(table)}`);
    }
    const contenders = names.map((kernel) => startContender(engine, kernel));
    for (let round = 0; round < KERNEL_SAMPLES; ++round) {
        for (const contender of round % 2 === 0 ? contenders : [...contenders].reverse()) {
            contender.samples.push(engine.run(contender.kernel, contender.repeats).seconds / contender.repeats);
        }
    }
    return contenders.map(({ kernel, work, samples }) => ({
        part: "kernels", subject: tableName(table), method: table.operation, kernel, size: bytes, work, samples,
    }));
}

function startContender(engine, kernel) {
    const repeats = warm((times) => engine.run(kernel, times).seconds, SAMPLE_S);
    return { kernel, repeats, work: engine.run(kernel, 1).work, samples: [] };
}

function measureSearch(engine, [subject, family, number]) {
    engine.open(engine.generate(family, number));
    const { delay } = engine.solve();
    const samples = sample((repeats) => engine.time(repeats), 3);
    return {
        part: "methods", subject, method: "auto", kernel: "auto", answer: `${delay}`, size: Number(delay) + 1, work: 1,
        samples,
    };
}

// Measures all tables, and with `searches` some firewalls; `tell(share, what)` is called for each.
function measureKernels(engine, tell = () => {}, { tables = TABLES, searches = SEARCHES } = {}) {
    const all = tables.length + searches.length;
    const measured = tables.flatMap((table, index) => {
        tell(index / all, tableName(table));
        return measureTable(engine, table);
    });
    return measured.concat(searches.map((search, index) => {
        tell((tables.length + index) / all, search[0]);
        return measureSearch(engine, search);
    }));
}

const UNITS = { rows: "bytes", lanes: "tests" };

function toMeasurement({ part, subject, method, kernel, answer, size, work, samples, extrapolated }) {
    const summary = { min_s: Math.min(...samples), median_s: median(samples), max_s: Math.max(...samples) };
    return {
        part, subject, method, kernel: kernel || null, threads: 1, size, work, work_unit: UNITS[method] ?? "solves",
        answer: answer ?? null, left_out: null, summary, cycles: null, instructions: null,
        extrapolated: extrapolated ?? false, samples_s: samples,
    };
}

function ladderMeasurements({ answer, steps }) {
    return steps.map(({ method, where, samples, extrapolated }) => ({
        part: "ladder", subject: LADDER_NAME, method, kernel: where === "JavaScript" ? "" : where, answer: `${answer}`,
        size: answer + 1, work: 1, samples, extrapolated,
    }));
}

// What a browser calls itself, without those it claims to be like: "Firefox/140.0 (X11; Linux x86_64)".
function browserName(agent) {
    const system = agent.match(/\([^)]*\)/)?.[0] ?? "";
    const name = agent.match(/(Firefox|Edg|OPR|HeadlessChrome|Chrome|Version)\/[\d.]+/g)?.at(-1);
    return name ? `${name} ${system}`.trim() : agent;
}

// The report: facts about this browser, and all measurements. `ladder` may be null.
function makeReport(about, machine, kernels, ladder, now = new Date()) {
    const measurements = [...kernels, ...(ladder ? ladderMeasurements(ladder) : [])].map(toMeasurement);
    return {
        format: "firesieve-bench", format_version: 1, date: `${now.toISOString().slice(0, 19)}Z`,
        model: browserName(machine.agent), architecture: about.architecture, features: about.features,
        cpus: machine.cpus,
        caches: [], memory: about.memory, seed: "1", threads: 1, load: 0, distribution: "a browser",
        system: machine.agent, processor: "", microcode: "", governor: "", hypervisor: "", version: about.version,
        compiler: about.compiler, build_type: "Release", instruments: "none", flags: "-O3",
        kernel_flags: "wasm: -msimd128", complete: true, warnings: [], measurements,
    };
}
