/** Form fields and buttons. Each field ties its `label`, `description` and `error` to its control. */
export {
  Button,
  Checkbox,
  NativeSelect as SelectField,
  TextInput as TextField,
  Textarea as TextArea,
} from "@mantine/core";
export { PasswordField } from "./password-field";
