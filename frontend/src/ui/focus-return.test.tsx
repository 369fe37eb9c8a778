import { act, render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";

import { useFocusReturn } from "./focus-return";

/** A dialog that takes the focus by a timer and stays in the page while it moves out. */
function Page({ opened }: { opened: boolean }) {
  useFocusReturn(opened);
  return (
    <>
      <button type="button">Origin</button>
      <div role="dialog" aria-modal="true">
        <button type="button">Close</button>
      </div>
    </>
  );
}

test("a dialog that is closed before it took the focus does not keep it", () => {
  vi.useFakeTimers();
  const page = render(<Page opened={false} />);
  const origin = screen.getByText("Origin");
  origin.focus();
  page.rerender(<Page opened />);
  setTimeout(() => screen.getByText("Close").focus());
  page.rerender(<Page opened={false} />);
  expect(document.activeElement).toBe(origin);
  act(() => void vi.runAllTimers());
  expect(document.activeElement).toBe(origin);
  vi.useRealTimers();
});
