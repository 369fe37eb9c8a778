/** Loaded by `menu.tsx` alone: what floats brings a large library. */
export { Menu } from "@mantine/core";
