/** Loaded by `dialog.tsx` alone. */
export { Modal } from "@mantine/core";
