DROP TRIGGER previews_come;
DROP TRIGGER previews_change;
DROP TABLE previews;
