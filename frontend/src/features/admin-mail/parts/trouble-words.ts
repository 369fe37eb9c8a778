import { useLingui } from "@lingui/react/macro";

import type { ImapAccount } from "../../../api";

/** Why a mailbox cannot be read, in words. */
export function useTroubleWords(): Readonly<Record<NonNullable<ImapAccount["trouble"]>, string>> {
  const { t } = useLingui();
  return {
    name: t`The server's name is unknown. Is it spelled right?`,
    address: t`The server has a private address, which is refused.`,
    connect: t`The server does not answer. Are server and port right?`,
    certificate: t`The server's certificate is not trusted.`,
    sign_in: t`User name or password were refused.`,
    folder: t`There is no such folder.`,
    protocol: t`The server does not speak IMAP as expected.`,
    token: t`The provider's permission is missing or has ended. Give it again.`,
    secret: t`The stored password cannot be read any more. Enter it again.`,
  };
}
