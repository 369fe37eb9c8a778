import { useState } from "react";

import { Announcements } from "../ui/announce";
import { useCommand } from "../ui/commands";
import { useColorScheme } from "../ui/scheme";
import { KeySheet } from "./key-sheet";
import { Palette } from "./palette";
import { autoScheme, darkScheme, lightScheme, openKeySheet, openPalette } from "./shell-commands";
import { keepTyped } from "./typed-ahead";

/** Palette and key sheet over any page, and the commands of the appearance. */
export function Floating() {
  const [shown, setShown] = useState<"palette" | "keys">();
  const { setColorScheme } = useColorScheme();
  useCommand(openPalette, () => {
    keepTyped();
    setShown("palette");
  });
  useCommand(openKeySheet, () => setShown("keys"));
  useCommand(lightScheme, () => setColorScheme("light"));
  useCommand(darkScheme, () => setColorScheme("dark"));
  useCommand(autoScheme, () => setColorScheme("auto"));
  const close = () => setShown(undefined);
  return (
    <>
      <Palette opened={shown === "palette"} onClose={close} />
      <Announcements />
      <KeySheet opened={shown === "keys"} onClose={close} />
    </>
  );
}
