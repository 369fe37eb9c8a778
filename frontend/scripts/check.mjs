// Every check of the app, as `make test` runs them: side by side, each named, the failing ones with their output.
// Needs what `npm run build` writes. `npm run check -- eslint knip` runs these alone.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";

import { root, run } from "./tool.mjs";

const cache = join(root, "node_modules/.cache");
// ESLint keeps a file's result while that file is the same; what its rules know of types changes with the client, too.
const client = createHash("sha256")
  .update(read(join(root, "src/api/generated/types.gen.ts")))
  .digest("hex")
  .slice(0, 12);
const checks = {
  types: [["typescript:tsc", "--pretty", "false"], "Types"],
  eslint: [
    ["eslint", "--cache", "--cache-location", join(cache, `eslint-${client}`), "--max-warnings", "0", "src"],
    "Lint rules",
  ],
  prettier: [["prettier", "--check", "--cache", "--log-level", "warn", "."], "Format: npm run format"],
  walls: [["dependency-cruiser:depcruise", "--output-type", "err-long", "src"], "Layers and doors"],
  knip: [["knip", "--no-progress"], "Unused files, exports and packages"],
  vitest: [["vitest", "run", "--reporter", "dot"], "Tests"],
  messages: [["@lingui/cli:lingui", "extract", "--clean"], "Messages: commit what `npm run messages` writes"],
  budgets: [["size-limit"], "Bytes that the browser loads"],
};

const chosen = process.argv.slice(2);
const names = Object.keys(checks).filter((name) => chosen.length === 0 || chosen.includes(name));
const stamp = join(cache, "checked");
const inputs = fingerprint();
if (chosen.length === 0 && read(stamp) === inputs) {
  console.log("The web app is unchanged since its checks passed.");
  process.exit(0);
}

let failures = 0;
const queue = [...names];
await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
if (failures === 0 && chosen.length === 0) {
  mkdirSync(cache, { recursive: true });
  writeFileSync(stamp, inputs);
}
process.exit(failures === 0 ? 0 : 1);

async function work() {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const [words, what] = checks[name];
    const started = Date.now();
    const before = catalogs();
    const { code, output } = await run(words);
    const passed = code === 0 && catalogs() === before;
    if (!passed) failures += 1;
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(passed ? `${name}: passed in ${seconds} s` : `${name}: FAILED (${what})\n${output}`);
  }
}

/** The messages of all languages, without the time of their extraction. */
function catalogs() {
  const folder = join(root, "src/i18n/locales");
  const texts = readdirSync(folder, { recursive: true })
    .sort()
    .map((name) => read(join(folder, name)));
  return texts.join().replace(/^"POT-Creation-Date.*$/gm, "");
}

function read(path) {
  try {
    return readFileSync(path, "utf-8");
  } catch {
    return "";
  }
}

/** A digest of all that the checks read. */
function fingerprint() {
  const digest = createHash("sha256");
  const files = readdirSync(root, { recursive: true })
    .filter((name) => !name.startsWith("node_modules"))
    .sort();
  for (const name of files) {
    const path = join(root, name);
    if (statSync(path).isFile()) digest.update(name).update(readFileSync(path));
  }
  return digest.update(read(join(root, "../src/deskbell/web/assets/desk/manifest.json"))).digest("hex");
}
