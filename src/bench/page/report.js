"use strict";

// What is drawn: {names: [...], reports: [...], comparison: {groups: [...]} or null}, as `bench --html` wrote it.
const data = JSON.parse(document.getElementById("data").textContent);
const several = data.reports.length > 1;
const page = document.getElementById("page");
const colours = 6;

// ---- Building blocks ----------------------------------------------------------------------------------------

function node(space, tag, attributes, children) {
  const made = space ? document.createElementNS(space, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}
const html = (tag, attributes = {}, ...children) => node(null, tag, attributes, children);
const svg = (tag, attributes = {}, ...children) => node("http://www.w3.org/2000/svg", tag, attributes, children);

const colour = index => `var(--c${index % colours})`;
const letter = index => String.fromCharCode(65 + index);
const unique = values => [...new Set(values)];

function section(title, note, ...children) {
  page.append(html("h2", {}, title), html("p", {class: "note"}, note), ...children);
}

// Heads and cells are texts, or cells made already; the first cell of a row heads it where `headed`.
function table(heads, rows, headed) {
  const cell = (value, kind, scope) => typeof value === "string" ? html(kind, scope, value) : value;
  return html("div", {class: "scroll"}, html("table", {},
    html("thead", {}, html("tr", {}, ...heads.map(head => cell(head, "th", {scope: "col"})))),
    html("tbody", {}, ...rows.map(cells => html("tr", {}, ...cells.map((value, column) =>
      headed && column === 0 ? cell(value, "th", {scope: "row"}) : cell(value, "td", {})))))));
}

const grid = cards => html("div", {class: "cards"}, ...cards);

function card(title, chart, caption = "") {
  return html("figure", {}, html("h3", {}, title), chart, html("figcaption", {}, caption));
}

function legend(entries) {
  return html("ul", {class: "legend"}, ...entries.map(([name, index]) =>
    html("li", {}, html("i", {style: `background: ${colour(index)}`}), name)));
}

// A drawing of 340 units across, which a telephone shows one to one.
const WIDTH = 340;
const EDGE = 10; // to be kept free on its left and right
function drawing(height, label, ...children) {
  return svg("svg", {viewBox: `0 0 ${WIDTH} ${height}`, role: "img", "aria-label": label}, ...children);
}
const line = (x1, y1, x2, y2, kind, more = {}) => svg("line", {x1, y1, x2, y2, class: kind, ...more});
const text = (x, y, words, more = {}) => svg("text", {x, y, ...more}, words);
const bar = (x, y, width, height, fill) => svg("rect", {x, y, width: Math.max(width, 1), height, fill});
const dot = (cx, cy, r, fill, more = {}) => svg("circle", {cx, cy, r, fill, ...more});
const lineThrough = (points, index, more = {}) => svg("polyline", {
  points: points.map(point => point.join(",")).join(" "),
  fill: "none", stroke: colour(index), "stroke-width": 2, ...more,
});
const toEnd = {"text-anchor": "end"};
const toMiddle = {"text-anchor": "middle"};

// ---- Numbers ------------------------------------------------------------------------------------------------

function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}

// Median, and the range that nine tenths of the samples lie in.
function summary(samples) {
  const sorted = [...samples].sort((a, b) => a - b);
  return {median: quantile(sorted, 0.5), low: quantile(sorted, 0.05), high: quantile(sorted, 0.95)};
}

const digits = (number, count = 3) => number.toLocaleString("en", {maximumSignificantDigits: count});
const measured = (number, count = 3) =>
  number.toLocaleString("en", {maximumSignificantDigits: count, minimumSignificantDigits: count});

function seconds(value, count = 3) {
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"], [1e-3, "ms"], [1e-6, "µs"], [0, "ns"]];
  const [size, name] = units.find(([least]) => value >= least * 0.9995);
  return `${measured(value / (size || 1e-9), count)} ${name}`;
}

function bytes(value) {
  const units = [[2 ** 40, "TiB"], [2 ** 30, "GiB"], [2 ** 20, "MiB"], [1024, "KiB"], [1, "B"]];
  const [size, name] = units.find(([least]) => value >= least) || units[4];
  return `${digits(value / size)} ${name}`;
}

// Billions of bytes or tests a second: median and range.
function rates(measurement) {
  const times = summary(measurement.samples_s);
  const rate = time => measurement.work / time / 1e9;
  return {median: rate(times.median), low: rate(times.high), high: rate(times.low)};
}

