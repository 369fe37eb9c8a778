import {
  getCanned,
  getCategory,
  getStatus,
  getTag,
  getView,
  listCanned,
  listCategories,
  listPolicies,
  listStatuses,
  listTags,
  listUses,
  listViews,
} from "../../api";
import { pagedList, record, wholeList } from "../../live/records";

export const categoriesQuery = wholeList("categories", (query, signal) => listCategories({ query, signal }));

export const categoryQuery = (id: string) =>
  record("categories", id, (signal) => getCategory({ path: { category_id: id }, signal }));

/** The rules that name a category. */
export const categoryUsesQuery = (id: string) =>
  record("rules", `uses-${id}`, (signal) => listUses({ query: { category_id: id }, signal }));

/** There can be thousands of tags: the server searches them. */
export const tagsQuery = (search: string) =>
  pagedList("tags", search === "" ? {} : { search }, (query, signal) => listTags({ query, signal }));

export const tagQuery = (id: string) => record("tags", id, (signal) => getTag({ path: { tag_id: id }, signal }));

export const cannedListQuery = (search: string) =>
  pagedList("canned", search === "" ? {} : { search }, (query, signal) => listCanned({ query, signal }));

export const cannedQuery = (id: string) =>
  record("canned", id, (signal) => getCanned({ path: { response_id: id }, signal }));

export const viewsQuery = wholeList("views", (query, signal) =>
  listViews({ query: { ...query, counts: true }, signal }),
);

export const viewQuery = (id: string) => record("views", id, (signal) => getView({ path: { view_id: id }, signal }));

export const policiesQuery = record("policies", "all", (signal) => listPolicies({ signal }));

export const statusesQuery = wholeList("statuses", (query, signal) => listStatuses({ query, signal }));

export const statusQuery = (id: string) =>
  record("statuses", id, (signal) => getStatus({ path: { status_id: id }, signal }));
