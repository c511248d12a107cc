// The page: asks the worker, and shows what it answers.
"use strict";

const $ = (id) => document.getElementById(id);

// ---- The worker ------------------------------------------------------------------------------------------------

// Browsers without vectors get a module without them.
function moduleBytes() {
    const text = $(hasVectors() ? "module-simd" : "module-plain").textContent;
    return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

// Answers questions one at a time; stop() drops them all.
class Client {
    constructor() {
        this.source = URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" }));
        this.bytes = moduleBytes();
        this.start();
    }

    start() {
        this.waiting = new Map();
        this.next = 1;
        this.worker = new Worker(this.source);
        this.worker.onmessage = ({ data }) => this.receive(data);
        this.worker.onerror = ({ message }) => this.fail(new Error(message));
        this.about = this.ask("start", { bytes: this.bytes });
    }

    // `tell` is called with progress.
    ask(kind, question = {}, tell = () => {}) {
        const id = this.next++;
        this.worker.postMessage({ ...question, kind, id });
        return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject, tell }));
    }

    receive({ id, answer, error, ...news }) {
        const asked = this.waiting.get(id);
        if (answer === undefined && error === undefined) {
            asked.tell(news);
            return;
        }
        this.waiting.delete(id);
        if (error) {
            asked.reject(Object.assign(new Error(error.message), error));
        } else {
            asked.resolve(answer);
        }
    }

    fail(error) {
        for (const { reject } of this.waiting.values()) {
            reject(error);
        }
    }

    stop() {
        this.worker.terminate();
        this.fail(Object.assign(new Error("stopped"), { stopped: true }));
        this.start();
    }
}

const client = new Client();
const crossing = new Crossing($("scene"), $("moment"));
const LAYERS_SHOWN = 400;

// All buttons that ask the worker, except Stop, are disabled while it is busy.
function setBusy(busy) {
    for (const id of ["solve", "ladder", "kernels"]) {
        $(id).disabled = busy;
    }
    for (const button of document.querySelectorAll("[data-example]")) {
        button.disabled = busy;
    }
    $("stop").disabled = !busy;
}

// Runs `action` while all else is disabled; `show` gets the error that ends it.
async function whileBusy(action, show) {
    setBusy(true);
    try {
        return await action();
    } catch (error) {
        show(error);
        return null;
    } finally {
        setBusy(false);
        $("running").textContent = "";
    }
}

// ---- Examples --------------------------------------------------------------------------------------------------

const EXAMPLES = {
    puzzle: "0: 3\n1: 2\n4: 4\n6: 4",
    talk: TALK,
    twins: "# The first twin primes from 10^30 on: x and x + 2\nx + {0, 2} prime\nfrom 10^30",
    square: "# A square modulo every prime up to 173, and none all the same\nx mod 8 = 1\n" +
        "x mod p square for primes p in 3..173\nx not square",
};

async function takeExample(name) {
    if (name === "erdos") {
        const k = Math.max(2, Math.min(300, Number($("k").value) || 200));
        const text = await client.ask("generate", { family: "erdos-selfridge", number: k });
        $("text").value = `# The answer is g(${k}) - ${k + 2}, g(k) of Erdős and Selfridge\n${text}`;
    } else {
        $("text").value = EXAMPLES[name];
    }
    await solve();
}

// ---- Solving ---------------------------------------------------------------------------------------------------

function showList(entries) {
    return html("dl", {}, ...entries.flatMap(([name, value]) => [html("dt", {}, name), html("dd", {}, value)]));
}

function describeSearch({ method, kernel, elapsed_s, again, candidates, form, count }) {
    const short = method === "wheel" && kernel === "";
    const things = form === "layers" ? "delays" : "integers";
    return showList([
        ["method", short ? "short path" : method],
        ["kernel", kernel || (short ? "none: too short for one" : "none")],
        ["time", `${time(elapsed_s)}, on one thread${again ? " (median of many)" : ""}`],
        [`${things} decided`, grouped(candidates)],
        [form === "layers" ? "layers" : "residue classes", grouped(count)],
    ]);
}

function headline({ outcome, delay, form, reached }) {
    if (outcome === "found") {
        return form === "layers" ? `Wait ${grouped(delay)} ps` : `x = ${grouped(delay)}`;
    }
    if (outcome === "none") {
        return form === "layers" ? "No delay is safe" : "There is no such x";
    }
    return `Not known: nothing below ${grouped(reached)}`;
}

function showAnswer(result) {
    $("text").setAttribute("aria-invalid", "false");
    const why = result.reason ? [html("p", {}, `Why: ${result.reason}.`)] : [];
    $("answer").replaceChildren(html("p", { class: "big" }, headline(result)), ...why, describeSearch(result));
    showCrossing(result);
}

