/** Tabler's icons by what they mean here. */
export {
  IconAddressBook as ContactsIcon,
  IconInbox as InboxIcon,
  IconLogout as SignOutIcon,
  IconSettings as SettingsIcon,
} from "@tabler/icons-react";
