import { defineConfig } from "@hey-api/openapi-ts";

/** Contract v1 as types, functions and a fetch client. Made before each build, never committed. */
export default defineConfig({
  input: "../docs/api/openapi/v1.json",
  output: { path: "src/api/generated" },
  // A cookie signs the app in: functions that name the ways of other programs would make the first page larger.
  plugins: ["@hey-api/typescript", { name: "@hey-api/sdk", auth: false }, "@hey-api/client-fetch"],
  logs: { level: "warn" },
});
