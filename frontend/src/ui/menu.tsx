import type { Menu as MantineMenu, MenuItemProps, MenuProps } from "@mantine/core";
import { cloneElement, type MouseEventHandler, type ReactElement, type ReactNode, useEffect, useState } from "react";

let loaded: typeof MantineMenu | null = null;
const loading = import("./menu-parts").then((module) => {
  loaded = module.Menu;
});

interface Props {
  /** Opens the menu. */
  button: ReactElement<{ onClick?: MouseEventHandler; "aria-haspopup"?: "menu" }>;
  position: NonNullable<MenuProps["position"]>;
  width?: number;
  /** `MenuItem`, `MenuLabel` and `MenuDivider`. */
  children: ReactNode;
}

/** A menu that floats over the page. Its code is loaded with the page, not before it: a click that is earlier opens it then. */
export function Menu({ button, position, width, children }: Props) {
  const [Loaded, setLoaded] = useState(() => loaded);
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    void loading.then(() => setLoaded(() => loaded));
  }, []);
  if (Loaded === null) return cloneElement(button, { onClick: () => setAsked(true), "aria-haspopup": "menu" });
  return (
    <Loaded position={position} defaultOpened={asked} {...(width === undefined ? {} : { width })}>
      <Loaded.Target>{button}</Loaded.Target>
      <Loaded.Dropdown>{children}</Loaded.Dropdown>
    </Loaded>
  );
}

interface ItemProps extends Pick<MenuItemProps, "leftSection" | "rightSection" | "children"> {
  onClick: () => void;
  /** It is the present choice. */
  current?: boolean;
}

export function MenuItem({ current, ...rest }: ItemProps) {
  return loaded === null ? null : <loaded.Item {...rest} aria-current={current === true ? "true" : undefined} />;
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return loaded === null ? null : <loaded.Label>{children}</loaded.Label>;
}

export function MenuDivider() {
  return loaded === null ? null : <loaded.Divider />;
}
