// node draw.js PAGE...: runs the script of a page that `bench --html` wrote, with just enough of a browser around it, and
// prints the headings of what it draws. It fails where a place, a length or a text is no number.
"use strict";
const fs = require("fs");
const vm = require("vm");

class Node {
  constructor(tag) {
    this.tagName = tag;
    this.children = [];
    this.attributes = {};
  }
  setAttribute(name, value) {
    if (/NaN|undefined|Infinity/.test(value)) throw new Error(`${this.tagName}: ${name} is ${value}`);
    this.attributes[name] = value;
  }
  append(...children) {
    for (const child of children) {
      if (!(child instanceof Node) && typeof child !== "string") throw new Error(`${this.tagName} holds ${child}`);
      if (/NaN|undefined|Infinity/.test(child)) throw new Error(`${this.tagName} says ${child}`);
    }
    this.children.push(...children);
  }
  get text() {
    return this.children.map(child => child.text ?? child).join("");
  }
  find(tags) {
    return this.children.filter(child => child instanceof Node)
      .flatMap(child => (tags.includes(child.tagName) ? [child] : []).concat(child.find(tags)));
  }
}

for (const file of process.argv.slice(2)) {
  const page = fs.readFileSync(file, "utf8");
  const [json, script] = [...page.matchAll(/<script[^>]*>([^]*?)<\/script>/g)].map(match => match[1]);
  const main = new Node("main");
  const document = {
    createElement: tag => new Node(tag),
    createElementNS: (space, tag) => new Node(tag),
    getElementById: id => id === "data" ? {textContent: json} : main,
  };
  vm.runInNewContext(script, {document});
  for (const heading of main.find(["h1", "h2", "h3", "summary"])) {
    console.log(`${heading.tagName} ${heading.text}`);
  }
  console.log(`${main.find(["svg"]).length} charts, ${main.find(["tr"]).length} rows`);
}
