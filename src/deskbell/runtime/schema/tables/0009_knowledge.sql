-- The knowledge base.

create table articles (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  slug text not null,
  title text not null,
  content text not null, -- Markdown
  text text not null,    -- what readers see of it; it is searched and quoted
  category text not null default '',
  tags text[] not null default '{}',
  locale text not null default 'en',
  published_at timestamptz, -- a draft has none, nor has an internal article: it is never public
  visibility text not null default 'public' check (visibility in ('public', 'internal')),
  author_id uuid not null,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  length integer not null default 0, -- of the text, in words; for ranking
  source text,          -- the path of the imported file, equal in every language
  source_digest bytea,  -- of the imported file: importing it again unchanged keeps later edits
  title_length integer not null default 0, -- in words
  primary key (organization_id, id),
  foreign key (organization_id, author_id) references memberships (organization_id, user_id) on update cascade,
  check ((source is null) = (source_digest is null)),
  check (visibility = 'public' or published_at is null)
);
create unique index articles_slug on articles (organization_id, locale, slug);
create index articles_by_category on articles (organization_id, category, published_at);
create index articles_newest on articles (organization_id, created_at, id);
create unique index articles_source on articles (organization_id, locale, source) where source is not null;
-- What ranking needs of every readable article, without reading the articles.
create index articles_lengths on articles (organization_id, id) include (published_at, title_length, length);
alter table articles enable row level security;

-- What an article said in each of its versions, the latest included, and who saved it.
create table article_versions (
  organization_id uuid not null,
  article_id uuid not null,
  version integer not null,
  title text not null,
  content text not null,
  category text not null,
  tags text[] not null,
  published boolean not null,
  visibility text not null check (visibility in ('public', 'internal')),
  editor_id uuid, -- null: Deskbell itself, or a version from before
  saved_at timestamptz not null,
  primary key (organization_id, article_id, version),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade,
  foreign key (organization_id, editor_id) references memberships (organization_id, user_id) on update cascade
);
create index article_versions_of_editor on article_versions (organization_id, editor_id) where editor_id is not null;
alter table article_versions enable row level security;

-- Pictures of articles, made by the server. One never changes, so that its address may be cached.
create table article_pictures (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  content bytea not null,
  width integer not null,
  height integer not null,
  uploaded_by uuid not null,
  created_at timestamptz not null,
  primary key (organization_id, id),
  foreign key (organization_id, uploaded_by) references memberships (organization_id, user_id) on update cascade
);
create index article_pictures_of_uploader on article_pictures (organization_id, uploaded_by);
-- Read across organizations: the address of a picture names nothing else.
create index article_pictures_by_id on article_pictures (id);
create index article_pictures_oldest on article_pictures (created_at);
alter table article_pictures enable row level security;

-- The articles that name a picture, now or in an earlier version.
create table article_picture_uses (
  organization_id uuid not null,
  picture_id uuid not null,
  article_id uuid not null,
  is_present boolean not null, -- the present text names it
  primary key (organization_id, picture_id, article_id),
  foreign key (organization_id, picture_id) references article_pictures (organization_id, id) on delete cascade,
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
);
create index article_picture_uses_of_article on article_picture_uses (organization_id, article_id);
alter table article_picture_uses enable row level security;

-- How often each word is in each article. It includes drafts, so only the owner's functions read it.
create table article_words (
  organization_id uuid not null,
  lexeme text collate "C" not null, -- by bytes, so that words with one prefix are adjacent
  article_id uuid not null,
  in_title smallint not null,
  in_labels smallint not null, -- category and tags
  in_text smallint not null,
  primary key (organization_id, lexeme, article_id) include (in_title, in_labels, in_text),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
);
create index article_words_of on article_words (organization_id, article_id);
alter table article_words enable row level security;
revoke all on article_words from deskbell_app;

-- Separate from the article: counting a view changes no version and waits for no editor.
create table article_counts (
  organization_id uuid not null,
  article_id uuid not null,
  views bigint not null default 0,
  helpful integer not null default 0,
  unhelpful integer not null default 0,
  primary key (organization_id, article_id),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
) with (fillfactor = 70);
alter table article_counts enable row level security;

-- Words that visitors searched for in the help centre without finding anything. Nothing says who did.
create table missed_searches (
  organization_id uuid not null references organizations (id) on delete cascade,
  id uuid not null,
  words text not null, -- in small letters
  locale text not null, -- of the last reader
  searches bigint not null,
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (organization_id, id),
  unique (organization_id, words)
);
create index missed_searches_most on missed_searches (organization_id, searches, id);
alter table missed_searches enable row level security;

create table article_votes (
  organization_id uuid not null,
  article_id uuid not null,
  voter text not null, -- a user's id, or a digest of an anonymous reader's address and browser
  helpful boolean not null,
  voted_at timestamptz not null,
  primary key (organization_id, article_id, voter),
  foreign key (organization_id, article_id) references articles (organization_id, id) on delete cascade
);
alter table article_votes enable row level security;
