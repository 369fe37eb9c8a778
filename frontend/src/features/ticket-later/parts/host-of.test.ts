import { expect, test } from "vitest";

import { hostOf } from "./host-of";

test("the server of a picture is in the token of its address", () => {
  const token = btoa("https://a.example:8000/1.png?x=~~~")
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  expect(hostOf(`/api/v1/mail/images/${token}.${"0f".repeat(16)}`)).toBe("a.example");
  expect(hostOf("/api/v1/mail/images/bm9uc2Vuc2U.0f")).toBe("?");
  expect(hostOf("")).toBe("?");
});
