import type { Migration } from './types.ts'

/**
 * Full-text search over prompts and answers. Trigrams find any piece of three characters or more in any script, CJK
 * without spaces included; the index keeps no copy of the text. Triggers hold it in step inside the same transaction.
 */
export const createSearch: Migration = {
  version: 4,
  title: 'create search',
  sql: `
CREATE VIRTUAL TABLE sample_search USING fts5 (
  prompt, answer, content = 'sample_texts', content_rowid = 'row_id', tokenize = 'trigram'
);

CREATE TRIGGER sample_texts_inserted AFTER INSERT ON sample_texts BEGIN
  INSERT INTO sample_search (rowid, prompt, answer) VALUES (new.row_id, new.prompt, new.answer);
END;

CREATE TRIGGER sample_texts_deleted AFTER DELETE ON sample_texts BEGIN
  INSERT INTO sample_search (sample_search, rowid, prompt, answer)
  VALUES ('delete', old.row_id, old.prompt, old.answer);
END;

CREATE TRIGGER sample_texts_updated AFTER UPDATE OF prompt, answer ON sample_texts BEGIN
  INSERT INTO sample_search (sample_search, rowid, prompt, answer)
  VALUES ('delete', old.row_id, old.prompt, old.answer);
  INSERT INTO sample_search (rowid, prompt, answer) VALUES (new.row_id, new.prompt, new.answer);
END;

INSERT INTO sample_search (sample_search) VALUES ('rebuild');
`,
}
