import { expect, test } from "vitest";

import { linesOfOptions, optionsOfLines } from "./options";

test("options survive being edited, and keep their keys when they are renamed", () => {
  const options = [
    { key: "small", label: "Small", retired: false },
    { key: "xl", label: "Very large", retired: false },
    { key: "old", label: "Old", retired: true },
  ];
  expect(linesOfOptions(options)).toBe("Small\nxl = Very large");
  expect(optionsOfLines(linesOfOptions(options))).toEqual([
    { key: "small", label: "Small" },
    { key: "xl", label: "Very large" },
  ]);
  expect(optionsOfLines(" Größe Äpfel \n\nHardware/Laptop")).toEqual([
    { key: "gro_e_apfel", label: "Größe Äpfel" },
    { key: "hardware/laptop", label: "Hardware/Laptop" },
  ]);
});
