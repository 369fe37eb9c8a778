import { expect, test } from "vitest";

import { splitQuote } from "./quotes";

const split = (html: string) => splitQuote(html, (text) => new DOMParser().parseFromString(text, "text/html").body);

test("a quote at the end folds with the line that leads to it", () => {
  expect(split("<p>Yes.</p>\n<p>On Monday Maya wrote:</p>\n<blockquote><p>Is it?</p></blockquote>")).toEqual({
    words: "<p>Yes.</p>",
    folded: "<p>On Monday Maya wrote:</p>\n<blockquote><p>Is it?</p></blockquote>",
  });
});

test("a quote between words stays, and so does a message that only quotes", () => {
  const between = "<blockquote><p>Is it?</p></blockquote><p>Yes.</p>";
  expect(split(between)).toEqual({ words: between, folded: "" });
  const only = "<blockquote><p>Is it?</p></blockquote>";
  expect(split(only)).toEqual({ words: only, folded: "" });
  expect(split("")).toEqual({ words: "", folded: "" });
});

test("a signature folds", () => {
  expect(split("<p>Yes.</p><p>--<br>\nMaya</p>").folded).toBe("<p>--<br>\nMaya</p>");
  expect(split("<p>Yes -- or no.</p>").folded).toBe("");
});
