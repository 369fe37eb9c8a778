import { previewMerge } from "../../api";
import { record } from "../../live/records";

/** Both contacts, and what would move from one to the other. */
export const mergeQuery = (into: string, merged: string) =>
  record("contact-merges", `${into} ${merged}`, (signal) =>
    previewMerge({ path: { contact_id: into }, query: { merged_id: merged }, signal }),
  );
