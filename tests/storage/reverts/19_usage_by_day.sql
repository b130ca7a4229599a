DROP TRIGGER files_come;
DROP TRIGGER files_go_and_return;
DROP TRIGGER files_are_removed;
DROP TRIGGER totals_begin_by_day;
DROP TRIGGER totals_are_kept_by_day;
DROP TABLE storage_days;
DROP TABLE traffic_days;
ALTER TABLE totals DROP COLUMN living_bytes;
DROP INDEX organizations_by_master;
