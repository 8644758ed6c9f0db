// The page of 10,008 points: node check_large_sweep_page.mjs PAGE.html
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import assert from "node:assert/strict";
import { resolve } from "node:path";

import { checkPage, drawn } from "./page_checks.mjs";

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));

const firstCells = (page, column) =>
  page.$$eval(".grid tbody tr", (rows, at) => rows.map((row) => row.cells[at].textContent), column);

await checkPage(file, screenshots, async (page) => {
  assert.equal(await page.textContent(".grid .controls output"), "10,008 of 10,008 rows");
  assert.equal((await firstCells(page, 0)).length, 25, "a part of them at a time");
  const point = page.locator(".grid thead tr:first-child th").first().locator("button");
  await point.click();
  await point.click();
  assert.equal((await firstCells(page, 0))[0], "10,007", "sorted over all rows, not those shown");
  await page.selectOption('select[data-choice="Workload"] >> nth=0', "all workloads");
  await drawn(page);
  const marks = await page.$$eval("#chart-1 .mark-symbol.role-mark path", (paths) => paths.length);
  assert.ok(marks >= 10006, `every point that has a result is drawn (${marks})`);
}, { filtering: false });
