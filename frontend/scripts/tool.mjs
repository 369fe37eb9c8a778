// Runs the programs of node_modules by this very Node.js, so that no PATH has to name them.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/** Runs `words` (`package[:program]`, then arguments) in frontend/. Resolves to its exit code and its output. */
export function run([tool, ...words]) {
  const [name, program] = tool.split(":");
  const manifest = join(root, "node_modules", name, "package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf-8"));
  const path = typeof bin === "string" ? bin : (bin[program ?? name.split("/").at(-1)] ?? Object.values(bin)[0]);
  const child = spawn(process.execPath, [join(dirname(manifest), path), ...words], {
    cwd: root,
    env: { ...process.env, FORCE_COLOR: "0", NO_COLOR: "1" },
  });
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