const rateUnit = measurement => measurement.method === "lanes" ? "Gtests/s" : "GB/s";

// What was timed, in all reports: [{...measurement, report: index}].
const timed = data.reports.flatMap((report, index) =>
  report.measurements.filter(m => m.samples_s.length > 0).map(m => ({...m, report: index})));
const ofPart = part => timed.filter(m => m.part === part);

// ---- Scales -------------------------------------------------------------------------------------------------

const logScale = (low, high, from, to) => value =>
  from + (to - from) * Math.log(value / low) / Math.log(high / low);
const decade = value => 10 ** Math.floor(Math.log10(value) + 1e-9);

// Whole decades around some values, and those to be labelled.
function decades(values) {
  const low = decade(Math.min(...values));
  const top = Math.max(...values);
  const high = Math.max(decade(top) < top ? 10 * decade(top) : top, 10 * low);
  const ticks = [];
  for (let tick = low; tick < high * 1.01; tick *= 10) ticks.push(tick);
  return {low, high, ticks};
}

// Of some ticks as many as leave room for their labels, each at least so far from the next.
function spaced(ticks, place, least) {
  const step = Math.max(1, Math.ceil(least / Math.abs(place(ticks[1]) - place(ticks[0]))));
  return ticks.filter((_, index) => index % step === 0);
}

function xAxis(ticks, place, top, bottom, format) {
  return ticks.flatMap(tick => [
    line(place(tick), top, place(tick), bottom, "grid"),
    text(Math.min(Math.max(place(tick), 24), WIDTH - 24), bottom + 15, format(tick), {class: "soft", ...toMiddle})]);
}

// ---- Reports and machines -----------------------------------------------------------------------------------

function reportName(index) {
  const report = data.reports[index];
  const count = (number, what) => `${number} ${what}${number === 1 ? "" : "s"}`;
  return `${data.names[index]}: ${report.model}, ${count(report.cpus, "CPU")}, ${count(report.threads, "thread")}; ` +
    `firesieve ${report.version}, ${report.compiler}`;
}

// What heads a card of one report.
const cardName = (index, alone) => several ? `${letter(index)}: ${data.names[index]}` : alone;

function drawHead() {
  const mark = index => several
    ? [html("i", {style: `background: ${colour(index)}`}), html("b", {}, letter(index))] : [];
  page.append(html("h1", {}, "firesieve bench"));
  page.append(html("ul", {class: "legend reports"},
    ...data.reports.map((_, index) => html("li", {}, ...mark(index), reportName(index)))));
}

// Reports may come from anyone: what is not of the kind that is expected is not shown.
const listed = (values, show) => Array.isArray(values) ? values.map(show).join("; ") : "";
const counted = (value, show) => typeof value === "number" ? show(value) : "";
const cacheName = cache => `L${cache.level} ${cache.type} ${counted(cache.bytes, bytes)}`;

// The name of a fact in reports, what it is called, and how it is shown where that is not as it is.
const facts = [
  ["model", "CPU"], ["processor", "processor"], ["microcode", "microcode"], ["architecture", "architecture"],
  ["cpus", "CPUs"], ["threads", "threads"],
  ["caches", "caches", caches => listed(caches, cacheName)],
  ["memory", "memory", size => counted(size, bytes)],
  ["governor", "governor"], ["hypervisor", "hypervisor"], ["distribution", "system"], ["system", "kernel"],
  ["load", "load at the start", load => counted(load, number => digits(number, 2))],
  ["version", "firesieve"], ["compiler", "compiler"], ["build_type", "build"], ["flags", "flags"], ["date", "date"],
  ["warnings", "warnings", warnings => listed(warnings, String)],
];

function drawMachines() {
  const shown = (fact, format = String) => fact === undefined || fact === null ? "" : String(format(fact));
  const rows = facts
    .map(([name, title, format]) => [title, ...data.reports.map(report => shown(report[name], format))])
    .filter(([, ...values]) => values.some(value => value !== ""));
  section("Machine and build", several ? "What was measured on; a column for each report." : "What was measured on.",
    table(several ? ["", ...data.reports.map((_, index) => letter(index))] : [], rows, true));
}

// ---- Comparison ---------------------------------------------------------------------------------------------

