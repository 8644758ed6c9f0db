// The page of a study: node check_page.mjs PAGE.html [SCREENSHOT_FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import assert from "node:assert/strict";
import { resolve } from "node:path";

import { checkOrder, checkPage, checkTooltip, column } from "./page_checks.mjs";

async function checkLengths(page) {
  await page.click("table[data-filter] thead tr:last-child th:nth-child(3) button");
  const lengths = (await column(page, 2)).map(Number);
  assert.deepEqual(lengths, [...lengths].sort((a, b) => a - b), "lengths sort by their tokens");
}

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));
await checkPage(file, screenshots, async (page) => {
  await checkOrder(page, 4);
  await checkLengths(page);
  await checkTooltip(page, ".plot .mark-rect.role-mark path", ["published", "ours", "error"]);
});
