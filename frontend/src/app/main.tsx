import { i18n } from "@lingui/core";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { answerIn } from "../api";
import { browserLanguage, showLanguage } from "../i18n/languages";
import { Registry } from "../kernel/commands";
import { queryClient } from "../live/query-client";
import { CommandProvider } from "../ui/commands";
import { Root } from "../ui/root";
import { commands } from "./commands";
import { router } from "./router";

const registry = new Registry();
const language = browserLanguage();
answerIn(language);
await showLanguage(language);

const place = document.getElementById("app");
if (place === null) throw new Error("The page has no place for the app.");
createRoot(place).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <Root>
        <QueryClientProvider client={queryClient}>
          <CommandProvider registry={registry} all={commands}>
            <RouterProvider router={router} />
          </CommandProvider>
        </QueryClientProvider>
      </Root>
    </I18nProvider>
  </StrictMode>,
);
