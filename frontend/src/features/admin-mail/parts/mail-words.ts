import { useLingui } from "@lingui/react/macro";

import type { LoggedMail } from "../../../api";

type State = LoggedMail["state"];

interface MailWords {
  readonly states: Readonly<Record<State, string>>;
  /** Why a mail was not filed; a code that has no words here stays as it is. */
  reason: (code: string) => string;
}

/** What became of a mail, and why. */
export function useMailWords(): MailWords {
  const { t } = useLingui();
  const reasons: Readonly<Record<string, string>> = {
    unproven_staff: t`It names a colleague as its sender, which nothing proves.`,
    no_sender: t`It names no sender.`,
    sender_limit: t`Its sender filed more than 30 tickets within an hour.`,
    dmarc_fail: t`The sender's domain says that it is forged.`,
    by_rule: t`A rule or the mailbox keeps such mail.`,
    unreadable: t`It cannot be read.`,
    not_handed_out: t`The mail server did not hand it out for a day. Read it in the mailbox itself.`,
    blocked_sender: t`Its sender is blocked.`,
    too_large: t`It is larger than this server takes.`,
    own_mail: t`Deskbell sent it itself.`,
    auto_reply: t`A program answered, and no ticket was found.`,
    no_ticket_for_bounce: t`It reports about a mail that Deskbell did not send.`,
    expired: t`No decision was made within 30 days.`,
  };
  return {
    states: {
      received: t`waits to be filed`,
      created: t`new ticket`,
      appended: t`answer`,
      ignored: t`ignored`,
      rejected: t`rejected`,
      bounce: t`delivery report`,
      duplicate: t`duplicate`,
      quarantined: t`in quarantine`,
    },
    reason: (code) => reasons[code] ?? code,
  };
}
