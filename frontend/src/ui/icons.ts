/** Tabler's icons by what they mean here. */
export {
  IconInbox as InboxIcon,
  IconLock as LockIcon,
  IconLogout as SignOutIcon,
  IconPaperclip as FileIcon,
  IconSettings as SettingsIcon,
} from "@tabler/icons-react";
