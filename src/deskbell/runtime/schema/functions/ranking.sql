-- The ranking that articles and tickets share: BM25F (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and
-- Beyond", 2009). PostgreSQL puts the bodies in place of calls.

-- The weight of a word that some of the documents have: rare words count more than common ones, so there are no stop words.
create or replace function deskbell_rarity(documents double precision, with_word double precision) returns double precision
language sql immutable parallel safe
  return ln(1 + (documents - with_word + 0.5) / (with_word + 0.5));

-- A frequency as it would be in a text of usual length (b = 0.75, as is customary).
create or replace function deskbell_by_length(frequency double precision, length double precision, usual double precision)
returns double precision language sql immutable parallel safe
  return frequency / (0.25 + 0.75 * length / usual);

-- Limits the effect of repetition: the less, the larger k1 is.
create or replace function deskbell_saturated(weight double precision, k1 double precision) returns double precision
language sql immutable parallel safe
  return weight * (k1 + 1) / (weight + k1);
