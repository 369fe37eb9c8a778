import { listMissedSearches, listTranslations } from "../../api";
import { pagedList, record } from "../../live/records";

/** An article in each of its languages. */
export const translationsQuery = (id: string) =>
  record("articles", `${id}.translations`, (signal) => listTranslations({ path: { article_id: id }, signal }));

/** Searches of the help centre that found nothing, the most frequent first. */
export const missedSearchesQuery = pagedList("missed-searches", {}, (query, signal) =>
  listMissedSearches({ query, signal }),
);
