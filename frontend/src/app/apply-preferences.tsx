import { useQuery } from "@tanstack/react-query";
import { useEffect, useEffectEvent } from "react";

import { answerIn } from "../api";
import { browserLanguage, type Language, showLanguage } from "../i18n/languages";
import { preferencesQuery } from "../live/preferences";
import { useColorScheme } from "../ui/scheme";

/** Shows the app in the theme and the language that the member chose, on whatever device. */
export function ApplyPreferences() {
  const { data } = useQuery(preferencesQuery);
  const { setColorScheme } = useColorScheme();
  const theme = data?.theme;
  const language = data === undefined ? undefined : ((data.language as Language | null) ?? browserLanguage());
  const show = useEffectEvent(setColorScheme);
  useEffect(() => {
    if (theme !== undefined) show(theme === "system" ? "auto" : theme);
  }, [theme]);
  useEffect(() => {
    if (language === undefined || language === document.documentElement.lang) return;
    answerIn(language);
    void showLanguage(language);
  }, [language]);
  return null;
}
