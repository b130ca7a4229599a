DROP TRIGGER roles_have_memberships;
DROP TABLE memberships;
