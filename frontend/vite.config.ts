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

export default defineConfig({
  base: "/assets/desk/",
  // The server puts a fresh nonce in place of this word with each page.
  html: { cspNonce: "DESKBELL-NONCE" },
  plugins: [
    react(),
    lingui({ failOnMissing: true, failOnCompileError: true }),
    babel({ presets: [linguiTransformerBabelPreset()] }),
    scheme(),
  ],
  build: {
    outDir: "../src/deskbell/web/assets/desk",
    emptyOutDir: true,
    manifest: "manifest.json",
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    target: "es2023",
    license: { fileName: "licenses.md" },
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
