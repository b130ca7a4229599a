DROP TRIGGER files_are_counted;
DROP TRIGGER files_are_counted_again;
DROP TRIGGER files_count_no_more;

CREATE TRIGGER files_come AFTER INSERT ON images WHEN NEW.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes + NEW.bytes
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND organization = NEW.organization
    AND deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_go_and_return AFTER UPDATE OF deleted ON images
WHEN (OLD.deleted IS NULL) <> (NEW.deleted IS NULL) BEGIN
  UPDATE totals SET living_bytes = living_bytes + iif(NEW.deleted IS NULL, NEW.bytes, -NEW.bytes)
  WHERE organization = NEW.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = NEW.blob AND organization = NEW.organization
    AND deleted IS NULL AND id <> NEW.id);
END;
CREATE TRIGGER files_are_removed AFTER DELETE ON images WHEN OLD.deleted IS NULL BEGIN
  UPDATE totals SET living_bytes = living_bytes - OLD.bytes
  WHERE organization = OLD.organization AND NOT EXISTS (
    SELECT 1 FROM images WHERE blob = OLD.blob AND organization = OLD.organization
    AND deleted IS NULL);
END;
