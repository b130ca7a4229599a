ALTER TABLE feed DROP COLUMN commits;
DROP TRIGGER organizations_replaced_by_insert;
DROP TRIGGER organizations_replaced_by_update;
DROP TRIGGER signing_keys_replaced_by_insert;
DROP TRIGGER signing_keys_replaced_by_update;
DROP TRIGGER images_replaced_by_insert;
DROP TRIGGER images_replaced_by_update;
CREATE TABLE kept AS SELECT number, kind, organization, name FROM changes;
CREATE TABLE kept_number AS SELECT seq FROM sqlite_sequence WHERE name = 'changes';
DROP TABLE changes;
CREATE TABLE changes (
  number       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind         TEXT NOT NULL,
  organization TEXT NOT NULL,
  name         TEXT NOT NULL
) STRICT;
CREATE TRIGGER changes_are_pruned AFTER INSERT ON changes BEGIN
  DELETE FROM changes WHERE number <= NEW.number - 100000;
END;
INSERT INTO changes SELECT number, kind, organization, name FROM kept ORDER BY number;
DELETE FROM sqlite_sequence WHERE name = 'changes';
INSERT INTO sqlite_sequence SELECT 'changes', seq FROM kept_number;
DROP TABLE kept;
DROP TABLE kept_number;
