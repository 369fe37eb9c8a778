import { defineConfig } from "@hey-api/openapi-ts";

/** Contract v1 as types, functions and a fetch client. Made before each build, never committed. */
export default defineConfig({
  input: "../docs/api/openapi/v1.json",
  output: { path: "src/api/generated" },
  plugins: ["@hey-api/typescript", "@hey-api/sdk", "@hey-api/client-fetch"],
  logs: { level: "warn" },
});
