// Bar charts as inline SVG, drawn for the available width, with a linear or a logarithmic axis.
"use strict";

const SVG = "http://www.w3.org/2000/svg";

function svg(name, attributes = {}, ...children) {
    const element = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
}

function html(name, attributes = {}, ...children) {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
        element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

// Three significant digits.
function digits(value) {
    if (value < 1e12) {
        return value.toLocaleString("en", { maximumSignificantDigits: 3 });
    }
    const [factor, power] = value.toExponential(2).split("e+");
    return `${factor} · 10${[...power].map((digit) => RAISED[digit]).join("")}`;
}

const TIMES = [[60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]];

function time(value) {
    const [unit, name] = TIMES.find(([size]) => value >= size * 0.9995) ?? TIMES.at(-1);
    return `${digits(value / unit)} ${name}`;
}

// "12,345,678" of a BigInt or a number.
const grouped = (number) => number.toLocaleString("en");

// ---- Axes: where values lie between 0 and 1, and ticks ----

function logAxis(values, show) {
    const low = Math.floor(Math.log10(Math.min(...values)) - 0.05);
    const high = Math.max(low + 1, Math.ceil(Math.log10(Math.max(...values))));
    const place = (value) => (Math.log10(value) - low) / (high - low);
    const powers = Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i));
    return { place, ticks: powers.map((value) => ({ at: place(value), text: show(value) })) };
}

function linearAxis(values, show) {
    const most = Math.max(...values);
    const power = 10 ** Math.floor(Math.log10(most));
    const step = [0.2, 0.5, 1, 2].map((part) => part * power).find((size) => most / size <= 5) ?? power * 2;
    const end = Math.ceil(most / step) * step;
    const marks = Array.from({ length: Math.round(end / step) + 1 }, (_, i) => i * step);
    return { place: (value) => value / end, ticks: marks.map((value) => ({ at: value / end, text: show(value) })) };
}

// ---- Charts ----

const LABEL = 20; // the height of a line of text,
const BAR = 12; // of a bar,
const GAP = 4;
const FOOT = 22; // and of the axis
const VALUES = 84; // the width of a value after its bar

// As many ticks as fit, and always the last one.
function spareTicks(ticks, width) {
    const every = Math.ceil((ticks.length * 62) / width);
    return ticks.filter((_, index) => (ticks.length - 1 - index) % every === 0);
}

function drawTicks(axis, width, height) {
    return spareTicks(axis.ticks, width).flatMap(({ at, text }) => {
        const x = at * width;
        const anchor = at < 0.04 ? "start" : at > 0.94 ? "end" : "middle";
        return [
            svg("line", { class: "grid", x1: x, x2: x, y1: 0, y2: height }),
            svg("text", { class: "soft", x, y: height + 15, "text-anchor": anchor }, text),
        ];
    });
}

const heightOf = ({ bars }) => LABEL + bars.length * (BAR + GAP) + GAP;

function drawBar({ value, colour, text }, top, axis, plot, width) {
    const bar = svg("rect", { x: 0, y: top, width: Math.max(2, axis.place(value) * plot), height: BAR, rx: 2,
        fill: `var(${colour})` });
    return text ? [bar, svg("text", { x: width, y: top + 11, "text-anchor": "end" }, text)] : [bar];
}

function drawGroup({ label, note, bars }, top, axis, plot, width) {
    return [
        svg("text", { x: 0, y: top + 15 }, label),
        svg("text", { x: width, y: top + 15, "text-anchor": "end" }, note ?? ""),
        ...bars.flatMap((bar, index) => drawBar(bar, top + LABEL + index * (BAR + GAP), axis, plot, width)),
    ];
}

function legend(colours) {
    const keys = Object.entries(colours).map(([name, colour]) =>
        html("span", { class: "entry" }, html("span", { class: "key", style: `background: var(${colour})` }), name));
    return html("div", { class: "soft legend" }, ...keys);
}

// Draws groups { label, note, bars } of bars { value, colour, text } below a caption, which says the unit. Texts of bars
// follow them, notes are above.
function chart(caption, groups, axis, colours, width) {
    const plot = groups.some(({ bars }) => bars.some(({ text }) => text)) ? width - VALUES : width;
    const height = groups.reduce((sum, group) => sum + heightOf(group), 0);
    const drawing = svg("svg", { viewBox: `0 0 ${width} ${height + FOOT}`, role: "img", "aria-label": caption });
    drawing.append(...drawTicks(axis, plot, height));
    let top = 0;
    for (const group of groups) {
        drawing.append(...drawGroup(group, top, axis, plot, width));
        top += heightOf(group);
    }
    return html("figure", {}, html("figcaption", {}, caption), legend(colours), drawing);
}
