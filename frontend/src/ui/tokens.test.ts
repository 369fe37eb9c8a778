import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { contrast } from "../kernel/contrast";

const [, light = "", dark = ""] = readFileSync("src/ui/tokens.css", "utf-8").split(/:root[^{]*\{/);
const schemes = { light: colours(light), dark: colours(dark) };
const grounds = ["ground", "surface", "sunken", "note", "chosen"];

function colours(block: string): Map<string, string> {
  return new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = "", value = ""]) => [name, value]),
  );
}

function ratio(scheme: Map<string, string>, one: string, other: string): number {
  return contrast(scheme.get(one) ?? "", scheme.get(other) ?? "");
}

test("both schemes define the same tokens", () => {
  expect(schemes.light.size).toBe(19);
  expect([...schemes.dark.keys()]).toEqual([...schemes.light.keys()]);
});

describe.each(Object.entries(schemes))("in the %s scheme", (_name, scheme) => {
  test.each(["text", "muted", "faint", "accent"].flatMap((word) => grounds.map((ground) => [word, ground] as const)))(
    "%s reads on %s",
    (word, ground) => {
      expect(ratio(scheme, word, ground)).toBeGreaterThanOrEqual(4.5);
    },
  );

  test.each([
    ["note-text", "note"],
    ["on-accent", "accent"],
    ["danger", "danger-ground"],
    ...["danger", "warn", "ok", "info"].flatMap((word) => ["ground", "surface", "sunken"].map((on) => [word, on])),
  ] as [string, string][])("%s reads on %s", (word, ground) => {
    expect(ratio(scheme, word, ground)).toBeGreaterThanOrEqual(4.5);
  });

  test.each(["ground", "surface", "sunken"])("the edge of a control is seen on %s", (ground) => {
    expect(ratio(scheme, "edge", ground)).toBeGreaterThanOrEqual(3);
  });

  test("the edge of a note is seen on it", () => {
    expect(ratio(scheme, "note-edge", "note")).toBeGreaterThanOrEqual(3);
  });
});
