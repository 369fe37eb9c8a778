import { readFileSync } from "node:fs";

import { lingui, linguiTransformerBabelPreset } from "@lingui/vite-plugin";
import babel from "@rolldown/plugin-babel";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/** Puts the script that chooses light or dark before the first paint into the page, as a hashed file of its own. */
function scheme(): Plugin {
  return {
    name: "deskbell-scheme",
    apply: "build",
    buildStart() {
      this.emitFile({ type: "asset", name: "scheme.js", source: readFileSync("src/app/scheme.js", "utf-8") });
    },
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find((name) => /scheme-[^/]+\.js$/.test(name));
        if (file === undefined) throw new Error("The script of the colour scheme was not written.");
        return [{ tag: "script", attrs: { src: `/assets/desk/${file}` }, injectTo: "head-prepend" }];
      },
    },
  };
}

/**
 * What is fetched together with a part that is loaded later, without what is there by then: the scripts of the first page
 * and those of the part that asks. Each list names its files, which would be a good part of the first page's bytes.
 */
function newPreloads() {
  let bundle: Bundle = {};
  const known = new Map<string, ReadonlySet<string>>();

  function closure(file: string): ReadonlySet<string> {
    const before = known.get(file);
    if (before !== undefined) return before;
    const found = new Set<string>();
    const visit = (name: string) => {
      const chunk = bundle[name];
      if (found.has(name) || chunk?.type !== "chunk") return;
      found.add(name);
      chunk.imports.forEach(visit);
    };
    visit(file);
    known.set(file, found);
    return found;
  }

  const plugin: Plugin = {
    name: "deskbell-new-preloads",
    apply: "build",
    enforce: "pre",
    generateBundle: {
      order: "pre",
      handler(_options, written) {
        bundle = written;
        known.clear();
      },
    },
  };

  function resolveDependencies(_file: string, needed: string[], host: { hostId: string; hostType: string }): string[] {
    if (host.hostType === "html") return needed;
    const from = Object.values(bundle).flatMap((chunk) =>
      chunk.type === "chunk" && chunk.isEntry ? chunk.fileName : [],
    );
    return needed.filter((each) => ![...from, host.hostId].some((file) => closure(file).has(each)));
  }

  return { plugin, resolveDependencies };
}

type Bundle = Readonly<
  Record<string, { type: "asset" } | { type: "chunk"; fileName: string; isEntry: boolean; imports: string[] }>
>;

/** Leaves the generated client's reader of event streams out: v1 has none, and the app's events come through `/ws`. */
function withoutEventStreams(): Plugin {
  return {
    name: "deskbell-without-event-streams",
    apply: "build",
    enforce: "pre",
    load(id) {
      if (!id.endsWith("/serverSentEvents.gen.ts")) return null;
      return 'export const createSseClient = () => { throw new Error("v1 has no event streams."); };';
    },
  };
}

const preloads = newPreloads();

export default defineConfig({
  resolve: {
    // React has had the hook itself since version 18: packages need not bring a substitute for it.
    alias: [{ find: /^use-sync-external-store\/shim(\/index\.js)?$/, replacement: "react" }],
  },
  base: "/assets/desk/",
  // The server puts a fresh nonce in place of this word with each page.
  html: { cspNonce: "DESKBELL-NONCE" },
  plugins: [
    withoutEventStreams(),
    react(),
    lingui({ failOnMissing: true, failOnCompileError: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
    scheme(),
    preloads.plugin,
  ],
  build: {
    outDir: "../src/deskbell/web/assets/desk",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { resolveDependencies: preloads.resolveDependencies },
    target: "es2023",
    license: { fileName: "licenses.md" },
    // What the first page needs is two files, not eighty: they compress better together, and ask for each other less.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "start", test: /src\/app\/main\.tsx$/, priority: 2 },
            { name: "inbox", test: /features\/inbox\/pages\/inbox-page\.tsx$/, priority: 1 },
          ],
        },
      },
    },
  },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["scripts/test-setup.ts"],
    restoreMocks: true,
    // A busy machine is slow, not wrong: the default of five seconds has failed a test there.
    testTimeout: 60_000,
  },
});
