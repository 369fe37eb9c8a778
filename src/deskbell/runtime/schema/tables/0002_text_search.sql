-- The words of texts: English stems without stop words, because "will" may be a name and "to be" a film.

create text search dictionary deskbell_stem (template = snowball, language = english);
create text search configuration deskbell (copy = english);
alter text search configuration deskbell
  alter mapping for asciiword, asciihword, hword_asciipart, word, hword, hword_part with deskbell_stem;
