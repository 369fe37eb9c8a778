import { expect, test } from "vitest";

import { articleAbout, articlePlace, translationInto } from "./article-place";

test("the end of an address names an article, a new one, a translation or the searches", () => {
  expect(articlePlace(undefined)).toBeUndefined();
  expect(articlePlace("searches")).toEqual({ kind: "searches" });
  expect(articlePlace("new")).toEqual({ kind: "new", about: "" });
  expect(articlePlace("01a2")).toEqual({ kind: "article", id: "01a2" });
});

test("addresses that are made are read", () => {
  const endOf = (address: string) => decodeURIComponent(address.replace("/knowledge/", ""));
  expect(articlePlace(endOf(articleAbout("wash a jacket? 2.0")))).toEqual({ kind: "new", about: "wash a jacket? 2.0" });
  expect(articlePlace(endOf(translationInto("pt-BR", "01a2")))).toEqual({
    kind: "translation",
    of: "01a2",
    locale: "pt-BR",
  });
});
