import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";

import { Frame } from "../../../ui/manage/frame";

/** The frame of one's own settings. */
export function SettingsPage({ current, children }: { current: string | undefined; children: ReactNode }) {
  const { t } = useLingui();
  const places = [
    { to: "/settings/profile", label: t`Profile` },
    { to: "/settings/security", label: t`Password and sessions` },
    { to: "/settings/notifications", label: t`Notifications` },
    { to: "/settings/appearance", label: t`Appearance and habits` },
    { to: "/settings/keyboard", label: t`Keyboard` },
  ];
  return (
    <Frame
      title={t`Own settings`}
      home="/settings"
      groups={[{ label: "", places }]}
      current={current}
      open={current !== undefined}
    >
      {children}
    </Frame>
  );
}
