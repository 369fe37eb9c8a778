import { readdirSync } from "node:fs";

import { defineConfig } from "@lingui/cli";
import { formatter } from "@lingui/format-po";

/** The features whose words the first page needs: they are in the common catalog. */
const FIRST = ["account", "admin-frame", "composer", "inbox", "search", "ticket"];
const features = readdirSync(new URL("src/features", import.meta.url));
const later = features.filter((name) => !FIRST.includes(name));

// A feature that is loaded later has a catalog of its own, which comes with its pages. Its commands are known from the start.
export default defineConfig({
  sourceLocale: "en",
  locales: ["en", "de"],
  catalogs: [
    {
      path: "<rootDir>/src/i18n/locales/{locale}",
      include: ["src"],
      exclude: [
        "src/api/generated/**",
        ...later.flatMap((name) => [`src/features/${name}/*/**`, `src/features/${name}/!(commands).*`]),
      ],
    },
    ...later.map((name) => ({
      path: `<rootDir>/src/i18n/locales/${name}/{locale}`,
      include: [`src/features/${name}`],
      exclude: [`src/features/${name}/commands.ts`],
    })),
  ],
  format: formatter({ origins: true, lineNumbers: false }),
});
