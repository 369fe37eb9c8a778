import { expect, test } from "vitest";

import { sizeOf } from "./sizes";

test.each([
  [0, "0 byte"],
  [820, "820 byte"],
  [1_400, "1.4 kB"],
  [45_000, "45 kB"],
  [3_250_000, "3.3 MB"],
  [7_000_000_000_000, "7,000 GB"],
])("%i is %s", (bytes, words) => expect(sizeOf(bytes, "en")).toBe(words));
