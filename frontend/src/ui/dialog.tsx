import type { Modal, ModalProps } from "@mantine/core";
import { useEffect, useState } from "react";

import { useFocusReturn } from "./focus-return";

let loaded: typeof Modal | null = null;
const loading = import("./modal").then((module) => {
  loaded = module.Modal;
});

/** A dialog over the page. Its code is loaded with the page, not before it. */
export function Dialog(props: ModalProps) {
  const [Loaded, setLoaded] = useState(() => loaded);
  useFocusReturn(props.opened);
  useEffect(() => {
    void loading.then(() => setLoaded(() => loaded));
  }, []);
  return Loaded === null ? null : <Loaded {...props} />;
}
