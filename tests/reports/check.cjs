// Opens each report at the widths and in the schemes in which people will, and judges it.
"use strict";
const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const puppeteer = require("puppeteer-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const VIEWS = [375, 1280].flatMap((width) => ["light", "dark"].map((scheme) => ({ width, scheme })));
const PIECE = 1600;
const GRAVE = ["serious", "critical"];

const options = process.argv.slice(2);
const shots = options[0] === "--shots" ? options.splice(0, 2)[1] : undefined;
const reports = options;

/** What is wrong in the page itself, as it is shown now. */
function wrongInPage() {
  const wrong = [];
  for (const svg of document.querySelectorAll("svg")) {
    const box = svg.getBoundingClientRect();
    const name = svg.querySelector("title")?.textContent;
    if (!(box.width > 0 && box.height > 0)) wrong.push(`a chart without size: ${name}`);
    if (!name || !svg.querySelector("desc")?.textContent) wrong.push("a chart without title or description");
    for (const text of svg.querySelectorAll("text")) {
      const t = text.getBoundingClientRect();
      if (t.left < box.left - 2 || t.right > box.right + 2) wrong.push(`text leaves its chart: ${text.textContent}`);
    }
    if (!svg.closest("figure")?.parentElement.querySelector("table")) wrong.push(`a chart without a table: ${name}`);
  }
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  const twice = ids.filter((id, place) => ids.indexOf(id) !== place);
  if (twice.length) wrong.push(`ids that are there twice: ${twice}`);
  if (document.documentElement.scrollWidth > window.innerWidth) wrong.push("it is wider than the window");
  if (document.querySelector("script")) wrong.push("it has a script");
  return wrong;
}

async function look(browser, report, { width, scheme }) {
  const page = await browser.newPage();
  const wrong = [];
  const own = pathToFileURL(path.resolve(report)).href;
  page.on("console", (said) => {
    if (["error", "warn", "warning"].includes(said.type())) wrong.push(`console: ${said.text()}`);
  });
  page.on("pageerror", (error) => wrong.push(`error: ${error.message}`));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== own && !url.startsWith("data:")) wrong.push(`a request leaves the file: ${url}`);
  });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.setViewport({ width, height: 900 });
  await page.goto(own, { waitUntil: "load" });
  wrong.push(...(await page.evaluate(wrongInPage)));
  await page.evaluate(AXE);
  const judged = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  if (judged.passes.length === 0) wrong.push("axe tried nothing");
  for (const fault of judged.violations.filter((fault) => GRAVE.includes(fault.impact))) {
    wrong.push(`axe, ${fault.impact}: ${fault.id}, ${fault.help}: ${fault.nodes[0].target}`);
  }
  if (shots) {
    fs.mkdirSync(shots, { recursive: true });
    // In pieces: a whole report is too long to look at.
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    for (let y = 0; y < height; y += PIECE) {
      const name = `${path.basename(report, ".html")}-${width}-${scheme}-${String(y / PIECE).padStart(2, "0")}.png`;
      const clip = { x: 0, y, width, height: Math.min(PIECE, height - y) };
      await page.screenshot({ path: path.join(shots, name), clip, captureBeyondViewport: true });
    }
  }
  await page.close();
  return wrong;
}

async function main() {
  if (reports.length === 0) throw new Error("no report was given");
  const browser = await puppeteer.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--force-color-profile=srgb"],
  });
  let faults = 0;
  for (const report of reports) {
    for (const view of VIEWS) {
      const wrong = await look(browser, report, view);
      wrong.forEach((one) => console.log(`${path.basename(report)} at ${view.width}, ${view.scheme}: ${one}`));
      faults += wrong.length;
    }
  }
  await browser.close();
  console.log(`reports: ${reports.length} opened in ${VIEWS.length} views, ${faults} faults`);
  process.exitCode = faults === 0 ? 0 : 1;
}

main().catch((error) => {
  console.error(`reports: ${error.message}`);
  process.exitCode = 1;
});
