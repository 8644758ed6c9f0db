// What every page is checked for in headless Chromium: that it draws every chart, sorts and filters,
// in light and dark, wide and narrow, without a message or a request.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const skipped = 77;
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

export const drawn = (page) =>
  page.waitForFunction(() => document.documentElement.dataset.drawn !== undefined);

export async function checkCharts(page, expected) {
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
  await checkWidth(page);
}

async function checkWidth(page) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(wide <= 0, "the page itself does not scroll sideways");
}

/** A path or a name without a blank is broken, however narrow the page. */
async function checkLongWords(page) {
  const texts = await page.$$eval("h1, h2, p, li, figcaption, dd, .number div", (elements) => {
    for (const element of elements) element.append("/folder".repeat(100));
    return elements.length;
  });
  assert.ok(texts > 3, "the page has texts");
  await checkWidth(page);
}

/** What stands in a column of the big table, as it is sorted by. */
export const column = (page, index) =>
  page.$$eval("table[data-filter] tbody tr:not([hidden])", (rows, at) =>
    rows.map((row) => row.cells[at].dataset.value ?? row.cells[at].textContent), index);

/** A click on a title sorts by value, a second one turns the order. */
export async function checkOrder(page, index) {
  const title = `table[data-filter] thead tr:last-child th:nth-child(${index + 1}) button`;
  await page.click(title);
  const up = (await column(page, index)).map(Number).filter(Number.isFinite);
  assert.deepEqual(up, [...up].sort((a, b) => a - b), "a click sorts by value");
  await page.click(title);
  const down = (await column(page, index)).map(Number).filter(Number.isFinite);
  assert.deepEqual(down, [...up].reverse(), "a second click turns the order");
}

/** @param choice  the column of the first list to choose from */
export async function checkFiltering(page, choice) {
  const all = (await column(page, 0)).length;
  await page.selectOption(".controls select >> nth=0", { index: 1 });
  const chosen = await column(page, choice);
  assert.ok(chosen.length > 0 && chosen.length < all, "a choice leaves some rows");
  assert.equal(new Set(chosen).size, 1, "a choice leaves rows of one value");
  assert.equal(await page.textContent(".controls output"), `${chosen.length} of ${all} rows`);
  await page.selectOption(".controls select >> nth=0", { index: 0 });

  await page.fill(".controls input", "no such text");
  assert.equal((await column(page, 0)).length, 0, "a search without a match leaves none");
  await page.fill(".controls input", "");
  assert.equal((await column(page, 0)).length, all, "an empty search leaves all");
}

/** Over the last of the marks that the selector names stands a text with these words. */
export async function checkTooltip(page, marks, words) {
  const mark = page.locator(marks).last();
  await mark.scrollIntoViewIfNeeded();
  await mark.hover({ force: true });
  await page.waitForSelector("#vg-tooltip-element.visible");
  const text = await page.textContent("#vg-tooltip-element");
  for (const word of words) assert.ok(text.includes(word), `tooltip: ${word}`);
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

/**
 * Checks a page in every look; `details` are the page's own checks, made once.
 * @param choice  the column of the big table's first list
 * @param filtering  whether there is a big table
 */
export async function checkPage(file, screenshots, details, { choice = 0, filtering = true } = {}) {
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
        await details(page);
        if (filtering) await checkFiltering(page, choice);
        await checkSchemeChange(page);
        await checkCharts(page, expected);
      }
      await checkLongWords(page);
      assert.deepEqual(complaints, [], "messages and requests");
      await page.close();
      console.log(`${look.scheme}, ${look.width} pixels: ${expected} charts`);
    }
  } finally {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
