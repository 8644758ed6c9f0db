// The page of runs side by side: node check_compare_page.mjs PAGE.html [SCREENSHOT_FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import assert from "node:assert/strict";
import { resolve } from "node:path";

import { checkPage, checkTooltip, drawn } from "./page_checks.mjs";

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));

/** Loop trees stand side by side where there is room, and say where they differ. */
async function checkTrees(page) {
  const boxes = await page.$$eval(".listing", (listings) =>
    listings.map((listing) => listing.getBoundingClientRect()).map(({ top, left }) => ({ top, left })));
  assert.equal(boxes.length, 2);
  assert.equal(boxes[0].top, boxes[1].top, "one beside the other");
  assert.ok(boxes[0].left < boxes[1].left);
  assert.ok((await page.$$(".listing mark")).length > 0, "differences are marked");
}

async function checkEnergyChoice(page) {
  const axis = () => page.$$eval(".plot svg", (charts) => charts.map((svg) => svg.textContent).join());
  assert.ok((await axis()).includes("energy (J)"));
  await page.focus('select[data-choice="Energy"]');
  await page.keyboard.press("ArrowDown");
  await drawn(page);
  assert.ok((await axis()).includes("share of the point's energy"), "a choice by keyboard");
}

await checkPage(file, screenshots, async (page) => {
  await checkTooltip(page, "#chart-1 .mark-rect.role-mark path", ["unit", "Einsum", "utilization"]);
  await checkTrees(page);
  await checkEnergyChoice(page);
  assert.ok((await page.$$(".differences td.marked")).length > 0, "figures that differ are marked");
}, { filtering: false });
