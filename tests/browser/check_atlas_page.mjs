// The atlas of cascades: node check_atlas_page.mjs PAGE.html [SCREENSHOT_FOLDER]
// Exits with 77 (skipped) where Chromium or its driver is not installed.
import { resolve } from "node:path";

import { checkOrder, checkPage, checkTooltip } from "./page_checks.mjs";

const [file, screenshots] = process.argv.slice(2).map((path) => resolve(path));
const kindOfPasses = 1;
await checkPage(file, screenshots, async (page) => {
  await checkOrder(page, 3);
  await checkTooltip(page, ".plot .mark-symbol.role-mark path", ["cascade", "class", "counts"]);
}, { choice: kindOfPasses });
