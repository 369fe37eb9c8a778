import { useQueryClient } from "@tanstack/react-query";
import { type ComponentType, Suspense, useEffect, useState } from "react";

import type { WebPreferences } from "../api";
import { loadAlerts } from "../features/notifications";
import { changePreferences } from "../live/preferences";
import { Announcements } from "../ui/announce";
import { useCommand, useCommandPage } from "../ui/commands";
import { later, loaded } from "../ui/later";
import { useColorScheme } from "../ui/scheme";
import { expectPages } from "./lazy-page";
import { autoScheme, darkScheme, lightScheme, openKeySheet, openPalette } from "./shell-commands";
import { keepTyped } from "../ui/typed-ahead";

const Alerts = later(loadAlerts);

type Floater = ComponentType<{ opened: boolean; onClose: () => void }>;

/** Palette and key sheet over any page, and the commands of the appearance. */
export function Floating() {
  const [shown, setShown] = useState<"palette" | "keys">();
  const { asked } = useCommandPage();
  const { setColorScheme } = useColorScheme();
  const cache = useQueryClient();
  const floaters = useFloaters();
  useCommand(openPalette, () => {
    keepTyped();
    setShown("palette");
  });
  useCommand(openKeySheet, () => setShown("keys"));
  // Kept on the server, too: what comes from there decides when the app is loaded again.
  const choose = (theme: WebPreferences["theme"]) => () => {
    setColorScheme(theme === "system" ? "auto" : theme);
    void changePreferences(cache, { theme });
  };
  useCommand(lightScheme, choose("light"));
  useCommand(darkScheme, choose("dark"));
  useCommand(autoScheme, choose("system"));
  const close = () => setShown(undefined);
  return (
    <>
      <Announcements />
      <Suspense fallback={null}>
        <Alerts />
      </Suspense>
      {floaters === null ? null : (
        <>
          <floaters.Palette opened={shown === "palette" || asked !== null} onClose={close} />
          <floaters.KeySheet opened={shown === "keys"} onClose={close} />
        </>
      )}
    </>
  );
}

/** Both, loaded once the page has come to rest, and the names of all pages: later a key finds them there, and what is typed next reaches their field. */
function useFloaters(): { Palette: Floater; KeySheet: Floater } | null {
  const [floaters, setFloaters] = useState<{ Palette: Floater; KeySheet: Floater } | null>(null);
  useEffect(() => {
    expectPages();
    void loaded(() => Promise.all([import("./palette"), import("./key-sheet")])).then(([{ Palette }, { KeySheet }]) =>
      setFloaters({ Palette, KeySheet }),
    );
  }, []);
  return floaters;
}
