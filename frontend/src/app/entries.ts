import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { insertCanned } from "../features/composer/commands";
import { type Finding, useFindings } from "../features/search";
import { type Choice, type Choosing, type Command, keysFor } from "../kernel/commands";
import { keyName } from "../kernel/key-names";
import { matchRank } from "../kernel/matching";
import { soughtIn } from "../kernel/palette";
import { usePreferences } from "../live/preferences";
import { useCommandPage, useCurrentCommands } from "../ui/commands";
import { isMac } from "../ui/platform";
import { useFoundPages } from "./page-entries";

/** A line of the palette. */
export interface Entry {
  readonly id: string;
  readonly label: string;
  /** What it is, where the label does not say it: a view, a ticket. */
  readonly kind: string;
  readonly detail: string;
  /** Leads to another page of the palette. */
  readonly opens: boolean;
  run: () => void;
}

interface Entries {
  readonly entries: readonly Entry[];
  /** What the page is about, if not everything. */
  readonly title: string | null;
  readonly digits: boolean;
  readonly looking: boolean;
}

/** What the palette shows: the choices of the command that asks, else all that matches what was typed. */
export function useEntries(asked: string | null, typed: string): Entries {
  const { i18n } = useLingui();
  const offer = useCurrentCommands().get(asked ?? "");
  const choosing = typeof offer?.act === "object" ? offer.act : null;
  const chosen = useChoices(choosing, typed);
  const sought = soughtIn(typed);
  const commands = useCommandEntries(sought);
  const findings = useFindings(sought, choosing === null);
  const places = useFoundPages(sought);
  const canned = useCannedEntries(sought);
  const go = useGo();
  if (choosing === null || offer === undefined) {
    const none = sought.words === "" && sought.kind === "all";
    const found = (none ? recent : findings.found).map((finding) => ({
      ...finding,
      detail: "",
      opens: false,
      run: () => go(finding),
    }));
    const first = sought.kind === "all" && /^\d+$/.test(sought.words) ? found.splice(0, 1) : [];
    const acts = sought.kind === "all" || sought.kind === "command" ? commands : [];
    const pages = places.pages.map((page) => ({
      ...page,
      detail: "",
      opens: false,
      run: () => go({ ...page, view: "" }),
    }));
    const entries = none ? [...found, ...acts] : [...first, ...acts, ...pages, ...found, ...canned];
    return { entries, title: null, digits: false, looking: findings.looking || places.looking };
  }
  return {
    entries: chosen.choices.map((choice) => ({ ...choice, kind: "", detail: choice.detail ?? "", opens: false })),
    title: i18n._(offer.command.words),
    digits: choosing.digits === true,
    looking: chosen.looking,
  };
}

/** What the palette led to last, in this tab. */
const recent: Finding[] = [];
const RECENT = 5;

function useGo(): (finding: Finding) => void {
  const navigate = useNavigate();
  return (finding) => {
    const { view, number, q, to } = finding;
    const before = recent.findIndex(({ id }) => id === finding.id);
    if (before !== -1) recent.splice(before, 1);
    recent.unshift(finding);
    recent.length = Math.min(recent.length, RECENT);
    if (to !== undefined) void navigate({ to: to as never });
    else if (number === undefined) {
      void navigate({ to: "/inbox/$view", params: { view }, search: (q === undefined ? {} : { q }) as never });
    } else void navigate({ to: "/inbox/$view/$number", params: { view, number } });
  };
}

/** The choices for what was typed, the earlier ones until new ones are known. */
function useChoices(choosing: Choosing | null, typed: string): { choices: readonly Choice[]; looking: boolean } {
  const [found, setFound] = useState<{ typed: string; choices: readonly Choice[] }>({ typed: "", choices: [] });
  const [done, setDone] = useState<string | null>(null);
  useEffect(() => {
    if (choosing === null) return undefined;
    const stop = new AbortController();
    const show = (choices: readonly Choice[]) => {
      if (stop.signal.aborted) return;
      setFound({ typed, choices });
      setDone(typed);
    };
    Promise.resolve(choosing.choose(typed, stop.signal)).then(show, () => show([]));
    return () => stop.abort();
  }, [choosing, typed]);
  return { choices: choosing === null ? [] : found.choices, looking: choosing !== null && done !== typed };
}

/** Of commands that match alike, those that fit only here come first. */
const NEAREST: readonly Command["place"][] = ["composer", "ticket", "list", "everywhere", "go"];

/** The canned responses that match, where one can be inserted. */
function useCannedEntries({ kind, words }: { kind: string; words: string }): Entry[] {
  const { t } = useLingui();
  const act = useCurrentCommands().get(insertCanned.id)?.act;
  const choosing = typeof act === "object" && kind === "all" && words !== "" ? act : null;
  return useChoices(choosing, words).choices.map((choice) => ({
    ...choice,
    kind: t`canned response`,
    detail: choice.detail ?? "",
    opens: false,
  }));
}

/** The commands that can be performed now and match, the best first. */
function useCommandEntries(sought: { kind: string; words: string }): Entry[] {
  const { i18n } = useLingui();
  const preferences = usePreferences();
  const { ask } = useCommandPage();
  const ranked: { entry: Entry; rank: number; near: number }[] = [];
  for (const { command, act } of useCurrentCommands().values()) {
    if (command.keyOnly === true) continue;
    const label = i18n._(command.words);
    const also = command.alsoCalled === undefined ? "" : i18n._(command.alsoCalled);
    const rank = Math.max(matchRank(label, sought.words), also === "" ? 0 : matchRank(also, sought.words));
    const [key = ""] = keysFor(command, preferences);
    const opens = typeof act === "object";
    const run = typeof act === "function" ? act : () => ask(command.id);
    const near = NEAREST.indexOf(command.place);
    if (rank > 0)
      ranked.push({ entry: { id: command.id, label, kind: "", detail: keyName(key, isMac), opens, run }, rank, near });
  }
  return ranked
    .sort((a, b) => b.rank - a.rank || a.near - b.near || a.entry.label.localeCompare(b.entry.label))
    .map(({ entry }) => entry);
}
