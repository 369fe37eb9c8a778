import { Input } from "@mantine/core";

/** Form fields. Each ties its `label`, `description` and `error` to its control. */
export { NativeSelect as SelectField, TextInput as TextField } from "@mantine/core";
export { Checkbox } from "./checks";
export { TextArea } from "./text-area";

/** Ties `label`, `description` and `error` to another control, whose id it is given. */
export const FieldFrame = Input.Wrapper;
