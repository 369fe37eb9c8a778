import { describe, expect, test } from "vitest";

import { actionsOfLines, conditionOfTexts, linesOfActions, moved, textsOfCondition } from "./rules";

describe("a condition survives being edited", () => {
  test.each([
    [null],
    ["status:open"],
    [{ all: ["channel:email", "-tag:spam"], any: ["subject:invoice*"] }],
    [{ none: ["by:api"] }],
    [{ all: ["status:open", { any: ["tag:a", "tag:b"] }] }],
  ])("%j", (when) => {
    expect(conditionOfTexts(textsOfCondition(when))).toEqual(when);
  });
});

test("empty lines are no conditions", () => {
  expect(conditionOfTexts({ all: "\n status:open \n\n", any: " ", none: "", nested: "" })).toBe("status:open");
});

describe("actions survive being edited", () => {
  test.each([
    [[{ set: { priority: "high" } }, { fill: { group: "Billing" } }]],
    [[{ add_tags: ["late", "vip"] }, { remove_tags: ["new"] }, { assign: "nobody" }]],
    [[{ set: { level: 3 } }]],
    [[{ reply: { text: "Hello {{requester.name}},\n\nstill there?" } }, { note: { canned: "Steps" } }]],
    [[{ notify: { text: "It is late", assignee: true } }, { notify: { text: "Late", people: ["a@a.example"] } }]],
    [[{ snooze: "2d" }, { escalate: { group: "Leads" } }, { escalate: {} }]],
    [[{ follow: ["a@a.example", "Bo"] }, { unfollow: ["Bo"] }, { follow: ["Oak, Bo"] }]],
    [[{ reply: { text: "Here", files: ["a.pdf", "b.pdf"] } }, { note: { canned: "Steps", files: ["a.pdf"] } }]],
    [[{ macro: "Close" }, { distribute: {} }, { distribute: { group: "Crew" } }, { distribute: { by: "least_open" } }]],
    [[{ mail: { to: ["requester"], subject: "About {{ticket.subject}}", text: "Hello\n\nYours" } }]],
    [[{ mail: { to: ["leads", "a@a.example"], subject: "Late", text: "Look" } }]],
  ])("%j", (actions) => {
    expect(actionsOfLines(linesOfActions(actions))).toEqual(actions);
  });
});

test("words of a reply are lines of their own, not JSON", () => {
  expect(linesOfActions([{ reply: { text: "Hi" } }, { notify: { text: "Late", leads: true } }])).toEqual([
    { kind: "reply.text", value: "Hi" },
    { kind: "notify.leads", value: "Late" },
  ]);
  expect(linesOfActions([{ mail: { to: ["group"], subject: "Late", text: "Look" } }, { macro: "Close" }])).toEqual([
    { kind: "mail.group", value: "Late\nLook" },
    { kind: "macro", value: "Close" },
  ]);
});

test.each([
  [0, 2, ["b", "c", "a"]],
  [2, 0, ["c", "a", "b"]],
  [1, 1, ["a", "b", "c"]],
  [9, 0, ["a", "b", "c"]],
])("moves the item at %d to %d", (from, to, expected) => {
  expect(moved(["a", "b", "c"], from, to)).toEqual(expected);
});
