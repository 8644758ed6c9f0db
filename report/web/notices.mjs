// Writes notices.txt: the licences of what the three libraries' bundles hold, each text once.
// After a change of versions: npm ci --ignore-scripts && npm run notices
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = import.meta.dirname ?? new URL(".", import.meta.url).pathname;
// Only for the command lines of d3 and vega-lite, or types: in no bundle.
const notBundled = /^(@types|yargs|cliui|ansi-|string-width|emoji-|escalade|get-|wrap-ansi|y18n|strip-ansi|commander|iconv-lite|safer-buffer|rw$|vega-typings|playwright)/;

const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
const byText = new Map();
for (const [path, { version, license }] of Object.entries(lock.packages)) {
  const name = path.replace(/^.*node_modules\//, "");
  if (path === "" || notBundled.test(name)) continue;
  const file = readdirSync(join(folder, path)).find((entry) => /^licen[sc]e/i.test(entry));
  const text = file
    ? readFileSync(join(folder, path, file), "utf8").replace(/\s+$/gm, "").trim()
    : `License: ${license}`;
  byText.set(text, [...(byText.get(text) ?? []), `${name} ${version}`]);
}
const notices = [...byText].map(([text, names]) => `${names.sort().join(", ")}\n\n${text}\n`);
writeFileSync(join(folder, "notices.txt"), notices.join(`\n${"-".repeat(72)}\n`));
