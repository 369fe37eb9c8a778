// Copies the API reference page's files into the Python package, which serves them itself.
import { cp, mkdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const target = here("../../src/deskbell/web/assets/reference/");
const packaged = ["swagger-ui-bundle.js", "swagger-ui-bundle.js.LICENSE.txt", "swagger-ui.css", "LICENSE", "NOTICE"];

await rm(target, { recursive: true, force: true });
await mkdir(target, { recursive: true });
for (const name of packaged) {
  await cp(here(`../node_modules/swagger-ui-dist/${name}`), target + name);
}
await cp(here("../reference/"), target, { recursive: true });