function showCrossing({ form, layers, count, delay }) {
    const drawn = form === "layers";
    $("crossing").hidden = !drawn;
    $("crossing-none").hidden = drawn;
    crossing.pause();
    if (drawn) {
        $("delay").value = `${delay ?? 0n}`;
        crossing.show(layers, count, delay ?? 0n);
        $("shown").textContent = crossing.extent();
    }
}

// The line with the error, with a mark below the column.
function quoteLine(line, column) {
    const text = $("text").value.split("\n")[line - 1] ?? "";
    return html("pre", {}, `${text}\n${" ".repeat(Math.max(0, column - 1))}^`);
}

function selectLine(line) {
    const lines = $("text").value.split("\n");
    const begin = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
    $("text").focus();
    $("text").setSelectionRange(begin, begin + (lines[line - 1] ?? "").length);
}

function showError({ message, line, column, stopped }) {
    if (stopped) {
        $("answer").replaceChildren(html("p", {}, "Stopped."));
        return;
    }
    const place = line > 0 ? `Line ${line}, column ${column}: ` : "";
    const quote = line > 0 ? [quoteLine(line, column)] : [];
    $("answer").replaceChildren(html("p", { class: "wrong" }, `${place}${message}`), ...quote);
    if (line > 0) {
        $("text").setAttribute("aria-invalid", "true");
        selectLine(line);
    }
}

function showProgress({ reached, elapsed }) {
    $("running").textContent = `Searching for ${time(elapsed)}: nothing below ${digits(reached)}`;
}

async function solve() {
    $("answer").replaceChildren();
    $("running").textContent = "Searching …";
    const question = {
        text: $("text").value, method: $("method").value, kernel: $("kernel").value, layers: LAYERS_SHOWN,
    };
    const result = await whileBusy(() => client.ask("solve", question, showProgress), showError);
    if (result) {
        showAnswer(result);
    }
}

// ---- The ladder ------------------------------------------------------------------------------------------------

const COLOURS = { JavaScript: "--c4", scalar: "--c0", wasm: "--c1", "": "--c2" };
const LEGEND = { JavaScript: "--c4", "C, no vectors": "--c0", "C with vectors": "--c1", "C, chosen by itself": "--c2" };

// A step, and how many times as fast it is as the one before.
function ladderGroup(step, index, steps) {
    const factor = index === 0 ? "" : ` (×${digits(steps[index - 1].seconds / step.seconds)})`;
    const about = step.extrapolated ? "about " : "";
    return {
        label: step.where ? `${step.label}, ${step.where}` : step.label,
        note: `${about}${time(step.seconds)}${factor}`,
        bars: [{ value: step.seconds, colour: COLOURS[step.where] }],
    };
}

let ladder = null;

function showLadder() {
    if (!ladder) {
        return;
    }
    const axis = logAxis(ladder.steps.map((step) => step.seconds), time);
    const caption = "Time of one solution (×: to the step before); the axis is logarithmic";
    const width = $("ladder-chart").clientWidth;
    $("ladder-chart").replaceChildren(chart(caption, ladder.steps.map(ladderGroup), axis, LEGEND, width));
    const [first, last] = [ladder.steps[0].seconds, ladder.steps.at(-1).seconds];
    const guessed = ladder.steps.some(({ extrapolated }) => extrapolated)
        ? " “About”: from the delays that it decided in a second and a half."
        : "";
    const factor = digits(first / last);
    $("ladder-whole").textContent = `From the first try to the last step: ${factor} times as fast.${guessed}`;
}

async function climb() {
    const tell = ({ share, what }) => {
        $("ladder-state").textContent = `${Math.round(100 * share)} %: ${what} …`;
    };
    const climbed = await whileBusy(() => client.ask("ladder", {}, tell), showError);
    $("ladder-state").textContent = "";
    ladder = climbed ?? ladder;
    showLadder();
}

// ---- Kernels ---------------------------------------------------------------------------------------------------

const OPERATIONS = {
    rows: { caption: "Rows ANDed, in GB/s (more is better)", unit: "GB/s" },
    lanes: { caption: "Candidates tested against a layer, in G/s (more is better)", unit: "G/s" },
};

let kernels = null;

const rateOf = ({ work, samples }) => work / median(samples);

