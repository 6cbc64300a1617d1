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
GRANT EXECUTE ON FUNCTION "grams_of"(text, text) TO "latchkey_tenant";--> statement-breakpoint
CREATE INDEX "users_by_grams" ON "users" USING gin (grams_of("account_id", lower("full_name" || ' ' || "username" || ' ' || "email"))) WITH (fastupdate=false);--> statement-breakpoint
ANALYZE "users";
