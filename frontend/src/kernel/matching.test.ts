import { expect, test } from "vitest";

import { matchRank } from "./matching";

test("beginnings come before words, words before parts, and accents do not matter", () => {
  const ranks = ["Sign out", "Close and sign out", "Design", "Inbox"].map((words) => matchRank(words, "sign"));
  expect(ranks).toEqual([4, 3, 2, 0]);
  expect(matchRank("Übersicht öffnen", "offn uber")).toBe(3);
  expect(matchRank("Anything", " ")).toBe(1);
});
