ALTER TABLE memberships DROP COLUMN by_id;
ALTER TABLE organizations DROP COLUMN master;
