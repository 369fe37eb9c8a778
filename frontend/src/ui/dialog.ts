/** Dialogs and menus that float over the page. */
export { Menu, Modal as Dialog } from "@mantine/core";
