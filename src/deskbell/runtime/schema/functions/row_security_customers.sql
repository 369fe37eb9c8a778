-- Restrictive policies, behind the application's own filter: what customers never reach.
-- needs: session

drop policy if exists own_tickets on tickets;
create policy own_tickets on tickets as restrictive
  using (
    not (select deskbell_is_customer())
    or requester_id = (select deskbell_user())
    or exists (select from ticket_followers f
                where f.organization_id = tickets.organization_id and f.ticket_id = tickets.id
                  and f.user_id = (select deskbell_user())));

-- Internal notes stay with the staff.
drop policy if exists public_comments on comments;
create policy public_comments on comments as restrictive
  using (public or not (select deskbell_is_customer()));

drop policy if exists own_feedback on ticket_feedback;
create policy own_feedback on ticket_feedback as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

drop policy if exists own_reads on ticket_reads;
create policy own_reads on ticket_reads as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Also for the staff: drafts are their author's alone.
drop policy if exists own_drafts on drafts;
create policy own_drafts on drafts as restrictive using (author_id = (select deskbell_user()));

drop policy if exists staff_held_comments on held_comments;
create policy staff_held_comments on held_comments as restrictive using (not (select deskbell_is_customer()));

drop policy if exists staff_operations on operations;
create policy staff_operations on operations as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_operation_tickets on operation_tickets;
create policy staff_operation_tickets on operation_tickets as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_transfers on transfers;
create policy staff_transfers on transfers as restrictive using (not (select deskbell_is_customer()));

drop policy if exists own_notifications on notifications;
create policy own_notifications on notifications as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Drafts stay with the staff.
drop policy if exists staff_article_versions on article_versions;
create policy staff_article_versions on article_versions as restrictive using (not (select deskbell_is_customer()));
-- Readers get those of published articles from `deskbell_published_picture`.
drop policy if exists staff_article_pictures on article_pictures;
create policy staff_article_pictures on article_pictures as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_article_picture_uses on article_picture_uses;
create policy staff_article_picture_uses on article_picture_uses as restrictive
  using (not (select deskbell_is_customer()));
-- Visitors are counted in it by `deskbell_count_missed_searches`, and read nothing of it.
drop policy if exists staff_missed_searches on missed_searches;
create policy staff_missed_searches on missed_searches as restrictive using (not (select deskbell_is_customer()));
drop policy if exists published_articles on articles;
create policy published_articles on articles as restrictive
  using (published_at is not null or not (select deskbell_is_customer()));

drop policy if exists staff_views on saved_views;
create policy staff_views on saved_views as restrictive using (not (select deskbell_is_customer()));

-- Customers see that they follow a ticket, not who else does.
drop policy if exists own_follows on ticket_followers;
create policy own_follows on ticket_followers as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

drop policy if exists own_addresses on contact_addresses;
create policy own_addresses on contact_addresses as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Only the person, and Deskbell itself, reach a download.
drop policy if exists own_downloads on data_downloads;
create policy own_downloads on data_downloads as restrictive
  using (user_id = (select deskbell_user()) or ((select deskbell_user()) is null and not (select deskbell_is_customer())));
drop policy if exists own_deletion on deletion_requests;
create policy own_deletion on deletion_requests as restrictive
  using (not (select deskbell_is_customer()) or user_id = (select deskbell_user()));

-- Mail stays with the staff; customers read comments and attachments.
drop policy if exists staff_presence_of_staff on staff_presence;
create policy staff_presence_of_staff on staff_presence as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mailboxes on mailboxes;
create policy staff_mailboxes on mailboxes as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mailbox_addresses on mailbox_addresses;
create policy staff_mailbox_addresses on mailbox_addresses as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mails on received_mails;
create policy staff_mails on received_mails as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_ids on mail_ids;
create policy staff_mail_ids on mail_ids as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_parts on mail_parts;
create policy staff_mail_parts on mail_parts as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_links on ticket_links;
create policy staff_links on ticket_links as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_keys on mail_keys;
create policy staff_mail_keys on mail_keys as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_senders on mail_senders;
create policy staff_mail_senders on mail_senders as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_outgoing_mails on outgoing_mails;
create policy staff_outgoing_mails on outgoing_mails as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_reply_mails on reply_mails;
create policy staff_reply_mails on reply_mails as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_deliveries on mail_deliveries;
create policy staff_mail_deliveries on mail_deliveries as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_sealed_secrets on sealed_secrets;
create policy staff_sealed_secrets on sealed_secrets as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_dkim_keys on dkim_keys;
create policy staff_dkim_keys on dkim_keys as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_domains on mail_domains;
create policy staff_mail_domains on mail_domains as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_imap_accounts on imap_accounts;
create policy staff_imap_accounts on imap_accounts as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_imap_folders on imap_folders;
create policy staff_imap_folders on imap_folders as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_imap_missing on imap_missing;
create policy staff_imap_missing on imap_missing as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_imap_untidied on imap_untidied;
create policy staff_imap_untidied on imap_untidied as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_smtp_accounts on smtp_accounts;
create policy staff_smtp_accounts on smtp_accounts as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mailbox_tests on mailbox_tests;
create policy staff_mailbox_tests on mailbox_tests as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_sign_ins on mail_sign_ins;
create policy staff_mail_sign_ins on mail_sign_ins as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_alerts on mail_alerts;
create policy staff_mail_alerts on mail_alerts as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_mail_templates on mail_templates;
create policy staff_mail_templates on mail_templates as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_suppressed_addresses on suppressed_addresses;
create policy staff_suppressed_addresses on suppressed_addresses as restrictive using (not (select deskbell_is_customer()));

-- Definitions name what customers are not shown.
drop policy if exists staff_contact_values on contact_values;
create policy staff_contact_values on contact_values as restrictive using (not (select deskbell_is_customer()));

drop policy if exists staff_fields on fields;
create policy staff_fields on fields as restrictive using (not (select deskbell_is_customer()));

-- Macros stay with the staff, and own ones with their owner; leads do not see them either.
drop policy if exists staff_macros on macros;
create policy staff_macros on macros as restrictive
  using (not (select deskbell_is_customer()) and (owner_id is null or owner_id = (select deskbell_user())));
drop policy if exists staff_macro_files on macro_files;
create policy staff_macro_files on macro_files as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_canned_files on canned_files;
create policy staff_canned_files on canned_files as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_rule_files on rule_files;
create policy staff_rule_files on rule_files as restrictive using (not (select deskbell_is_customer()));

drop policy if exists staff_statuses on statuses;
create policy staff_statuses on statuses as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_status_steps on status_steps;
create policy staff_status_steps on status_steps as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_forms on forms;
create policy staff_forms on forms as restrictive using (not (select deskbell_is_customer()));

-- Rules stay with the staff; a customer's change reads them through `deskbell_rules_in_force`.
drop policy if exists staff_rules on rules;
create policy staff_rules on rules as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_rule_versions on rule_versions;
create policy staff_rule_versions on rule_versions as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_rule_effects on rule_effects;
create policy staff_rule_effects on rule_effects as restrictive using (not (select deskbell_is_customer()));

-- Links of guests are checked before a customer is entered.
drop policy if exists staff_reply_token_revisions on reply_token_revisions;
create policy staff_reply_token_revisions on reply_token_revisions as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_guest_revocations on guest_revocations;
create policy staff_guest_revocations on guest_revocations as restrictive using (not (select deskbell_is_customer()));
drop policy if exists staff_chats on chats;
create policy staff_chats on chats as restrictive using (not (select deskbell_is_customer()));
