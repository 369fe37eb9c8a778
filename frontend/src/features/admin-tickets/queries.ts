import { listCategories, listTags } from "../../api";
import { pagedList, wholeList } from "../../live/records";

export const categoriesQuery = wholeList("categories", (query, signal) => listCategories({ query, signal }));

/** There can be thousands of tags: the server searches them. */
export const tagsQuery = (search: string) =>
  pagedList("tags", search === "" ? {} : { search }, (query, signal) => listTags({ query, signal }));
