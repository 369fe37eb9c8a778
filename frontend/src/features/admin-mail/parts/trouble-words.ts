import { useLingui } from "@lingui/react/macro";

import type { ImapAccount } from "../../../api";

/** Why a mailbox cannot be read, or cannot send, in words. */
export function useTroubleWords(kind: "imap" | "smtp"): Readonly<Record<NonNullable<ImapAccount["trouble"]>, string>> {
  const { t } = useLingui();
  return {
    name: t`The server's name is unknown. Is it spelled right?`,
    address: t`The server has a private address, which is refused.`,
    connect: t`The server does not answer. Are server and port right?`,
    certificate: t`The server's certificate is not trusted.`,
    sign_in: t`User name or password were refused. Does the provider ask for an app password?`,
    folder: t`There is no such folder.`,
    protocol:
      kind === "imap" ? t`The server does not speak IMAP as expected.` : t`The server does not speak SMTP as expected.`,
    token: t`The provider's permission is missing or has ended. Give it again under “Sign-in”.`,
    secret: t`The stored password cannot be read any more. Enter it again.`,
  };
}
