import { msg } from "@lingui/core/macro";

import type { Me } from "../../api";
import type { Words } from "../../kernel/commands";

type Permission = Me["permissions"][number];

export interface Section {
  readonly to: string;
  readonly words: Words;
  /** Without it the page is not shown, and its address says so. */
  readonly permission: Permission;
}

interface SectionGroup {
  readonly words: Words;
  readonly sections: readonly Section[];
}

export const SECTIONS = {
  categories: { to: "/admin/categories", words: msg`Categories`, permission: "categories:manage" },
  tags: { to: "/admin/tags", words: msg`Tags`, permission: "tags:read" },
} as const satisfies Record<string, Section>;

const S = SECTIONS;

/** The pages of administration, as the list at the left shows them. */
export const GROUPS: readonly SectionGroup[] = [{ words: msg`Tickets`, sections: [S.categories, S.tags] }];
