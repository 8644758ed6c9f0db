// Opens a page in headless Chromium and checks what only a browser can: that it draws every chart,
// sorts and filters, in light and dark, wide and narrow, without a message or a request.
//   node check_page.mjs study|atlas PAGE.html [SCREENSHOT_FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const skipped = 77;

// What to click on: columns count from 1; `choice` is the first column with a list to choose from.
const kinds = {
  study: { value: 5, ordered: 3, choice: 1, mark: ".mark-rect", tooltip: ["published", "ours", "error"] },
  atlas: { value: 4, choice: 2, mark: ".mark-symbol", tooltip: ["cascade", "class", "counts"] },
};
const chromiumPath = process.env.CHROMIUM ?? "/usr/bin/chromium";

function skip(why) {
  console.log(`skipped: ${why} (scripts/setup.sh --dev installs it)`);
  process.exit(skipped);
}

function driver() {
  const require = createRequire(new URL("../../report/web/package.json", import.meta.url));
  try {
    return require("playwright-core").chromium;
  } catch {
    return skip("playwright-core is not in report/web/node_modules");
  }
}

/** A page whose messages and requests are written down. */
async function open(context, file, { width, scheme }) {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (url !== pathToFileURL(file).href && !/^(data|blob):/.test(url)) complaints.push(url);
  });
  await page.setViewportSize({ width, height: 900 });
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(pathToFileURL(file).href);
  await drawn(page);
  return { page, complaints };
}

const drawn = (page) =>
  page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);

async function checkCharts(page, expected) {
  const charts = await page.$$eval(".plot", (plots) =>
    plots.map((plot) => {
      const svg = plot.querySelector("svg");
      const box = svg?.getBoundingClientRect();
      const marks = [".mark-rect", ".mark-symbol", ".mark-line"]
        .flatMap((kind) => [...plot.querySelectorAll(`${kind}.role-mark path`)])
        .filter((path) => { const { width, height } = path.getBBox(); return width + height > 0; });
      return { id: plot.id, width: box?.width ?? 0, height: box?.height ?? 0, marks: marks.length };
    }));
  assert.equal(charts.length, expected, "charts on the page");
  for (const chart of charts) {
    assert.ok(chart.width > 150 && chart.height > 40, `${chart.id} has a size`);
    assert.ok(chart.marks > 0, `${chart.id} has marks`);
  }
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, "the page itself does not scroll sideways");
}

const column = (page, index) =>
  page.$$eval("table[data-filter] tbody tr:not([hidden])", (rows, at) =>
    rows.map((row) => row.cells[at].dataset.value ?? row.cells[at].textContent), index);

const titleOf = (at) => `table[data-filter] thead tr:last-child th:nth-child(${at}) button`;

async function checkSorting(page, kind) {
  await page.click(titleOf(kind.value));
  const up = (await column(page, kind.value - 1)).map(Number).filter(Number.isFinite);
  assert.ok(up.length > 1, "there is something to sort");
  assert.deepEqual(up, [...up].sort((a, b) => a - b), "a click sorts by value");
  await page.click(titleOf(kind.value));
  const down = (await column(page, kind.value - 1)).map(Number).filter(Number.isFinite);
  assert.deepEqual(down, [...up].reverse(), "a second click turns the order");
  if (kind.ordered === undefined) return;
  await page.click(titleOf(kind.ordered));
  const lengths = (await column(page, kind.ordered - 1)).map(Number);
  assert.deepEqual(lengths, [...lengths].sort((a, b) => a - b), "lengths sort by their tokens");
}

async function checkFiltering(page, kind) {
  const all = (await column(page, 0)).length;
  await page.selectOption(".controls select >> nth=0", { index: 1 });
  const chosen = await column(page, kind.choice - 1);
  assert.ok(chosen.length > 0 && chosen.length < all, "a choice leaves some rows");
  assert.equal(new Set(chosen).size, 1, "a choice leaves rows of one value");
  assert.equal(await page.textContent(".controls output"), `${chosen.length} of ${all} rows`);
  await page.selectOption(".controls select >> nth=0", { index: 0 });

  await page.fill(".controls input", "no such text");
  assert.equal((await column(page, 0)).length, 0, "a search without a match leaves none");
  await page.fill(".controls input", "");
  assert.equal((await column(page, 0)).length, all, "an empty search leaves all");
}

async function checkTooltip(page, kind) {
  const bar = page.locator(`.plot ${kind.mark}.role-mark path`).last();
  await bar.scrollIntoViewIfNeeded();
  await bar.hover({ force: true });
  await page.waitForSelector("#vg-tooltip-element.visible");
  const text = await page.textContent("#vg-tooltip-element");
  for (const word of kind.tooltip) assert.ok(text.includes(word), `tooltip: ${word}`);
}

/** A change of the reader's setting while the page is open draws the charts again. */
async function checkSchemeChange(page) {
  const ink = () => page.$eval(".plot .role-legend-label text", (text) => text.getAttribute("fill"));
  const before = await ink();
  await page.emulateMedia({ colorScheme: "dark" });
  await page.waitForFunction((old) => {
    const label = document.querySelector(".plot .role-legend-label text");
    return label && label.getAttribute("fill") !== old;
  }, before);
  await drawn(page);
}

const kind = kinds[process.argv[2]];
assert.ok(kind, `a kind of page: ${Object.keys(kinds).join(" or ")}`);
const [file, screenshots] = process.argv.slice(3).map((path) => resolve(path));
if (!existsSync(chromiumPath)) skip(`${chromiumPath} is not there`);
const chromium = driver();
const profile = mkdtempSync(join(tmpdir(), "attnsim-chromium-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath,
  headless: true,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
try {
  for (const look of [{ width: 1280, scheme: "light" }, { width: 1280, scheme: "dark" }, { width: 420, scheme: "light" }]) {
    const { page, complaints } = await open(context, file, look);
    const expected = await page.$$eval("figure.chart", (figures) => figures.length);
    await checkCharts(page, expected);
    if (screenshots) {
      await page.screenshot({ path: join(screenshots, `${look.scheme}-${look.width}.png`), fullPage: true });
    }
    if (look.width > 600 && look.scheme === "light") {
      await checkSorting(page, kind);
      await checkFiltering(page, kind);
      await checkTooltip(page, kind);
      await checkSchemeChange(page);
      await checkCharts(page, expected);
    }
    assert.deepEqual(complaints, [], "messages and requests");
    await page.close();
    console.log(`${look.scheme}, ${look.width} pixels: ${expected} charts`);
  }
} finally {
  await context.close();
  rmSync(profile, { recursive: true, force: true });
}
