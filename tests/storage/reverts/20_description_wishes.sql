DROP TRIGGER wishes_go_with_images;
DROP TABLE description_wishes;
