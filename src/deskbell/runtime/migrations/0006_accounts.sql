-- Accounts: links that wait for being minted, passwords that wait for a link, and mail kept where no server sends it.
-- depends: 0005_search

-- A link is asked for by a command and minted when its mail is written: until then it has no secret.
alter table account_tokens alter column secret_hash drop not null;
-- The password that somebody chose for an address that is known here without one. It counts once the link is used.
alter table account_tokens add column password_hash text;
create index account_tokens_expiry on account_tokens (expires_at);

-- The mails that would have been sent, newest 500, where no mail server is set.
create table outbox (
  id uuid primary key,
  kept_at timestamptz not null,
  recipient text not null,
  subject text not null,
  headers jsonb not null,
  body_text text not null,
  body_html text
);