// Ratios of one group, a bar for each report after the first, from 1 to the left or right on a log axis.
function ratioBars(groups, high) {
  const place = logScale(1 / high, high, 104, 290);
  const others = data.reports.length - 1;
  const height = groups.length * (others * 14 + 8);
  const rows = groups.flatMap((group, row) => group.means.slice(1).map((mean, other) => ({group, row, mean, other})));
  const ticks = [1 / high, 1, high];
  return drawing(height + 24, "Speed relative to report A", ...xAxis(ticks, place, 0, height, tick => digits(tick)),
    ...rows.flatMap(({group, row, mean, other}) => {
      const y = row * (others * 14 + 8) + other * 14 + 11;
      const name = other === 0 ? [text(98, y + 4, group.name, toEnd)] : [];
      if (!mean || !mean.figures) return name;
      const end = place(Math.min(Math.max(mean.ratio, 1 / high), high));
      return [...name,
        bar(Math.min(place(1), end), y - 5, Math.abs(end - place(1)), 10, colour(other + 1)),
        text(Math.max(end, place(1)) + 4, y + 4,
          `${letter(other + 1)} ${measured(mean.ratio)}`)];
    }));
}

function drawComparison() {
  if (!data.comparison) return;
  const groups = data.comparison.groups.filter(g => g.means.slice(1).some(m => m && m.figures));
  const means = groups.flatMap(g => g.means.slice(1)).filter(m => m && m.figures);
  const ratios = means.map(m => Math.max(m.ratio, 1 / m.ratio));
  if (ratios.length === 0) return;
  const high = [1.25, 1.5, 2, 3, 5, 10, 30, 100, 1000].find(bound => bound >= Math.max(...ratios)) || 1000;
  const kinds = unique(groups.map(g => g.group));
  section("Compared with A",
    "Speed relative to report A, in the geometric mean of what both have; more than 1 is faster. Log axis.",
    grid(kinds.map(kind => card(kind, ratioBars(groups.filter(g => g.group === kind), high)))));
}

// ---- Kernels ------------------------------------------------------------------------------------------------

// A bar for each kernel and report, of one table and operation.
function kernelBars(items, kernels, most) {
  const perKernel = data.reports.length * 14 + 6;
  const place = value => 82 + 196 * value / most;
  const marks = items.flatMap(item => {
    const y = kernels.indexOf(item.kernel) * perKernel + item.report * 14 + 9;
    const rate = rates(item);
    return [
      bar(82, y - 5, place(rate.median) - 82, 10, colour(several ? item.report : kernels.indexOf(item.kernel))),
      line(place(rate.low), y, place(Math.min(rate.high, most)), y, "whisker"),
      text(place(Math.max(rate.median, Math.min(rate.high, most))) + 5, y + 4,
        `${several ? letter(item.report) + " " : ""}${measured(rate.median)}`)];
  });
  return drawing(kernels.length * perKernel, "Kernels compared",
    ...kernels.map((kernel, row) => text(76, row * perKernel + 13, kernel || "loads", toEnd)), ...marks);
}

function drawKernels() {
  const items = ofPart("kernels").filter(m => m.method !== "loads");
  if (items.length === 0) return;
  const kernels = unique(items.map(m => m.kernel));
  for (const method of unique(items.map(m => m.method))) {
    const own = items.filter(m => m.method === method);
    const most = Math.max(...own.map(m => rates(m).median));
    const subjects = unique(own.map(m => m.subject));
    section(method === "lanes" ? "Kernels: lanes" : "Kernels: rows",
      method === "lanes" ? "Tests of candidates against one layer after the other, in billions a second on one thread."
        : "Rows of bits ANDed together, in GB/s read on one thread. The scale is the same in all; the thin line is " +
          "the range of nine tenths of the samples.",
      grid(subjects.map(subject => {
        const shown = own.filter(m => m.subject === subject);
        return card(subject, kernelBars(shown, kernels.filter(k => shown.some(m => m.kernel === k)), most),
          `${rateUnit(shown[0])}, table of ${bytes(shown[0].size)}`);
      })));
  }
}

// ---- Caches -------------------------------------------------------------------------------------------------