function kernelChart(operation, width) {
    const { caption, unit } = OPERATIONS[operation];
    const show = (value) => `${digits(value)} ${unit}`;
    const groups = new Map();
    for (const measured of kernels.filter(({ method }) => method === operation)) {
        const value = rateOf(measured) / 1e9;
        const bars = groups.get(measured.subject) ?? [];
        groups.set(measured.subject, [...bars, { value, colour: COLOURS[measured.kernel], text: show(value) }]);
    }
    const names = new Set(kernels.filter(({ part }) => part === "kernels").map(({ kernel }) => kernel));
    const colours = Object.fromEntries([...names].map((name) => [name, COLOURS[name]]));
    const axis = linearAxis([...groups.values()].flat().map(({ value }) => value), show);
    return chart(caption, [...groups].map(([label, bars]) => ({ label, bars })), axis, colours, width);
}

// How many times as fast as scalar the vectors are, as a geometric mean.
function describeKernels() {
    const rates = new Map(kernels.filter(({ part }) => part === "kernels")
        .map((measured) => [`${measured.subject} ${measured.kernel}`, Math.log(rateOf(measured))]));
    const ratios = [...rates].filter(([name]) => name.endsWith(" wasm"))
        .map(([name, rate]) => rate - rates.get(name.replace(/wasm$/, "scalar")));
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length);
    const compare = "Compare it with others by: firesieve bench --compare theirs.json this.json.";
    const faster = `With vectors ${digits(mean)} times as fast, as a geometric mean.`;
    return ratios.length === 0 ? compare : `${faster} ${compare}`;
}

function showKernels() {
    if (kernels) {
        const width = $("kernels-chart").clientWidth;
        $("kernels-chart").replaceChildren(kernelChart("rows", width), kernelChart("lanes", width));
        $("kernels-whole").textContent = describeKernels();
    }
}

async function measure() {
    const tell = ({ share, what }) => {
        $("kernels-state").textContent = `${Math.round(100 * share)} %: ${what} …`;
    };
    const measured = await whileBusy(() => client.ask("kernels", {}, tell), showError);
    $("kernels-state").textContent = "";
    kernels = measured ?? kernels;
    $("download").disabled = kernels === null;
    showKernels();
}

async function download() {
    const machine = { agent: navigator.userAgent, cpus: navigator.hardwareConcurrency ?? 1 };
    const report = makeReport(await client.about, machine, kernels, ladder);
    const file = new Blob([JSON.stringify(report, null, 1)], { type: "application/json" });
    const link = html("a", { href: URL.createObjectURL(file), download: "firesieve-browser.json" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// ---- Events ----------------------------------------------------------------------------------------------------

const KEYS = { " ": "play", ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last" };

function listenToCrossing() {
    for (const button of document.querySelectorAll("[data-cross]")) {
        button.onclick = () => crossing.act(button.dataset.cross);
    }
    $("scene").onkeydown = (event) => {
        if (KEYS[event.key]) {
            event.preventDefault();
            crossing.act(KEYS[event.key]);
        }
    };
    $("delay").oninput = () => {
        const isDelay = /^[0-9]{1,39}$/.test($("delay").value);
        $("delay").setAttribute("aria-invalid", `${!isDelay}`);
        if (isDelay) {
            crossing.pause();
            crossing.setDelay(BigInt($("delay").value));
        }
    };
    crossing.onPlay = () => {
        $("play").textContent = crossing.isPlaying() ? "Pause" : "Play";
        $("moment").setAttribute("aria-live", crossing.isPlaying() ? "off" : "polite"); // too fast to be read aloud
    };
}

function listen() {
    $("question").onsubmit = (event) => {
        event.preventDefault();
        solve();
    };
    $("stop").onclick = () => client.stop();
    $("ladder").onclick = climb;
    $("kernels").onclick = measure;
    $("download").onclick = download;
    for (const button of document.querySelectorAll("[data-example]")) {
        button.onclick = () => takeExample(button.dataset.example);
    }
    listenToCrossing();
    let resized = 0;
    addEventListener("resize", () => {
        clearTimeout(resized);
        resized = setTimeout(() => {
            crossing.draw();
            showLadder();
            showKernels();
        }, 100);
    });
}

function fill(select, names) {
    select.replaceChildren(...names.map(([value, label]) => html("option", { value }, label)));
}

function showAbout({ version, kernels: list, compiler }) {
    const vectors = hasVectors() ? "with vectors of 128 bits" : "without vectors, which this browser does not have";
    $("about").textContent = `firesieve ${version}, compiled to WebAssembly by ${compiler}, ${vectors}; kernels: ` +
        `${list.map(({ name }) => name).join(", ")}. Nothing that you enter here leaves this page.`;
}

async function begin() {
    listen();
    setBusy(true);
    try {
        const about = await client.about;
        fill($("method"), about.methods.map((name) => [name, name]));
        fill($("kernel"), [["", "best"], ...about.kernels.map(({ name }) => [name, name])]);
        showAbout(about);
        await takeExample("puzzle");
    } catch (error) {
        showError(error);
    }
}

begin();
