// checks.mjs PAGE CHECK [FILE]: checks the scripts and modules in the page, under node. If something is wrong, reports
// it and exits with status 1.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import vm from "node:vm";

const [pagePath, check, file] = process.argv.slice(2);
const page = fs.readFileSync(pagePath, "utf8");
const golden = path.join(path.dirname(fileURLToPath(import.meta.url)), "..", "golden");

// ---- What is in the page ----

const inner = (id) => page.match(new RegExp(`<script[^>]* id="${id}">([^]*?)</script>`))[1];
const moduleBytes = (id) => Buffer.from(inner(id), "base64");

// Runs a script, and returns its definitions of these names.
function run(script, names, globals = {}) {
    const context = vm.createContext({ WebAssembly, TextDecoder, TextEncoder, performance, console, ...globals });
    return vm.runInContext(`${script}\n;({ ${names} })`, context);
}

const library = run(
    inner("worker"),
    "startEngine, hasVectors, firstTry, closedForm, plainLoop, climbLadder, measureKernels, makeReport, TABLES, SEARCHES, TALK",
);
const start = (id = "module-simd") => library.startEngine(moduleBytes(id));

// ---- Answers ----

const read = (name) => fs.readFileSync(path.join(golden, name), "utf8");
const rows = (name) => read(name).trim().split("\n").map((line) => line.split(/ (.*)/).slice(0, 2));

const answerOf = ({ outcome, delay }) => (outcome === "found" ? `${delay}` : outcome);

function expectAnswer(engine, text, expected, options, what) {
    engine.open(text);
    const result = engine.solve(options);
    assert.equal(answerOf(result), expected, `${what} by ${JSON.stringify(options)}`);
    return result;
}

// The generated firewalls in tests/golden, as [family, number, answer, name].
function generated(largest) {
    return [...rows("families.txt"), ...rows("far.txt")].flatMap(([answer, name]) => {
        const [, family, number] = name.match(/^(erdos-selfridge --k|negative-pseudosquare --primes) (\d+)$/) ?? [];
        return family && Number(number) <= largest ? [[family.split(" ")[0], Number(number), answer, name]] : [];
    });
}

async function answers(module = "module-simd") {
    const engine = await start(module);
    const kernels = engine.kernels.map(({ name }) => name);
    for (const [name, answer] of rows("answers.txt")) {
        for (const kernel of kernels) {
            expectAnswer(engine, read(name), answer, { kernel }, name);
        }
    }
    for (const [family, number, answer, name] of generated(200)) {
        const text = engine.generate(family, number);
        for (const kernel of kernels) {
            const { method, elapsed_s: elapsed } = expectAnswer(engine, text, answer, { kernel }, name);
            console.log(`${name}: ${answer} by ${method} on ${kernel}, ${elapsed.toFixed(3)} s`);
        }
    }
    for (const method of ["scan", "wheel", "focus"]) {
        for (const kernel of kernels) {
            const result = expectAnswer(engine, library.TALK, "3823370", { method, kernel }, "the talk");
            assert.equal(result.kernel, kernel);
            assert.equal(result.method, method);
        }
    }
    expectAnswer(engine, read("example.firewall"), "10", { method: "simulate" }, "the puzzle");
    expectAnswer(engine, read("talk.firewall"), "3823370", { method: "closed-form" }, "the talk");
}

const RESIDUES = [
    ["x mod 7 in {1,2,4}\nx mod 11 not in {0,3}\nx not square\nfrom 10^12", "1000000000001"],
    ["x mod 8 = 1\nx mod p square for primes p in 3..173\nx not square", "178936222537081"],
    ["x + {0,2,6,8} coprime to p for primes p in 2..32000\nfrom 10^9", "1000025261"],
    ["x + {0,2} prime\nfrom 10^30", "1000000000000000000000000001681"],
    ["x mod 2 != 0\nx mod 3 != 0\nx mod 4 != 1\nx mod 6 != 5\nx mod 12 != 7", "none"],
];

async function residues(module = "module-simd") {
    const engine = await start(module);
    for (const [text, answer] of RESIDUES) {
        for (const { name } of engine.kernels) {
            expectAnswer(engine, text, answer, { kernel: name }, text);
        }
        assert.equal(engine.open(text).form, "residues");
        assert.equal(engine.layers(10).length, 0);
    }
}

