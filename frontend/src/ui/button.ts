/** Apart from the fields, which the first page does not need. */
export { Button } from "@mantine/core";