// Lines over table sizes: [{name, index, dashed, points: [[bytes, rate]]}].
function sizeLines(series) {
  const sizes = series.flatMap(s => s.points.map(p => p[0]));
  const speeds = decades(series.flatMap(s => s.points.map(p => p[1])));
  const x = logScale(Math.min(...sizes) / 1.5, Math.max(...sizes) * 1.5, 44, WIDTH - EDGE);
  const y = logScale(speeds.low, speeds.high, 210, 10);
  const ticks = [2 ** 14, 2 ** 18, 2 ** 22, 2 ** 26, 2 ** 30, 2 ** 34].filter(t => x(t) >= 44 && x(t) <= WIDTH - EDGE);
  return drawing(232, "Speed over the size of the table", ...xAxis(ticks, x, 10, 210, bytes),
    ...speeds.ticks.flatMap(tick => [line(44, y(tick), WIDTH - EDGE, y(tick), "grid"),
      text(38, y(tick) + 4, digits(tick), {class: "soft", ...toEnd})]),
    ...series.flatMap(s => [
      lineThrough(s.points.map(p => [x(p[0]), y(p[1])]), s.index, {"stroke-dasharray": s.dashed ? "5 4" : "none"}),
      ...s.points.map(p => dot(x(p[0]), y(p[1]), 3.5, s.dashed ? "var(--panel)" : colour(s.index),
        {stroke: colour(s.index), "stroke-width": 1.5}))]));
}

function pointsOf(items) {
  return items.map(m => [m.size, rates(m).median]).sort((a, b) => a[0] - b[0]);
}

// In each table of so many rows that plain loads were timed on, too.
function drawCaches() {
  const items = ofPart("kernels");
  const loads = items.filter(m => m.method === "loads");
  const subjects = unique(loads.map(m => m.subject));
  const rows = items.filter(m => m.method === "rows" && subjects.includes(m.subject));
  if (loads.length < 2 || rows.length === 0) return;
  const kernels = unique(rows.map(m => m.kernel));
  const cards = data.reports.map((_, index) => {
    const own = rows.filter(m => m.report === index);
    const series = kernels.map((kernel, i) => ({index: i, points: pointsOf(own.filter(m => m.kernel === kernel))}));
    const plain = pointsOf(loads.filter(m => m.report === index));
    series.push({index: kernels.length, dashed: true, points: plain});
    return card(cardName(index, "Rows and plain loads"),
      sizeLines(series.filter(s => s.points.length > 0)),
      "GB/s over the size of the table; both axes log; dashed: plain loads");
  });
  section("Caches and memory",
    "The same work on tables in each level of cache and in memory, beside plain loads of the same bytes.",
    legend([...kernels.map((k, i) => [k, i]), ["loads", kernels.length]]), grid(cards));
}

// ---- Methods ------------------------------------------------------------------------------------------------

// A row for each firewall, a dot for each of [{subject, seconds, low, high, index, mark}] on a log axis of time.
function timeDots(dots, subjects) {
  const range = decades(dots.map(d => d.seconds));
  const place = logScale(range.low, range.high, EDGE, WIDTH - EDGE);
  const bottom = subjects.length * 34;
  return drawing(bottom + 24, "Time of each firewall",
    ...xAxis(spaced(range.ticks, place, 64), place, 0, bottom, tick => seconds(tick, 1)),
    ...subjects.flatMap((subject, row) => [
      text(EDGE, row * 34 + 13, subject), line(EDGE, row * 34 + 24, WIDTH - EDGE, row * 34 + 24, "grid")]),
    ...dots.flatMap(d => {
      const y = subjects.indexOf(d.subject) * 34 + 24;
      const mark = dot(place(d.seconds), y, 5, colour(d.index), {"fill-opacity": 0.85});
      mark.append(svg("title", {}, `${d.subject}, ${d.mark}: ${seconds(d.seconds)}`));
      return [mark];
    }));
}

// The fastest kernel of each method, firewall and report.
function fastest(items) {
  const best = new Map();
  for (const m of items) {
    const key = `${m.report} ${m.subject} ${m.method}`;
    const time = summary(m.samples_s).median;
    if (!best.has(key) || best.get(key).seconds > time) best.set(key, {...m, seconds: time});
  }
  return [...best.values()];
}

