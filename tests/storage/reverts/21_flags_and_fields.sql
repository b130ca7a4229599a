DROP INDEX images_locked;
DROP INDEX images_protected;
DROP INDEX images_animated;
DROP TRIGGER values_go;
CREATE TRIGGER values_go AFTER DELETE ON image_values
WHEN OLD.deleted = 0 AND (SELECT counted FROM search_fields WHERE id = OLD.field) BEGIN
  UPDATE value_counts SET images = images - 1 WHERE field = OLD.field AND value = OLD.value;
  DELETE FROM value_counts WHERE field = OLD.field AND value = OLD.value AND images = 0;
END;
