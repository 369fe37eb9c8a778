import { useLingui } from "@lingui/react/macro";

import { useCommandPage } from "../ui/commands";
import { Dialog } from "../ui/dialog";
import { Finder } from "./finder";
import styles from "./palette.module.css";

/** Finds commands, tickets, people and places, and shows the choices of a command. */
export function Palette({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const { asked, ask } = useCommandPage();
  return (
    <Dialog
      opened={opened}
      onClose={() => {
        ask(null);
        onClose();
      }}
      // It is there with the key press: what is typed right after it goes into its field.
      transitionProps={{ duration: 0 }}
      withCloseButton={false}
      padding={0}
      size="lg"
      title={t`Find and do`}
      classNames={{ header: styles.hidden }}
    >
      <Finder
        key={asked}
        onClose={() => {
          ask(null);
          onClose();
        }}
      />
    </Dialog>
  );
}
