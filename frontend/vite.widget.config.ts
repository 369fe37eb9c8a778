import { defineConfig } from "vite";

/** The form on other sites: one plain script, so that a site needs no more than one tag. */
export default defineConfig({
  build: {
    outDir: "../src/deskbell/web/assets/widget",
    emptyOutDir: true,
    reportCompressedSize: false,
    target: "es2022",
    copyPublicDir: false,
    rolldownOptions: {
      input: "src/widget/embed.ts",
      output: { format: "iife", entryFileNames: "embed.js" },
    },
  },
});
