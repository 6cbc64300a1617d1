CREATE FUNCTION "grams_of"(account text, words text) RETURNS integer[]
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
  grams integer[] := '{}';
BEGIN
  FOR place IN 1 .. length(words) - 5 LOOP
    grams[place] := pg_catalog.hashtext(account || pg_catalog.substr(words, place, 6));
  END LOOP;
  RETURN grams;
END
$$;--> statement-breakpoint
CREATE INDEX "users_by_grams" ON "users" USING gin (grams_of("account_id", lower("full_name" || ' ' || "username" || ' ' || "email"))) WITH (gin_pending_list_limit=256);--> statement-breakpoint
ALTER INDEX "users_by_words" SET (gin_pending_list_limit=256);--> statement-breakpoint
CREATE OR REPLACE VIEW "directory" AS
  SELECT u.id, u.account_id, u.username, u.full_name, u.email,
    lower(u.full_name || ' ' || u.username || ' ' || u.email) AS words,
    lower(u.full_name) AS name_key, lower(u.username) AS username_key, lower(u.email) AS email_key,
    u.active, u.notifications_only, u.locked_until, u.locked_reason,
    u.password_hash IS NOT NULL AS has_password,
    EXISTS (SELECT FROM authenticators f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL)
      OR EXISTS (SELECT FROM passkeys f WHERE f.user_id = u.id) AS has_second_factor,
    u.invited_at, u.last_sign_in_at, coalesce(u.last_sign_in_at, '-infinity') AS signed_in_key,
    u.version, u.created_at, u.modified_at,
    grams_of(u.account_id, lower(u.full_name || ' ' || u.username || ' ' || u.email)) AS grams
  FROM users u
  WHERE u.account_id = any((SELECT string_to_array(current_setting('latchkey.accounts', true), ','))::text[]);
