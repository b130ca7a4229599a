ALTER TABLE images DROP COLUMN changed;
DROP INDEX aliases_by_image;
