import { expect, test } from "vitest";

import { addressesIn } from "./addresses-in";

test("addresses are found between names, commas, semicolons and lines, each once", () => {
  const text = 'Ann Lee <ann@shop.example>; bob@shop.example,\n"Cy" <Cy@shop.example> bob@shop.example';
  expect(addressesIn(text)).toEqual(["ann@shop.example", "bob@shop.example", "cy@shop.example"]);
  expect(addressesIn(" , nobody ")).toEqual([]);
});
