-- Row security: the rows of another organization do not exist, and customers reach only their own.
--
-- A table file enables row security with the table, so that it is closed until its policies are applied. Creating a
-- policy locks its table: `deskbell_protect` leaves a policy alone that is already as it should be.
-- needs: session

create or replace procedure deskbell_protect(target regclass) language plpgsql as $$
declare
  wall constant text := '(organization_id = ( SELECT deskbell_organization() AS deskbell_organization))';
begin
  if not exists (select from pg_policy p where p.polrelid = target and p.polname = 'organization_wall'
                                           and pg_get_expr(p.polqual, p.polrelid) = wall) then
    execute format('drop policy if exists organization_wall on %s', target);
    execute format('create policy organization_wall on %s using %s', target, wall);
  end if;
end $$;

call deskbell_protect('memberships');
call deskbell_protect('avatars');
call deskbell_protect('staff_presence');
call deskbell_protect('sessions');
call deskbell_protect('api_keys');
call deskbell_protect('events');
call deskbell_protect('idempotency_keys');
call deskbell_protect('groups');
call deskbell_protect('group_members');
call deskbell_protect('tags');
call deskbell_protect('categories');
call deskbell_protect('brands');
call deskbell_protect('canned_responses');
call deskbell_protect('canned_files');
call deskbell_protect('saved_views');
call deskbell_protect('directory_counts');
call deskbell_protect('ticket_numbers');
call deskbell_protect('tickets');
call deskbell_protect('ticket_tags');
call deskbell_protect('ticket_counts');
call deskbell_protect('ticket_search');
call deskbell_protect('comments');
call deskbell_protect('files');
call deskbell_protect('attachments');
call deskbell_protect('removed_files');
call deskbell_protect('ticket_feedback');
call deskbell_protect('ticket_reads');
call deskbell_protect('drafts');
call deskbell_protect('guest_revocations');
call deskbell_protect('reply_token_revisions');
call deskbell_protect('widgets');
call deskbell_protect('chats');
call deskbell_protect('data_downloads');
call deskbell_protect('deletion_requests');
call deskbell_protect('held_comments');
call deskbell_protect('operations');
call deskbell_protect('operation_tickets');
call deskbell_protect('transfers');
call deskbell_protect('sla_policies');
call deskbell_protect('macros');
call deskbell_protect('macro_files');
call deskbell_protect('rules');
call deskbell_protect('rule_versions');
call deskbell_protect('rule_files');
call deskbell_protect('schedule_runs');
call deskbell_protect('distribution_turns');
call deskbell_protect('rule_effects');
call deskbell_protect('automation_marks');
call deskbell_protect('rule_lists');
call deskbell_protect('articles');
call deskbell_protect('article_versions');
call deskbell_protect('article_pictures');
call deskbell_protect('article_picture_uses');
call deskbell_protect('article_words');
call deskbell_protect('article_counts');
call deskbell_protect('article_votes');
call deskbell_protect('missed_searches');
call deskbell_protect('notifications');
call deskbell_protect('notification_preferences');
call deskbell_protect('summaries');
call deskbell_protect('incoming_secrets');
call deskbell_protect('incoming_deliveries');
call deskbell_protect('webhooks');
call deskbell_protect('webhook_deliveries');
call deskbell_protect('webhook_attempts');
call deskbell_protect('demo_parts');
call deskbell_protect('mailboxes');
call deskbell_protect('mailbox_addresses');
call deskbell_protect('received_mails');
call deskbell_protect('mail_ids');
call deskbell_protect('mail_parts');
call deskbell_protect('ticket_followers');
call deskbell_protect('ticket_links');
call deskbell_protect('contact_addresses');
call deskbell_protect('mail_keys');
call deskbell_protect('outgoing_mails');
call deskbell_protect('reply_mails');
call deskbell_protect('mail_deliveries');
call deskbell_protect('mail_templates');
call deskbell_protect('sealed_secrets');
call deskbell_protect('dkim_keys');
call deskbell_protect('mail_domains');
call deskbell_protect('imap_accounts');
call deskbell_protect('imap_folders');
call deskbell_protect('imap_missing');
call deskbell_protect('imap_untidied');
call deskbell_protect('smtp_accounts');
call deskbell_protect('mailbox_tests');
call deskbell_protect('mail_sign_ins');
call deskbell_protect('mail_alerts');
call deskbell_protect('suppressed_addresses');
call deskbell_protect('mail_senders');
call deskbell_protect('contact_values');
call deskbell_protect('fields');
call deskbell_protect('ticket_values');
call deskbell_protect('forms');
call deskbell_protect('statuses');
call deskbell_protect('status_steps');
