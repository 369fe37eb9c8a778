import { getForm, listCategories, listFields, listForms } from "../../api";
import { record, wholeList } from "../../live/records";

export const formsQuery = wholeList("forms", (query, signal) => listForms({ query, signal }));

export const formQuery = (id: string) => record("forms", id, (signal) => getForm({ path: { form_id: id }, signal }));

/** The categories that a form can be for. */
export const formCategoriesQuery = wholeList("categories", (query, signal) => listCategories({ query, signal }));

/** The fields that a form can have. */
export const fieldsQuery = wholeList("fields", (query, signal) => listFields({ query, signal }));
