import { listVersions } from "../../api";
import { pagedList } from "../../live/records";

/** The versions of an article, latest first. */
export const versionsQuery = (id: string) =>
  pagedList("article-versions", { id }, ({ page, limit }, signal) =>
    listVersions({ path: { article_id: id }, query: { page, limit }, signal }),
  );