function drawMethods() {
  const best = fastest(ofPart("methods"));
  if (best.length === 0) return;
  const methods = unique(best.map(m => m.method));
  const subjects = unique(best.map(m => m.subject));
  const placed = (m, index, mark) => ({subject: m.subject, seconds: m.seconds, index, mark});
  const only = kept => subjects.filter(s => kept.some(m => m.subject === s));
  if (!several) {
    section("Methods",
      "Time to solve each firewall, on the fastest kernel of each method. Log axis; point at a dot to read it.",
      legend(methods.map((m, i) => [m, i])), grid([card("Time to the answer",
        timeDots(best.map(m => placed(m, methods.indexOf(m.method), m.method)), subjects), "further left is faster")]));
    return;
  }
  section("Methods",
    "Time to solve each firewall, on the fastest kernel of each report. Log axis; point at a dot to read it.",
    legend(data.reports.map((_, i) => [letter(i), i])), grid(methods.map(method => {
      const own = best.filter(m => m.method === method);
      const dots = own.map(m => placed(m, m.report, letter(m.report)));
      return card(method, timeDots(dots, only(own)), "further left is faster");
    })));
}

// ---- Threads ------------------------------------------------------------------------------------------------

// How many times as fast as on one thread: [{index, name, points: [[threads, factor]]}].
function speedups(series) {
  const most = Math.max(2, ...series.flatMap(s => s.points.map(p => p[0])));
  const high = Math.max(most, ...series.flatMap(s => s.points.map(p => p[1])));
  const counts = unique(series.flatMap(s => s.points.map(p => p[0]))).sort((a, b) => a - b);
  const x = logScale(1, most, 44, 290);
  const y = logScale(0.8, high * 1.05, 190, 10);
  return drawing(226, "Speed-up over threads", ...xAxis(counts, x, 10, 190, String),
    ...counts.filter(c => c <= high).flatMap(c => [line(44, y(c), 290, y(c), "grid"),
      text(38, y(c) + 4, `${c} x`, {class: "soft", ...toEnd})]),
    line(x(1), y(1), x(most), y(Math.min(most, high)), "axis", {"stroke-dasharray": "3 4"}),
    text(167, 222, "threads", {class: "soft", ...toMiddle}),
    ...series.flatMap(s => [
      lineThrough(s.points.map(p => [x(p[0]), y(p[1])]), s.index),
      ...s.points.map(p => dot(x(p[0]), y(p[1]), 3.5, colour(s.index)))]),
    ...series.map(s => {
      const [threads, factor] = s.points[s.points.length - 1];
      return text(x(threads) + 6, y(factor) + 4 + 12 * s.row, `${s.mark}${digits(100 * factor / threads, 2)} %`);
    }));
}

function drawThreads() {
  const items = ofPart("threads");
  if (items.length === 0) return;
  const caption = "speed relative to one thread, both axes log; dashed: ideal; at the end: efficiency";
  const cards = unique(items.map(m => m.subject)).map(subject => {
    const series = data.reports.map((_, index) => {
      const own = items.filter(m => m.subject === subject && m.report === index);
      const one = own.find(m => m.threads === 1);
      const base = one ? summary(one.samples_s).median : 0;
      return {index, row: index, mark: several ? `${letter(index)} ` : "",
        points: base ? own.map(m => [m.threads, base / summary(m.samples_s).median]).sort((a, b) => a[0] - b[0]) : []};
    }).filter(s => s.points.length > 0);
    return series.length > 0 ? [card(subject, speedups(series), caption)] : [];
  }).flat();
  section("Threads", "The best method on 1, 2, 4 .. threads.", grid(cards));
}

// ---- Ladder -------------------------------------------------------------------------------------------------

function drawLadder() {
  const items = ofPart("ladder");
  if (items.length === 0) return;
  const cards = data.reports.map((_, index) => {
    const steps = items.filter(m => m.report === index).map(m => {
      const time = summary(m.samples_s).median;
      return {name: m.method + (m.kernel ? ` on ${m.kernel}` : ""), time,
        shown: (m.extrapolated ? "about " : "") + seconds(time)};
    });
    if (steps.length === 0) return [];
    const range = decades(steps.map(s => s.time));
    const place = logScale(range.low, range.high, EDGE, WIDTH - EDGE);
    const bottom = steps.length * 32;
    const chart = drawing(bottom + 24, "Time of each step",
      ...xAxis(spaced(range.ticks, place, 64), place, 0, bottom, t => seconds(t, 1)),
      ...steps.flatMap((s, row) => [
        text(EDGE, row * 32 + 12, s.name), text(WIDTH - EDGE, row * 32 + 12, s.shown, toEnd),
        bar(EDGE, row * 32 + 17, place(s.time) - EDGE, 9, colour(several ? index : 0))]));
    return [card(cardName(index, steps.length + " steps"), chart, "log axis")];
  }).flat();
  section("The ladder", "From the first try to the fastest one, on one firewall.", grid(cards));
}

