/** Tabler's icons by what they mean here. */
export {
  IconAddressBook as ContactsIcon,
  IconInbox as InboxIcon,
  IconLock as LockIcon,
  IconLogout as SignOutIcon,
  IconSettings as SettingsIcon,
} from "@tabler/icons-react";
