import { msg } from "@lingui/core/macro";

import type { Priority, Status, TicketType } from "../../api";
import type { Words } from "../../kernel/commands";

/** Status and priority as people read them. */
export const STATUS_WORDS: Readonly<Record<Status, Words>> = {
  new: msg`New`,
  open: msg`Open`,
  pending: msg`Pending`,
  hold: msg`On hold`,
  solved: msg`Solved`,
  closed: msg`Closed`,
};

export const PRIORITY_WORDS: Readonly<Record<Priority, Words>> = {
  low: msg`Low`,
  normal: msg`Normal`,
  high: msg`High`,
  urgent: msg`Urgent`,
};

/** Marks that differ by form, not only by colour. */
export const STATUS_MARKS: Readonly<Record<Status, string>> = {
  new: "◉",
  open: "○",
  pending: "◐",
  hold: "‖",
  solved: "✓",
  closed: "▣",
};

export const PRIORITY_MARKS: Readonly<Record<Priority, string>> = {
  low: "▂",
  normal: "▂▄",
  high: "▂▄▆",
  urgent: "▂▄▆!",
};

export const TYPE_WORDS: Readonly<Record<TicketType, Words>> = {
  question: msg`Question`,
  incident: msg`Incident`,
  problem: msg`Problem`,
  task: msg`Task`,
};
