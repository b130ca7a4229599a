ALTER TABLE api_keys DROP COLUMN comment;
ALTER TABLE api_keys DROP COLUMN trusted;
ALTER TABLE api_keys DROP COLUMN allowed_ips;
ALTER TABLE api_keys DROP COLUMN expires;
ALTER TABLE api_keys DROP COLUMN accessed;
ALTER TABLE api_keys DROP COLUMN token_secret;
