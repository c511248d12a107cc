// The library as a module, for a worker or for node: what WebAssembly imports, and functions that take and
// return JavaScript values. Delays are BigInt, since JavaScript's numbers are exact only up to 2^53.
"use strict";

// A module whose only function has vectors: it is valid if the engine has them.
const VECTORS = new Uint8Array([
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

function hasVectors() {
    return WebAssembly.validate(VECTORS);
}

// What is wrong with a text or a request. `line` and `column` count from 1; 0: no place.
class EngineError extends Error {
    constructor({ message, line, column }) {
        super(message);
        this.line = line;
        this.column = column;
    }
}

const NO_SUCH_FUNCTION = 52; // of WASI: everything else fails, as there is no system

// The few functions of WASI that the C library needs: a clock, a place for its last words, and an end.
function makeSystem(memory) {
    let last = null; // memory that has grown has another buffer
    const view = () => {
        if (last?.buffer !== memory().buffer) {
            last = new DataView(memory().buffer);
        }
        return last;
    };
    return {
        // In halves: a BigInt would take longer than the shortest searches.
        clock_time_get(clock, precision, at) {
            const now = Math.round(performance.now() * 1e6);
            view().setUint32(at, now % 2 ** 32, true);
            view().setUint32(at + 4, now / 2 ** 32, true);
            return 0;
        },
        fd_write(file, parts, count, at) {
            let written = 0;
            for (let i = 0; i < count; ++i) {
                written += view().getUint32(parts + 8 * i + 4, true);
            }
            view().setUint32(at, written, true);
            return 0;
        },
        environ_sizes_get(count, size) {
            view().setUint32(count, 0, true);
            view().setUint32(size, 0, true);
            return 0;
        },
        environ_get: () => 0,
        proc_exit(status) {
            throw new Error(`the module ended with status ${status}`);
        },
    };
}

// All that a module imports: our functions, and for the rest functions that return NO_SUCH_FUNCTION.
function makeImports(module, memory, progress) {
    const ours = {
        wasi_snapshot_preview1: makeSystem(memory),
        env: {
            emscripten_notify_memory_growth() {},
            page_progress: (reached, elapsed) => Number(progress(reached, elapsed) !== false),
        },
    };
    const imports = {};
    for (const { module: room, name } of WebAssembly.Module.imports(module)) {
        imports[room] ??= {};
        imports[room][name] = ours[room]?.[name] ?? (() => NO_SUCH_FUNCTION);
    }
    return imports;
}

// Starts a module. `progress(reached, seconds)` is called during searches, and ends one by returning false.
async function startEngine(bytes, progress = () => true) {
    const module = await WebAssembly.compile(bytes);
    let exports = null;
    const imports = makeImports(module, () => exports.memory, progress);
    exports = (await WebAssembly.instantiate(module, imports)).exports;
    exports._initialize?.();
    return new Engine(exports);
}

class Engine {
    constructor(exports) {
        this.wasm = exports;
        this.about = this.parse(exports.web_about());
        this.kernels = this.about.kernels;
    }

    // The text at an address, up to its NUL.
    read(address) {
        const bytes = new Uint8Array(this.wasm.memory.buffer);
        return new TextDecoder().decode(bytes.subarray(address, bytes.indexOf(0, address)));
    }

    parse(address) {
        const answer = JSON.parse(this.read(address));
        if (answer.error) {
            throw new EngineError(answer.error);
        }
        return answer;
    }

    // Reads a firewall, or lines of residues, which the following functions use.
    open(text) {
        const bytes = new TextEncoder().encode(text);
        const room = this.wasm.web_room(bytes.length);
        if (room === 0) {
            throw new EngineError({ message: "the text is too long for the memory of a page", line: 0, column: 0 });
        }
        new Uint8Array(this.wasm.memory.buffer).set(bytes, room);
        return this.parse(this.wasm.web_open(bytes.length));
    }

    // The first layers as pairs [depth, range] of BigInts; empty for lines of residues.
    layers(most) {
        return this.parse(this.wasm.web_layers(most)).map(([depth, range]) => [BigInt(depth), BigInt(range)]);
    }

    // The text of a generated firewall; `number` is k, the number of primes or of layers.
    generate(family, number, seed = 1) {
        const text = this.read(this.wasm.web_generate(this.about.families.indexOf(family), number, seed));
        if (text.startsWith("{")) {
            throw new EngineError(JSON.parse(text).error);
        }
        return text;
    }

    method(name) {
        return this.about.methods.indexOf(name);
    }

    // The index of a kernel by its name; -1, the best, if there is none of that name.
    kernel(name) {
        return this.kernels.find((kernel) => kernel.name === name)?.index ?? -1;
    }

    solve({ method = "auto", kernel = "", limit = Infinity } = {}) {
        const result = this.parse(this.wasm.web_solve(this.method(method), this.kernel(kernel), limit));
        for (const name of ["delay", "reached", "candidates"]) {
            result[name] = result[name] === undefined ? null : BigInt(result[name]);
        }
        return result;
    }

    // Seconds that this many searches of the same firewall take.
    time(repeats, { method = "auto", kernel = "" } = {}) {
        return this.wasm.web_time(this.method(method), this.kernel(kernel), repeats);
    }

    verify(kernel, cases, seed) {
        return this.parse(this.wasm.web_verify(this.kernel(kernel), cases, seed));
    }

    // Makes the data that kernels are timed on: `operation` is rows or lanes.
    workload(operation, rows, bytes, seed) {
        this.parse(this.wasm.web_workload(operation === "lanes", rows, bytes, seed));
    }

    digest(kernel) {
        return this.parse(this.wasm.web_digest(this.kernel(kernel))).digest;
    }

    // Seconds for this many repeats, and the bytes or tests of each; no kernel ("") means plain loads.
    run(kernel, repeats) {
        const seconds = this.wasm.web_run(this.kernel(kernel), repeats);
        return { seconds, work: this.wasm.web_amount() / repeats };
    }
}
