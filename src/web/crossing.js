// Draws the crossing: one column per layer, a scanner in each, and the packet moving along the top.
"use strict";

const COLUMN_MIN = 7;
const COLUMN_MAX = 44;
const TOP = 22;
const HEIGHT = 190; // of the deepest column
const CELL_MAX = 26;
const ALL_DEPTHS = 24; // firewalls no deeper than this show the gaps between their layers, too

// The position of a scanner, from 0 to range - 1, at a time; all are BigInts.
function scannerAt(range, time) {
    if (range === 1n) {
        return 0n;
    }
    const period = 2n * (range - 1n);
    const phase = time % period;
    return phase < range ? phase : period - phase;
}

// Columns { depth, range } by depth; gaps have no range.
function makeColumns(layers) {
    const sorted = [...layers].sort(([a], [b]) => (a < b ? -1 : 1));
    const last = sorted.at(-1)[0];
    if (last > ALL_DEPTHS) {
        return sorted.map(([depth, range]) => ({ depth, range }));
    }
    const ranges = new Map(sorted.map(([depth, range]) => [Number(depth), range]));
    return Array.from({ length: Number(last) + 1 }, (_, depth) => ({ depth: BigInt(depth), range: ranges.get(depth) }));
}

class Crossing {
    constructor(scene, moment) {
        this.scene = scene;
        this.moment = moment;
        this.columns = [];
        this.step = 0;
        this.timer = 0;
    }

    // Shows a firewall for a delay: its first layers, pairs of BigInts, of `count` in all.
    show(layers, count, delay) {
        this.all = makeColumns(layers);
        this.count = count;
        this.layers = layers.length;
        this.delay = delay;
        this.step = 0;
        this.draw();
    }

    setDelay(delay) {
        this.delay = delay;
        this.go(0);
    }

    // ---- Drawing ----

    draw() {
        const width = this.scene.clientWidth - 10;
        if (!this.all || width <= 0) {
            return;
        }
        this.columns = this.all.slice(0, Math.floor(width / COLUMN_MIN));
        this.step = Math.min(this.step, this.columns.length - 1);
        this.column = Math.min(COLUMN_MAX, width / this.columns.length);
        const deepest = this.columns.reduce((most, { range }) => (range > most ? range : most), 2n);
        this.cell = Math.min(CELL_MAX, HEIGHT / Number(deepest));
        const height = TOP + Number(deepest) * this.cell + 6;
        this.labelWidth = 14 + 7 * `${this.columns.at(-1).depth}`.length;
        const drawing = svg("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
        this.columns.forEach((column, index) => drawing.append(...this.drawColumn(column, index)));
        this.packet = svg("circle", { class: "packet moves", r: Math.min(9, this.column / 2.4), cx: 0, cy: 0 });
        drawing.append(this.packet);
        this.scene.replaceChildren(drawing);
        this.update();
    }

    drawColumn(column, index) {
        const x = index * this.column;
        const every = Math.ceil(this.labelWidth / this.column);
        const middle = x + this.column / 2;
        const parts = index % every === 0
            ? [svg("text", { class: "soft", x: index === 0 && every > 1 ? 0 : middle, y: 14,
                "text-anchor": index === 0 && every > 1 ? "start" : "middle" }, `${column.depth}`)]
            : [];
        if (column.range === undefined) {
            return parts;
        }
        const inset = Math.min(4, this.column / 8);
        const width = this.column - 2 * inset;
        const height = Number(column.range) * this.cell;
        column.scanner = svg("rect", { class: "scanner moves", x: x + inset, y: TOP, width, rx: 2,
            height: Math.max(3, Math.min(this.cell, height)) });
        return [...parts, svg("rect", { class: "track", x: x + inset, y: TOP, width, height, rx: 2 }), column.scanner];
    }

    // ---- Moments ----

    time() {
        return this.delay + this.columns[this.step].depth;
    }

    isCaught({ range, depth }) {
        return range !== undefined && scannerAt(range, this.delay + depth) === 0n;
    }

    update() {
        const time = this.time();
        const passed = this.columns.slice(0, this.step + 1);
        for (const column of this.columns) {
            if (column.scanner) {
                const at = Number(scannerAt(column.range, time)) * this.cell;
                column.scanner.style.transform = `translateY(${at.toFixed(2)}px)`;
                column.scanner.classList.toggle("caught", passed.includes(column) && this.isCaught(column));
            }
        }
        const x = (this.step + 0.5) * this.column;
        const y = TOP + Math.min(this.cell, 18) / 2;
        this.packet.style.transform = `translate(${x.toFixed(2)}px, ${y.toFixed(2)}px)`;
        const caught = passed.filter((column) => this.isCaught(column));
        this.packet.classList.toggle("lost", caught.length > 0);
        this.moment.textContent = this.describe(time, caught);
    }

    describe(time, caught) {
        const { depth, range } = this.columns[this.step];
        const where = `Picosecond ${grouped(time)}: the packet is at depth ${grouped(depth)}`;
        const here = range === undefined
            ? "where there is no scanner."
            : this.isCaught(this.columns[this.step])
                ? "and the scanner is at the top, too: caught."
                : `and the scanner at ${grouped(scannerAt(range, time))} of 0 to ${grouped(range - 1n)}.`;
        const times = caught.length === 1 ? "once" : `${caught.length} times`;
        const before = caught.length === 0 ? "" : ` Caught ${times} so far.`;
        const through = this.step === this.columns.length - 1 && caught.length === 0 ? " It is through, uncaught." : "";
        return `${where}, ${here}${before}${through}`;
    }

    // What part of the firewall is drawn.
    extent() {
        const drawn = this.columns.filter(({ range }) => range !== undefined).length;
        if (drawn < this.count) {
            return `The first ${drawn} of ${grouped(this.count)} layers.`;
        }
        return this.all.at(-1).depth <= ALL_DEPTHS ? "" : "Gaps between layers are left out.";
    }

    // ---- Moving ----

    go(step) {
        if (this.columns.length > 0) {
            this.step = Math.max(0, Math.min(this.columns.length - 1, step));
            this.update();
        }
    }

    isPlaying() {
        return this.timer !== 0;
    }

    pause() {
        clearInterval(this.timer);
        this.timer = 0;
        this.onPlay?.();
    }

    play() {
        if (this.step === this.columns.length - 1) {
            this.go(0);
        }
        const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
        const pace = Math.max(140, Math.min(600, 6000 / this.columns.length)); // about six seconds in all
        this.timer = setInterval(() => this.tick(), still ? 1000 : pace);
        this.onPlay?.();
    }

    tick() {
        this.go(this.step + 1);
        if (this.step === this.columns.length - 1) {
            this.pause();
        }
    }

    // The actions of buttons and keys.
    act(action) {
        if (action === "play") {
            return this.isPlaying() ? this.pause() : this.play();
        }
        this.pause();
        return this.go({ first: 0, back: this.step - 1, next: this.step + 1, last: this.columns.length }[action]);
    }
}
