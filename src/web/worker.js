// Runs beside the page, so that the page never freezes: it answers one question at a time, by number. To stop a question
// the page ends the worker and starts another.
"use strict";

let engine = null;
let asked = 0; // the number of the question at hand

function tell(share, what) {
    postMessage({ id: asked, share, what });
}

const PROGRESS_S = 0.1;
let told = 0; // when the page was last told about a search

function onProgress(reached, elapsed) {
    if (elapsed < told || elapsed - told >= PROGRESS_S) {
        told = elapsed;
        postMessage({ id: asked, reached, elapsed });
    }
}

// The clock is too coarse for a short search: its time is the median of some samples of many searches.
function timeAgain({ elapsed_s: elapsed }, options) {
    const short = 0.005;
    return elapsed < short ? { elapsed_s: median(sample((n) => engine.time(n, options), 5, 0.1)), again: true } : {};
}

const questions = {
    async start({ bytes }) {
        engine = await startEngine(bytes, onProgress);
        return engine.about;
    },
    generate: ({ family, number }) => engine.generate(family, number),
    solve({ text, method, kernel, layers }) {
        told = 0;
        const opened = engine.open(text);
        const result = engine.solve({ method, kernel });
        return { ...opened, ...result, ...timeAgain(result, { method, kernel }), layers: engine.layers(layers) };
    },
    ladder: () => climbLadder(engine, tell),
    kernels: () => measureKernels(engine, tell),
};

async function answer(question) {
    asked = question.id;
    try {
        postMessage({ id: asked, answer: await questions[question.kind](question) });
    } catch (error) {
        const { message, line = 0, column = 0 } = error;
        postMessage({ id: asked, error: { message, line, column } });
    }
}

// The module takes a while to start, and must not be asked anything before.
let last = Promise.resolve();

onmessage = ({ data }) => {
    last = last.then(() => answer(data));
    return last;
};
