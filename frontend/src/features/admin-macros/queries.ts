import { getMacro, listMacros } from "../../api";
import { pagedList, record } from "../../live/records";

export const macrosQuery = (search: string) =>
  pagedList("macros", search === "" ? {} : { search }, (query, signal) => listMacros({ query, signal }));

export const macroQuery = (id: string) =>
  record("macros", id, (signal) => getMacro({ path: { macro_id: id }, signal }));
