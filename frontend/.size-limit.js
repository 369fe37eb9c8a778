import { existsSync, readFileSync } from "node:fs";

const folder = "../src/deskbell/web/assets/desk";
const manifest = JSON.parse(readFileSync(`${folder}/manifest.json`, "utf-8"));

/** The files that these modules need immediately, without those loaded later. */
function closure(sources, kind) {
  const files = new Set();
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (chunk === undefined || seen.has(key)) return;
    seen.add(key);
    if (kind === "js") files.add(chunk.file);
    for (const file of chunk.css ?? []) if (kind === "css") files.add(file);
    for (const other of chunk.imports ?? []) visit(other);
  };
  sources.forEach(visit);
  return [...files].map((file) => `${folder}/${file}`);
}

const entry = "index.html";
const first = [entry, "src/features/inbox/pages/inbox-page.tsx", "src/i18n/locales/en.po"];
const editor = closure(["src/ui/editor.tsx"], "js").filter((file) => !closure(first, "js").includes(file));
const font = Object.values(manifest).find((chunk) => /source-sans-3-latin-wght-normal/.test(chunk.file)).file;

/** The scripts of a page and its English words, without what the inbox has loaded before. */
function beyondFirst(source) {
  const loaded = new Set(closure(first, "js"));
  const words = `src/i18n/locales/${source.split("/")[2]}/en.po`;
  return closure([source, words], "js").filter((file) => !loaded.has(file));
}

const managed = Object.keys(manifest).filter((key) => /features\/(settings|admin-[a-z]+)\/pages\//.test(key));

/** Budgets of gzipped kilobytes (design, section 9). A page that adds to them has its own line here. */
export default [
  { name: "entry, inbox and ticket", path: closure(first, "js"), limit: "250 kB", gzip: true },
  { name: "composer", path: editor, limit: "175 kB", gzip: true },
  { name: "style", path: closure(first, "css"), limit: "50 kB", gzip: true },
  ...managed.map((page) => ({ name: page, path: beyondFirst(page), limit: "25 kB", gzip: true })),
  { name: "widget on other sites", path: ["../src/deskbell/web/assets/widget/embed.js"], limit: "15 kB", gzip: true },
  { name: "latin font", path: [`${folder}/${font}`], limit: "30 kB", gzip: true },
].filter(({ path }) => path.every((file) => existsSync(file)));
