/** Form fields and buttons. Each field ties its `label`, `description` and `error` to its control. */
export {
  Button,
  Checkbox,
  PasswordInput as PasswordField,
  NativeSelect as SelectField,
  TextInput as TextField,
} from "@mantine/core";