// ---- Errors ----

const WRONG = [
    ["0: 3\n1: x\n", 2, 4, /range/],
    ["0: 3\n\n4 4\n", 3, 3, /':'/],
    ["0: 3\n0: 4\n", 2, 1, /0/],
    ["x mod 7 in {1,2\n", 1, 16, /expected/],
    ["x mod 7 = 1\n# fine\nx mud 7 = 1", 3, 3, /expected/],
];

async function errors() {
    const engine = await start();
    engine.open("0: 3\n1: 2\n4: 4\n6: 4");
    for (const [text, line, column, message] of WRONG) {
        assert.throws(() => engine.open(text), (error) => {
            console.log(`${error.line}:${error.column}: ${error.message}`);
            assert.deepEqual([error.line, error.column], [line, column], error.message);
            assert.match(error.message, message);
            return true;
        });
    }
    assert.equal(answerOf(engine.solve()), "10", "the firewall before is still there");
    assert.throws(() => engine.generate("erdos-selfridge", 1e6), /5000/);
    // A quotation mark, a backslash and a control character of the input are reported unchanged.
    assert.throws(() => engine.open('0: "\\\u0001'), /"/);
}

// ---- Kernels ----

// Arrays of the page's scripts belong to another realm, so they are not deeply equal to ours.
const kernelNames = (engine) => [...engine.kernels.map(({ name }) => name)];

async function kernels() {
    const seed = Number(process.env.FIRESIEVE_TEST_SEED ?? Math.floor(Math.random() * 2 ** 32));
    console.log(`seed ${seed} (FIRESIEVE_TEST_SEED)`);
    const engine = await start();
    assert.deepEqual(kernelNames(engine), ["scalar", "wasm"]);
    for (const { name } of engine.kernels) {
        const report = engine.verify(name, 500, seed);
        console.log(`${name}: ${report.cases} cases, ${report.mismatches} mismatches`);
        assert.equal(report.mismatches, 0, `${name}, seed ${report.first_bad_seed}: ${report.first_mismatch}`);
        assert.equal(report.cases, 500);
    }
    for (const [operation, count] of [["rows", 12], ["lanes", 8]]) {
        engine.workload(operation, count, 1 << 16, seed);
        assert.equal(engine.digest("scalar"), engine.digest("wasm"), operation);
    }
}

// Without vectors there is one kernel, and every answer is the same.
async function plain() {
    const engine = await start("module-plain");
    assert.deepEqual(kernelNames(engine), ["scalar"]);
    assert.equal(engine.about.features, "");
    assert.ok(!hasVectorCode(moduleBytes("module-plain")), "there are vectors in the plain module");
    assert.ok(hasVectorCode(moduleBytes("module-simd")), "there are no vectors in the other one");
    await answers("module-plain");
    await residues("module-plain");
}

// Vector instructions begin with the byte 0xfd. Loads of 16 bytes, 0xfd 0 with an alignment of at most 4, are frequent
// in code with vectors, and such bytes are rare in other code.
function hasVectorCode(bytes) {
    let loads = 0;
    for (let i = 0; i + 3 < bytes.length; ++i) {
        loads += bytes[i] === 0xfd && bytes[i + 1] === 0 && bytes[i + 2] <= 4;
    }
    return loads > 50;
}

// ---- The ladder ----

async function ladder() {
    const puzzle = [[0, 3], [1, 2], [4, 4], [6, 4]];
    for (const way of [library.firstTry, library.closedForm, library.plainLoop]) {
        assert.equal(way(puzzle, 10).answer, 10, way.name);
        assert.equal(way([[0, 2], [1, 2]], 0.01).answer, -1, `${way.name} of a firewall that blocks all`);
    }
    const climbed = library.climbLadder(await start(), () => {}, 0.05);
    assert.equal(climbed.answer, 3823370);
    for (const { label, where, seconds } of climbed.steps) {
        console.log(`${label} ${where}: ${seconds} s`);
        assert.ok(seconds > 0);
    }
    const names = climbed.steps.map(({ label, where }) => `${label} ${where}`.trim());
    assert.deepEqual([...names], ["first try JavaScript", "closed form JavaScript", "plain loop JavaScript", "scan scalar",
        "scan wasm", "wheel wasm", "short path"]);
}

// ---- The worker ----

// The worker's own protocol: each question receives an answer or an error, after any news.
async function worker() {
    const sent = [];
    const globals = { postMessage: (message) => sent.push(message) };
    const context = vm.createContext({ WebAssembly, TextDecoder, TextEncoder, performance, console, ...globals });
    vm.runInContext(inner("worker"), context);
    const ask = async (kind, question = {}) => {
        sent.length = 0;
        await context.onmessage({ data: { id: 7, kind, ...question } });
        assert.ok(sent.every(({ id }) => id === 7));
        return sent.at(-1);
    };
    const text = "0: 3\n1: 2\n4: 4\n6: 4";
    // As after Stop: the question comes before the module has started.
    const starts = context.onmessage({ data: { id: 6, kind: "start", bytes: moduleBytes("module-simd") } });
    await context.onmessage({ data: { id: 7, kind: "solve", text, method: "auto", kernel: "", layers: 3 } });
    await starts;
    assert.equal(sent[0].answer.architecture, "wasm32");
    const { answer } = sent.at(-1);
    assert.equal(answer.delay, 10n);
    assert.deepEqual([...answer.layers].map((layer) => [...layer]), [[0n, 3n], [1n, 2n], [4n, 4n]]);
    const { error } = await ask("solve", { text: "0: 3\n1: x", method: "auto", kernel: "", layers: 3 });
    assert.deepEqual([error.line, error.column], [2, 4]);
    const long = { text: (await ask("generate", { family: "erdos-selfridge", number: 61 })).answer, method: "scan" };
    await ask("solve", { ...long, kernel: "scalar", layers: 3 });
    assert.equal(sent.at(-1).answer.delay, 2237874560n);
    assert.ok(sent.some(({ reached }) => reached > 0), "no news of a long search");
}

// ---- The page ----

async function wholePage() {
    const addresses = page.match(/https?:\/\/[^\s"'<)]+/g) ?? [];
    assert.deepEqual([...new Set(addresses)], ["http://www.w3.org/2000/svg"], "the page requests nothing");
    assert.ok(!/<(link|script)[^>]+(href|src)="(?!data:)/.test(page), "everything is in the page");
    assert.ok(library.hasVectors());
    const { scannerAt, makeColumns, digits, time, logAxis } = run(
        page.match(/<script>\n([^]*?)<\/script>/)[1].replace(/\nbegin\(\);\n/, "\n").replace(/^const client = .*$/m, "")
            .replace(/^const crossing = .*$/m, ""),
        "scannerAt, makeColumns, digits, time, logAxis",
    );
    const sweep = Array.from({ length: 9 }, (_, at) => Number(scannerAt(4n, BigInt(at))));
    assert.deepEqual(sweep, [0, 1, 2, 3, 2, 1, 0, 1, 2]);
    assert.equal(scannerAt(1n, 5n), 0n);
    assert.equal(scannerAt(2n ** 62n, 2n ** 63n), 2n);
    assert.equal(makeColumns([[6n, 4n], [0n, 3n]]).length, 7);
    assert.equal(makeColumns([[2n ** 63n - 1n, 4n], [0n, 3n]]).length, 2);
    assert.equal(digits(1234567), "1,230,000");
    assert.equal(digits(5.2087838892710191e22), "5.21 · 10²²");
    assert.equal(time(0.0000123), "12.3 µs");
    assert.equal(time(0.99999), "1 s");
    assert.deepEqual([...logAxis([2e-6, 5], time).ticks].map(({ text }) => text),
        ["1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"]);
}

// Writes a report of some tables and searches to the file.
async function report() {
    const engine = await start();
    const tables = library.TABLES.filter(({ rows: count, level }) => count % 4 === 0 && level === 1);
    const measured = library.measureKernels(engine, () => {}, { tables, searches: library.SEARCHES.slice(0, 2) });
    const climbed = library.climbLadder(engine, () => {}, 0.05);
    const agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    const machine = { agent, cpus: 2 };
    const written = library.makeReport(engine.about, machine, measured, climbed);
    assert.equal(written.model, "Firefox/140.0 (X11; Linux x86_64; rv:140.0)");
    fs.writeFileSync(file, JSON.stringify(written));
    console.log(`${written.measurements.length} measurements`);
}

const checks = { answers, residues, errors, kernels, plain, ladder, worker, page: wholePage, report };
await checks[check]();
