import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { keepTyped, pressHeld, takeTyped, textOf } from "./typed-ahead";

const press = (key: string, more: KeyboardEventInit = {}): boolean =>
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  takeTyped();
  vi.useRealTimers();
});

test("letters wait for the field, and the key that sends waits for the letters", () => {
  const pressed: string[] = [];
  keepTyped();
  ["H", "i", "Backspace", "o"].forEach((key) => press(key));
  press("Enter", { ctrlKey: true });
  expect(textOf(takeTyped())).toBe("Ho");
  const listen = (event: KeyboardEvent) => {
    pressed.push(event.key);
    if (pressed.length === 2) event.preventDefault();
  };
  window.addEventListener("keydown", listen);
  pressHeld();
  vi.runAllTimers();
  window.removeEventListener("keydown", listen);
  expect(pressed).toEqual(["Enter", "Enter"]); // until a command takes it
});

test("other keys with Ctrl keep what the browser does with them", () => {
  keepTyped();
  expect(press("r", { ctrlKey: true })).toBe(true);
  expect(press("r")).toBe(false);
  expect(takeTyped()).toEqual(["r"]);
});
