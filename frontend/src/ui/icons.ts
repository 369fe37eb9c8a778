/** Tabler's icons by what they mean here. */
export {
  IconDots as MoreIcon,
  IconInbox as InboxIcon,
  IconLayoutSidebarRight as DetailsIcon,
  IconLock as LockIcon,
  IconLogout as SignOutIcon,
  IconPaperclip as FileIcon,
  IconSettings as SettingsIcon,
} from "@tabler/icons-react";
