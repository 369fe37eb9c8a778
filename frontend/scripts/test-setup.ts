import fc from "fast-check";
import { afterEach, vi } from "vitest";

// In CI the same examples each time, as Hypothesis takes them there; elsewhere each run looks at others.
if (process.env["CI"] === "true") fc.configureGlobal({ seed: 20_261_128 });

// jsdom has neither; Mantine asks for both.
vi.stubGlobal("matchMedia", (query: string) => ({
  matches: false,
  media: query,
  addEventListener: () => undefined,
  removeEventListener: () => undefined,
}));
vi.stubGlobal(
  "ResizeObserver",
  class {
    observe(): void {
      // Nothing changes its size in jsdom.
    }
    unobserve(): void {
      // As above.
    }
    disconnect(): void {
      // As above.
    }
  },
);

afterEach(() => {
  document.body.replaceChildren();
});
