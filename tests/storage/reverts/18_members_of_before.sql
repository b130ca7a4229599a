DROP TRIGGER members_are_remembered;
DROP TRIGGER members_by_more_are_remembered;
ALTER TABLE users DROP COLUMN been_member;
