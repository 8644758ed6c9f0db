// The page of a comparison with measurements: node check_measured_page.mjs PAGE.html [FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import { resolve } from "node:path";

import { checkOrder, checkPage, checkTooltip } from "./page_checks.mjs";

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));
await checkPage(file, screenshots, async (page) => {
  await checkOrder(page, 10);  // the measured time
  await checkOrder(page, 5);  // keys
  await checkTooltip(page, ".plot .mark-symbol.role-mark path", [
    "kernel", "shape", "measured", "simulated", "bound", "roofline",
  ]);
});
