// The page of a sweep: node check_sweep_page.mjs PAGE.html [SCREENSHOT_FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { checkPage, checkTooltip, drawn } from "./page_checks.mjs";

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));

/** The place of the column with this title. */
const place = (page, title) =>
  page.$$eval(".grid thead tr:first-child th", (headers, wanted) =>
    headers.findIndex((header) => header.querySelector("button").firstChild.textContent === wanted), title);

/** What stands in a column of the rows that are shown. */
const column = async (page, title) =>
  page.$$eval(".grid tbody tr", (rows, at) => rows.map((row) => row.cells[at].textContent), await place(page, title));

const numbers = (texts) => texts.filter((text) => text !== "-").map((text) => Number(text.replaceAll(",", "")));
const counted = (page) => page.textContent(".grid .controls output");

async function sortedBy(page, title) {
  const header = page.locator(".grid thead tr:first-child th").nth(await place(page, title));
  await header.locator("button").click();
  return header.getAttribute("aria-sort");
}

async function checkSorting(page) {
  await page.selectOption(".grid .pager select", "100");
  assert.equal(await sortedBy(page, "cycles"), "ascending");
  const up = await column(page, "cycles");
  assert.deepEqual(numbers(up), numbers(up).sort((a, b) => a - b), "a click sorts by value");
  assert.equal(up.at(-1), "-", "a point that failed is last");
  assert.equal(await sortedBy(page, "cycles"), "descending");
  const down = await column(page, "cycles");
  assert.deepEqual(numbers(down), numbers(up).reverse(), "a second click turns the order");
  assert.equal(down.at(-1), "-", "a point that failed is last either way");
}

async function checkKeyboard(page) {
  await page.focus(".grid thead tr:first-child th:first-child button");
  await page.keyboard.press("Enter");
  const points = numbers(await column(page, "point"));
  assert.deepEqual(points, [...points].sort((a, b) => a - b), "Enter on a title sorts");
  const ring = await page.$eval(".grid thead button", (button) => { button.focus(); return getComputedStyle(button).outlineStyle; });
  assert.notEqual(ring, "none", "what has the focus is seen");
}

const filterOf = (page, title) => page.locator(`.grid .filters [aria-label="Filter ${title}"]`);

async function checkFilters(page) {
  const all = (await column(page, "point")).length;
  assert.equal(await counted(page), "36 of 36 rows");
  await filterOf(page, "pe").fill(">16");
  assert.equal(await counted(page), "24 of 36 rows", "a comparison");
  assert.ok(numbers(await column(page, "pe")).every((pe) => pe > 16));
  await filterOf(page, "pe").fill("16..32");
  assert.equal(await counted(page), "24 of 36 rows", "a range has its ends");
  await filterOf(page, "pe").fill(">much");
  assert.equal(await filterOf(page, "pe").getAttribute("aria-invalid"), "true", "nonsense is marked");
  assert.equal(await counted(page), "36 of 36 rows", "and leaves all");
  await filterOf(page, "pe").fill("");
  await filterOf(page, "configuration").selectOption("fused");
  assert.equal(await counted(page), "18 of 36 rows", "a choice");
  await page.fill(".grid .controls input", "bert 4K");
  assert.equal(await counted(page), "3 of 36 rows", "and words");
  await page.fill(".grid .controls input", "no such text");
  assert.equal(await counted(page), "0 of 36 rows");
  await page.fill(".grid .controls input", "");
  await filterOf(page, "configuration").selectOption("");
  await filterOf(page, "error").fill("does not fit");
  assert.equal(await counted(page), "2 of 36 rows", "the points that failed, by their error");
  await filterOf(page, "error").fill("");
  assert.equal((await column(page, "point")).length, all);
}

async function checkPaging(page) {
  await page.selectOption(".grid .pager select", "25");
  assert.equal((await column(page, "point")).length, 25);
  await page.click(".grid .pager button >> text=Next");
  assert.equal((await column(page, "point")).length, 11);
  assert.equal(await page.textContent(".grid .place"), "Rows 26 to 36 of 36");
}

async function checkDownload(page) {
  await filterOf(page, "status").selectOption("=infeasible");
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(".grid .save")]);
  assert.equal(download.suggestedFilename(), "points.csv");
  const lines = readFileSync(await download.path(), "utf8").trimEnd().split("\n");
  assert.ok(lines[0].startsWith("point,configuration,"), "titles first");
  assert.equal(lines.length, 3, "the rows that the filters leave");
  await filterOf(page, "status").selectOption("");
}

/** A choice above one chart draws all charts that have it again. */
async function checkChoices(page) {
  const front = () => page.$eval("#chart-1 svg", (svg) => svg.textContent);
  assert.ok((await front()).includes("energy (J)"));
  await page.selectOption('select[data-choice="Up"]', "area (mm^2)");
  await drawn(page);
  assert.ok((await front()).includes("area (mm^2)"), "the axis follows the choice");
  const workloads = page.locator('select[data-choice="Workload"]');
  await workloads.first().selectOption("bert 1K");
  await drawn(page);
  for (const one of await workloads.all()) assert.equal(await one.inputValue(), "bert 1K", "lists go together");
}

await checkPage(file, screenshots, async (page) => {
  await checkTooltip(page, "#chart-1 .mark-symbol.role-mark path",
    ["point", "workload", "configuration", "pe", "cycles", "energy", "area", "bound by"]);
  await checkSorting(page);
  await checkKeyboard(page);
  await checkFilters(page);
  await checkPaging(page);
  await checkDownload(page);
  await checkChoices(page);
}, { filtering: false });
