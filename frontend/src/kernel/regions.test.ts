import { expect, test } from "vitest";

import { regionOf } from "./regions";

test.each([
  ["en", ["en-GB", "en"], "en-GB", "h23"],
  ["en", ["en-US"], "en-US", "h12"],
  ["en", ["de-DE", "de"], "en", "h23"],
  ["de", ["en-US", "de-AT"], "de-AT", "h12"],
  ["de", ["de"], "de", "h23"],
])("%s in a browser with %j is written as %s with %s", (language, browser, tag, hours) => {
  expect(regionOf(language, browser)).toEqual({ tag, hours });
});
