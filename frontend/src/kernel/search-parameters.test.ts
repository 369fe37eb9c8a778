import fc from "fast-check";
import { expect, test } from "vitest";

import { readSearch, writeSearch } from "./search-parameters";

test("addresses are plain and lose nothing", () => {
  expect(writeSearch({ q: "status:open tag:a,b", sort: "updated_at", none: undefined })).toBe(
    "?q=status:open+tag:a,b&sort=updated_at",
  );
  const values = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string({ minLength: 1, unit: "grapheme" }));
  fc.assert(
    fc.property(values, (each) => {
      expect(readSearch(writeSearch(each))).toEqual({ ...each });
    }),
  );
});