// ---- Distributions ------------------------------------------------------------------------------------------

const describe = m => [m.subject, m.method, m.kernel].filter(Boolean).join(", ") +
  (m.part === "threads" ? `, ${m.threads} thread${m.threads === 1 ? "" : "s"}` : "");

function spread(measurement) {
  const {median, low, high} = summary(measurement.samples_s);
  return {measurement, median, low: low / median - 1, high: high / median - 1};
}

// All samples as dots beside their median, in per cent; what is beyond the axis is drawn at its end.
function sampleStrips(spreads, most, index) {
  const place = share => WIDTH / 2 + (WIDTH / 2 - EDGE) * Math.max(-1, Math.min(1, share / most));
  const shown = share => share === 0 ? "median" : `${share > 0 ? "+" : "-"}${digits(100 * Math.abs(share), 2)} %`;
  const bottom = spreads.length * 32;
  return drawing(bottom + 24, "Samples beside their median",
    ...xAxis([-most, 0, most], place, 0, bottom, shown),
    ...spreads.flatMap((s, row) => {
      const y = row * 32 + 22;
      const dots = s.measurement.samples_s.map(sample =>
        dot(place(sample / s.median - 1), y, 3, colour(index), {"fill-opacity": 0.45}));
      return [text(EDGE, y - 9, describe(s.measurement)), line(place(s.low), y, place(s.high), y, "axis"), ...dots];
    }));
}

function distributionCard(index) {
  const SHOWN = 10;
  const spreads = timed.filter(m => m.report === index && m.part !== "ladder" && m.samples_s.length > 2).map(spread)
    .sort((a, b) => (b.high - b.low) - (a.high - a.low));
  if (spreads.length === 0) return [];
  const widest = spreads.slice(0, SHOWN);
  const rest = spreads.slice(SHOWN);
  const width = Math.max(...widest.map(s => Math.max(-s.low, s.high)));
  const most = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find(bound => bound >= width) || 1;
  const strips = shown => sampleStrips(shown, most, several ? index : 0);
  const figure = card(cardName(index, "The widest"), strips(widest),
    `time of a sample beside the median of its figure; ${widest.length} of ${spreads.length} figures`);
  if (rest.length > 0) figure.append(html("details", {}, html("summary", {}, "All others"), strips(rest)));
  return [figure];
}

function drawDistributions() {
  const cards = data.reports.flatMap((_, index) => distributionCard(index));
  if (cards.length === 0) return;
  section("Distributions",
    "Every sample of the figures that vary most: what a difference has to exceed. The line holds nine tenths.",
    grid(cards));
}

// ---- All figures --------------------------------------------------------------------------------------------

function figureCell(measurement) {
  if (!measurement) return html("td");
  const {median, low, high} = summary(measurement.samples_s);
  const shown = measurement.part === "kernels"
    ? `${measured(rates(measurement).median, 4)} ${rateUnit(measurement)}` : seconds(median, 4);
  return html("td", {class: "number"}, `${shown} ± ${digits(50 * (high - low) / median, 2)} %`);
}

function drawTable() {
  const told = m => m.part === "threads" || m.part === "ladder" ? m.threads : ""; // what of them tells figures apart
  const rows = new Map();
  for (const m of timed) {
    const key = [m.part, m.subject, m.method, m.kernel, told(m)].join("|");
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key)[m.report] = m;
  }
  const columns = data.reports.map((_, index) => several ? letter(index) : "median");
  const heads = ["part", "of", "method", "kernel", "threads", ...columns];
  const cells = [...rows.values()].map(row => {
    const m = row.find(Boolean);
    return [m.part, m.subject, m.method, m.kernel || "", String(m.threads),
      ...data.reports.map((_, index) => figureCell(row[index]))];
  });
  page.append(html("details", {}, html("summary", {}, "All figures as a table"), table(heads, cells, false)));
}

drawHead();
drawComparison();
drawKernels();
drawCaches();
drawMethods();
drawThreads();
drawLadder();
drawDistributions();
drawMachines();
drawTable();
