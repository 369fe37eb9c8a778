// Builds all that the browser loads: the API reference, the client of contract v1, the agents' app, and the packed
// copies that the server sends to browsers which accept them.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import "./copy-reference.mjs";
import { root, run } from "./tool.mjs";

const desk = join(root, "../src/deskbell/web/assets/desk");
const packable = /\.(js|css|svg|json|md|html)$/;

for (const words of [
  ["@hey-api/openapi-ts"],
  ["vite", "build", "--logLevel", "warn"],
  ["vite", "build", "--config", "vite.widget.config.ts", "--logLevel", "warn"],
]) {
  const { code, output } = await run(words);
  if (code !== 0) {
    process.stderr.write(`${words.join(" ")} failed:\n${output}`);
    process.exit(1);
  }
}

for (const name of readdirSync(desk, { recursive: true })) {
  if (!packable.test(name) || name === "index.html") continue; // each answer of the page has a nonce of its own
  const path = join(desk, name);
  const text = readFileSync(path);
  writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
  writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
