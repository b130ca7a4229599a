DROP TABLE fallback_consents;
